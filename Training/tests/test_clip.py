"""The generator: the same seed gives the same picture, and each label means what it says."""

import unittest

import numpy as np
from camera import luma
from clip import Clip
from dataset import SHARED, TURN
from faults.blocky import Blocky, edges_of_blocks
from labels import LABELS


def brightness(label, seed, **options):
    return luma(Clip(label, seed, **options).picture(1.0).astype(np.float32) / 255)


def strongest(label, seed):
    """The strongest of red, green and blue: a blue screen has little luma, and so has a red wall in far too much light."""
    return Clip(label, seed).picture(1.0).max(2) / 255


class ClipTests(unittest.TestCase):
    def test_same_seed_same_picture(self):
        for label in LABELS:
            first, second = Clip(label, 900).picture(2.0), Clip(label, 900).picture(2.0)
            self.assertTrue(np.array_equal(first, second), label)

    def test_other_seed_other_picture(self):
        for label in LABELS:
            size = (342, 256)
            first, second = Clip(label, 901, size).picture(2.0), Clip(label, 904, size).picture(2.0)
            if label != "black":  # two blacks may well be the same
                self.assertFalse(np.array_equal(first, second), label)

    def test_a_scene_is_the_same_place_under_every_label(self):
        clear, blurred = Clip("ok", 902), Clip("blurred", 902)
        self.assertEqual(type(clear.scene), type(blurred.scene))
        self.assertEqual(clear.size, blurred.size)

    def test_brightness_keeps_the_classes_apart(self):
        for seed in range(2000, 2012):
            self.assertLess(np.median(strongest("black", seed)), 0.1, f"black {seed}")
            self.assertGreater(np.median(strongest("uniform", seed)), 0.17, f"uniform {seed}")
            # Without captions, which shine in the dark.
            self.assertLess(brightness("underexposed", seed, overlays=[]).mean(), 0.13, f"underexposed {seed}")
            self.assertGreater((strongest("overexposed", seed) > 0.9).mean(), 0.3, f"overexposed {seed}")
            self.assertLess((brightness("ok", seed) > 0.97).mean(), 0.3, f"ok {seed}")

    def test_four_labels_share_a_scene_and_a_turn_has_every_class(self):
        self.assertEqual(set(TURN), set(LABELS))
        self.assertEqual(len(TURN) % SHARED, 0)
        alone = Clip("noise", 903).picture(1.0)
        Clip("ok", 903).picture(1.0)
        self.assertTrue(np.array_equal(Clip("noise", 903).picture(1.0), alone))

    def test_blocks_show(self):
        picture = Clip("ok", 905, (384, 288)).picture(1.0).astype(np.float32) / 255
        apart = [np.abs(Blocky(np.random.default_rng(seed)).apply(picture, 0.0, None) - picture)[32:256, 80:304] for seed in range(40)]
        self.assertGreater(sum(change.mean() > 0.005 for change in apart), 37)

    def test_blocks_show_on_a_plain_and_on_a_dim_picture(self):
        for level in (0.5, 0.3, 0.1):
            picture = np.full((256, 342, 3), level, np.float32)
            for seed in range(20):
                fault = Blocky(np.random.default_rng(seed))
                self.assertTrue(fault.shows("lost", picture, fault.apply(picture, 0.0, None), None), f"{fault.kind} {seed}")

    def test_edges_of_blocks(self):
        tiles = np.kron(np.arange(16).reshape(4, 4, 1) % 2 * np.ones((1, 1, 3)), np.ones((8, 8, 1)))
        more, inside = edges_of_blocks((tiles * 255).astype(np.uint8))
        self.assertEqual((round(more, 3), inside), (0.5, 0.0))
