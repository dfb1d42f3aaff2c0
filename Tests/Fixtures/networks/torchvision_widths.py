"""torchvision's network at an unusual width, whole, and at the four published ones."""
import json

import numpy as np
import torch
from torchvision.models import shufflenetv2

import container
from seeded import fill, seeded

WIDTHS = {
    "shufflenet_v2_x0_5": [24, 48, 96, 192, 1024],
    "shufflenet_v2_x1_0": [24, 116, 232, 464, 1024],
    "shufflenet_v2_x1_5": [24, 176, 352, 704, 1024],
    "shufflenet_v2_x2_0": [24, 244, 488, 976, 2048],
}


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


def custom_width(folder, made_by):
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
        "architecture": json.dumps(architecture), "format": "shuffled.model.v1", "input": json.dumps(model_input),
        "name": "custom-width", "labels": json.dumps(labels),
    }
    container.write(folder / "custom-width.safetensors", state, metadata)
    image = seeded("custom.input", (3, height, width))
    goldens = {"input": image, **activations(model, image)}
    container.write(folder / "custom-width.golden.safetensors", goldens, made_by)


def published_widths(folder, made_by):
    image = seeded("published.input", (3, 224, 224))
    goldens = {}
    for name, channels in WIDTHS.items():
        model = shufflenetv2.ShuffleNetV2([4, 8, 4], channels)
        fill(model)
        for mark, values in activations(model, image).items():
            flat = values.reshape(-1)
            step = 1 if mark == "logits" else max(1, flat.size // 400)
            goldens[f"{name}/{mark}"] = flat[::step]
    container.write(folder / "published-widths.golden.safetensors", goldens, made_by)
