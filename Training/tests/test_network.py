"""The network: torchvision's keys and size, the channel shuffle, and the model file's round trip."""

import json
import os
import tempfile
import unittest

import torch
from export import export
from labels import LABELS
from model_file import read_network
from network import ShuffleNetV2, shuffle_halves
from safetensors import safe_open


class NetworkTests(unittest.TestCase):
    def test_parameters_of_the_published_network(self):
        # x0.5 with 1000 classes, as published.
        self.assertEqual(sum(p.numel() for p in ShuffleNetV2(1000).parameters()), 1_366_792)

    def test_keys_and_answers_of_torchvision(self):
        try:
            from torchvision.models import shufflenet_v2_x0_5
        except ImportError:
            self.skipTest("torchvision is not installed")
        theirs, ours = shufflenet_v2_x0_5(num_classes=10).eval(), ShuffleNetV2(10).eval()
        ours.load_state_dict(theirs.state_dict())
        x = torch.randn(2, 3, 224, 224, generator=torch.Generator().manual_seed(3))
        with torch.inference_mode():
            self.assertTrue(torch.allclose(theirs(x), ours(x), atol=1e-6))

    def test_shuffle_interleaves_halves(self):
        x = torch.arange(6.0).view(1, 6, 1, 1)
        self.assertEqual(shuffle_halves(x).flatten().tolist(), [0, 3, 1, 4, 2, 5])

    def test_model_file_round_trip(self):
        network = ShuffleNetV2(len(LABELS)).eval()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.safetensors")
            export(network.state_dict(), path, name="test", half=False)
            with safe_open(path, "pt") as file:
                metadata, keys = file.metadata(), list(file.keys())
            again = read_network(path)
        self.assertEqual(set(metadata), {"format", "name", "architecture", "input", "labels"})
        self.assertEqual(json.loads(metadata["labels"]), list(LABELS))
        self.assertEqual(json.loads(metadata["input"])["scale"], 0.00392156862745098)
        self.assertFalse([key for key in keys if "num_batches_tracked" in key])
        x = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(4))
        with torch.inference_mode():
            self.assertTrue(torch.equal(network(x), again(x)))

    def test_half_precision_takes_half_of_the_space_and_answers_nearly_the_same(self):
        torch.manual_seed(6)
        network = ShuffleNetV2(len(LABELS)).eval()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.safetensors")
            export(network.state_dict(), path)
            size, again = os.path.getsize(path), read_network(path)
        self.assertLess(size, 900_000)
        x = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(4))
        with torch.inference_mode():
            self.assertTrue(torch.allclose(network(x), again(x), atol=1e-3))
