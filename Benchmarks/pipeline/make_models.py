#!/usr/bin/env python3
"""Writes the same ShuffleNet V2 x1.0 with seeded weights as ONNX and as safetensors.

    make_models.py OUT.onnx OUT.safetensors
"""
import json
import sys
import warnings

import torch
import torchvision
from safetensors.torch import save_file


def main():
    onnx, native = sys.argv[1], sys.argv[2]
    # The older exporter writes the plain graph that users have; its advice to change is not for here.
    warnings.simplefilter("ignore")
    torch.manual_seed(1)
    model = torchvision.models.shufflenet_v2_x1_0(weights=None)
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight, mode="fan_in")
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.uniform_(module.bias, -0.5, 0.5)
    # Statistics from data, so that the answers depend on the picture.
    model.train()
    with torch.no_grad():
        for _ in range(8):
            model(torch.randn(8, 3, 224, 224))
    model.eval()
    torch.onnx.export(model, (torch.zeros(1, 3, 224, 224),), onnx, dynamo=False, opset_version=17,
                      input_names=["input"], output_names=["logits"])
    metadata = {
        "format": "shuffled.model.v1", "name": "x1_0-seeded",
        "architecture": json.dumps({
            "family": "shufflenet_v2", "dialect": "torchvision", "stage_repeats": [4, 8, 4],
            "channels": [24, 116, 232, 464, 1024], "activation": "relu", "classes": 1000}),
        "input": json.dumps({
            "height": 224, "width": 224, "resize_shorter": 256, "channel_order": "rgb", "scale": 1 / 255,
            "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}),
        "labels": json.dumps([f"class-{n}" for n in range(1000)]),
    }
    tensors = {k: v.contiguous() for k, v in model.state_dict().items() if not k.endswith("tracked")}
    save_file(tensors, native, metadata)


if __name__ == "__main__":
    main()
