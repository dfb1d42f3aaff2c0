#!/usr/bin/env python3
"""Makes the golden answers that the network tests compare with, by PyTorch in double precision.

    python3 -m venv .venv && .venv/bin/pip install torch torchvision numpy safetensors
    .venv/bin/python Tests/Fixtures/networks/generate.py

Two kinds:
- custom-width: a small network of unusual widths and a rectangular input, weights included (float32), with
  the whole activation after every stage.
- the four published widths: their weights come from `seeded()`, which SeededWeights.swift repeats bit for
  bit, so only answers are stored: the logits and every n-th value of the activations.
"""
import json
import math
import pathlib

import numpy as np
import torch
from safetensors.numpy import save_file
from torchvision.models import shufflenetv2

HERE = pathlib.Path(__file__).parent
MASK = (1 << 64) - 1
WIDTHS = {
    "shufflenet_v2_x0_5": [24, 48, 96, 192, 1024],
    "shufflenet_v2_x1_0": [24, 116, 232, 464, 1024],
    "shufflenet_v2_x1_5": [24, 176, 352, 704, 1024],
    "shufflenet_v2_x2_0": [24, 244, 488, 976, 2048],
}


def fnv1a(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def uniform(name, count):
    """`count` floats in [0, 1), 24 bits each: SplitMix64 started at the hash of the name."""
    with np.errstate(over="ignore"):
        index = np.arange(1, count + 1, dtype=np.uint64)
        z = np.uint64(fnv1a(name)) + index * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float32) / np.float32(1 << 24)


def seeded(name, shape):
    """A tensor's values from its name alone: Kaiming uniform (fan in) for weights, statistics that are not
    trivial for batch normalisation."""
    values = uniform(name, math.prod(shape)).reshape(shape)
    kind = name.rsplit(".", 1)[1]
    if len(shape) > 1:
        bound = np.float32(math.sqrt(6 / math.prod(shape[1:])))
        return (values * np.float32(2) - np.float32(1)) * bound
    if kind in ("running_var", "weight"):
        return values + np.float32(0.5)
    return values - np.float32(0.5)


def fill(model):
    state = {}
    for name, tensor in model.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            state[name] = seeded(name, tuple(tensor.shape))
    model.load_state_dict({k: torch.from_numpy(v) for k, v in state.items()}, strict=False)
    return state


def activations(model, image):
    """The activations at the marks of our graph, in double precision."""
    model = model.double().eval()
    found = {}
    with torch.no_grad():
        x = torch.from_numpy(image).double()[None]
        for name in ["conv1", "maxpool", "stage2", "stage3", "stage4", "conv5"]:
            x = getattr(model, name)(x)
            found[name] = x[0].numpy()
        x = x.mean([2, 3])
        found["mean"] = x[0].numpy()
        found["logits"] = model.fc(x)[0].numpy()
    return {name: value.astype(np.float32) for name, value in found.items()}


def custom_width():
    height, width = 64, 88
    channels = [10, 20, 36, 74, 50]
    model = shufflenetv2.ShuffleNetV2([2, 3, 2], channels, num_classes=7)
    state = fill(model)
    architecture = {
        "family": "shufflenet_v2", "dialect": "torchvision", "stage_repeats": [2, 3, 2],
        "channels": channels, "activation": "relu", "classes": 7,
    }
    model_input = {
        "height": height, "width": width, "resize_shorter": 72, "channel_order": "rgb", "scale": 1 / 255,
        "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225],
    }
    labels = ["apple", "bear", "cloud", "door", "engine", "fence", "gate"]
    metadata = {
        "format": "shuffled.model.v1", "name": "custom-width", "architecture": json.dumps(architecture),
        "input": json.dumps(model_input), "labels": json.dumps(labels),
    }
    save_file(state, HERE / "custom-width.safetensors", metadata)
    image = seeded("custom.input", (3, height, width))
    save_file(
        {"input": image, **activations(model, image)}, HERE / "custom-width.golden.safetensors",
        {"made-by": f"torch {torch.__version__}, double precision"})


def published_widths():
    image = seeded("published.input", (3, 224, 224))
    goldens = {}
    for name, channels in WIDTHS.items():
        model = shufflenetv2.ShuffleNetV2([4, 8, 4], channels)
        fill(model)
        for mark, values in activations(model, image).items():
            flat = values.reshape(-1)
            step = 1 if mark == "logits" else max(1, flat.size // 400)
            goldens[f"{name}/{mark}"] = np.ascontiguousarray(flat[::step])
    save_file(goldens, HERE / "published-widths.golden.safetensors",
              {"made-by": f"torch {torch.__version__}, double precision"})


if __name__ == "__main__":
    custom_width()
    published_widths()
    for path in sorted(HERE.glob("*.safetensors")):
        print(path.name, path.stat().st_size)
