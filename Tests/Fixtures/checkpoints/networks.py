#!/usr/bin/env python3
"""Makes checkpoints of whole networks that the tests read, by PyTorch, and what the networks answer.

    python3 -m venv .venv && .venv/bin/pip install torch torchvision numpy pillow
    .venv/bin/python Tests/Fixtures/checkpoints/networks.py

Small ShuffleNets of three classes, each in both of torch.save's forms: torchvision's as a plain state dict, Megvii's as
training leaves it, in a dictionary and with the names of nn.DataParallel. picture.png is 272 x 256: its shorter side is
what it is resized to, so that nothing is rounded before the crop. networks.json has the logits, in double precision:
`usual` of the dialect's own input, `cropped` of 96 x 64 pixels, torchvision's with other numbers in another order.
"""
import json
import pathlib
import sys

import numpy as np
import torch
from PIL import Image

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parent / "networks"))

import megvii  # noqa: E402
import torchvision_v2  # noqa: E402

ARCHITECTURE = {
    "family": "shufflenet_v2", "stage_repeats": [1, 2, 1], "channels": [8, 16, 24, 32, 40], "activation": "relu",
    "classes": 3,
}


def seeded(model, seed):
    """Weights and statistics that let the picture move the logits."""
    generator = torch.Generator().manual_seed(seed)
    state = model.state_dict()
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            tensor.fill_(1000)
        elif tensor.dim() > 1:
            tensor.copy_(torch.randn(tensor.shape, generator=generator) * (2 / tensor[0].numel()) ** 0.5)
        else:
            low = 0.5 if name.endswith(("running_var", ".weight")) else -0.5
            tensor.copy_(torch.rand(tensor.shape, generator=generator) + low)
    model.load_state_dict(state)
    return model.eval()


def picture():
    """Squares of random colors, which a PNG file holds in little space."""
    squares = np.random.default_rng(5).integers(0, 256, (16, 17, 3), dtype=np.uint8)
    Image.fromarray(squares.repeat(16, 0).repeat(16, 1)).save(HERE / "picture.png", optimize=True)
    return np.asarray(Image.open(HERE / "picture.png").convert("RGB"))


def logits(model, image, width, height, order="rgb", scale=1.0, mean=(0, 0, 0), std=(1, 1, 1)):
    top, left = (image.shape[0] - height) // 2, (image.shape[1] - width) // 2
    samples = image[top : top + height, left : left + width].astype(np.float64)
    if order == "bgr":
        samples = samples[:, :, ::-1]
    planes = torch.from_numpy(np.ascontiguousarray((samples * scale - mean) / std).transpose(2, 0, 1)[None])
    with torch.no_grad():
        *_, (_, answer) = model.double().marked(planes)
    return answer[0].tolist()


def save(name, obj):
    torch.save(obj, HERE / f"{name}.pth")
    torch.save(obj, HERE / f"{name}.legacy.pth", _use_new_zipfile_serialization=False)


def main():
    image = picture()
    answers = {}

    model = seeded(torchvision_v2.Network(ARCHITECTURE), 1)
    save("network-torchvision", dict(model.state_dict()))
    usual = {"scale": 1 / 255, "mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}
    other = {"order": "bgr", "scale": 1 / 128, "mean": (1, 0.75, 0.5), "std": (0.5, 1, 2)}
    answers["network-torchvision"] = {
        "usual": logits(model, image, 224, 224, **usual), "cropped": logits(model, image, 96, 64, **other)}

    model = seeded(megvii.Network(ARCHITECTURE | {"groups": 1}), 2)
    state = {f"module.{key}": value for key, value in model.state_dict().items()}
    save("network-megvii", {"epoch": 12, "state_dict": state})
    answers["network-megvii"] = {
        "usual": logits(model, image, 224, 224, order="bgr"), "cropped": logits(model, image, 96, 64, order="bgr")}

    (HERE / "networks.json").write_text(json.dumps(answers, indent=2) + "\n")


if __name__ == "__main__":
    main()
