#!/usr/bin/env python3
"""Writes one ShuffleNet V2 with seeded weights in every format that a benchmark needs.

    make_models.py NAME FOLDER        NAME: shufflenet_v2_x0_5, ..._x1_0, ..._x1_5 or ..._x2_0

FOLDER gets NAME.onnx, NAME.pt (TorchScript), NAME.safetensors and NAME.whole.safetensors, whose input is a whole
224 x 224 picture, not a crop of 256.
"""
import pathlib
import subprocess
import sys
import warnings

import torch
import torchvision

from machine import PROGRAM


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


def main():
    name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    # The older exporters write the plain graphs that users have; their advice to change is not for here.
    warnings.simplefilter("ignore")
    model, sample = seeded(name), torch.zeros(1, 3, 224, 224)
    torch.onnx.export(model, (sample,), folder / f"{name}.onnx", dynamo=False, opset_version=17,
                      input_names=["input"], output_names=["logits"])
    torch.jit.trace(model, sample).save(folder / f"{name}.pt")
    checkpoint = folder / f"{name}.pth"
    torch.save(model.state_dict(), checkpoint)
    for suffix, size in (("", 256), (".whole", 224)):
        subprocess.run(
            [PROGRAM, "model", "convert", checkpoint, "--output", folder / f"{name}{suffix}.safetensors", "--name",
             f"{name}-seeded", "--resize", str(size)], check=True, stdout=subprocess.DEVNULL)
    checkpoint.unlink()


if __name__ == "__main__":
    main()
