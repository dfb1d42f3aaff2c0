#!/usr/bin/env python3
"""Writes one ShuffleNet V2 with seeded weights in every format that a benchmark needs.

    make_models.py NAME FOLDER        NAME: shufflenet_v2_x0_5, ..._x1_0, ..._x1_5 or ..._x2_0

FOLDER gets NAME.onnx, NAME.pt (TorchScript), NAME.safetensors and NAME.whole.safetensors, whose input is a whole
224 x 224 picture, not a crop of 256.
"""
import json
import pathlib
import sys
import warnings

import torch
import torchvision
from safetensors.torch import save_file

INPUT = {
    "height": 224, "width": 224, "resize_shorter": 256, "channel_order": "rgb", "scale": 1 / 255,
    "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}


def seeded(name):
    """Kaiming weights, and batch normalisation's statistics from data, so that the answers depend on the picture."""
    torch.manual_seed(1)
    model = getattr(torchvision.models, name)(weights=None)
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight, mode="fan_in")
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.uniform_(module.bias, -0.5, 0.5)
    model.train()
    with torch.no_grad():
        for _ in range(8):
            model(torch.randn(8, 3, 224, 224))
    return model.eval()


def channels(model):
    stages = [getattr(model, f"stage{s}")[0] for s in (2, 3, 4)]
    halves = [stage.branch1[2].out_channels for stage in stages]
    return [model.conv1[0].out_channels, *(2 * half for half in halves), model.conv5[0].out_channels]


def main():
    name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    # The older exporters write the plain graphs that users have; their advice to change is not for here.
    warnings.simplefilter("ignore")
    model, sample = seeded(name), torch.zeros(1, 3, 224, 224)
    torch.onnx.export(model, (sample,), folder / f"{name}.onnx", dynamo=False, opset_version=17,
                      input_names=["input"], output_names=["logits"])
    torch.jit.trace(model, sample).save(folder / f"{name}.pt")
    tensors = {k: v.contiguous() for k, v in model.state_dict().items() if not k.endswith("tracked")}
    for suffix, size in (("", 256), (".whole", 224)):
        save_file(tensors, folder / f"{name}{suffix}.safetensors", {
            "format": "shuffled.model.v1", "name": f"{name}-seeded",
            "architecture": json.dumps({
                "family": "shufflenet_v2", "dialect": "torchvision", "stage_repeats": [4, 8, 4],
                "channels": channels(model), "activation": "relu", "classes": 1000}),
            "input": json.dumps(INPUT | {"resize_shorter": size}),
            "labels": json.dumps([f"class-{n}" for n in range(1000)])})


if __name__ == "__main__":
    main()
