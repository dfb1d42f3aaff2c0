#!/usr/bin/env python3
"""Makes the checkpoints that the tests read, by PyTorch, and the values that are in them.

    python3 -m venv .venv && .venv/bin/pip install torch numpy safetensors
    .venv/bin/python Tests/Fixtures/checkpoints/generate.py

Each is written in both forms: NAME.pth as torch.save does today, NAME.legacy.pth as it did before 1.6.
networks.py makes those of whole networks.
expected.safetensors has what a reader should find in them, as 32-bit floats, each tensor as `CHECKPOINT:TENSOR`.
"""
import argparse
import collections
import pathlib
import warnings

import numpy as np
import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
FLOATS = (torch.float64, torch.float32, torch.float16, torch.bfloat16)
expected = {}


def save(name, obj, tensors, **options):
    torch.save(obj, HERE / f"{name}.pth", **options)
    torch.save(obj, HERE / f"{name}.legacy.pth", _use_new_zipfile_serialization=False, **options)
    for key, tensor in tensors.items():
        if tensor.dtype in FLOATS:
            expected[f"{name}:{key}"] = tensor.detach().to(torch.float32).clone(memory_format=torch.contiguous_format)


def network():
    torch.manual_seed(7)
    model = torch.nn.Sequential(
        collections.OrderedDict(
            conv=torch.nn.Conv2d(2, 3, 3, bias=False), norm=torch.nn.BatchNorm2d(3), fc=torch.nn.Linear(3, 2)
        )
    )
    model.norm.running_mean.copy_(torch.tensor([0.5, -1.25, 3]))
    model.norm.num_batches_tracked.fill_(70000)
    return model


def main():
    warnings.simplefilter("ignore")
    model = network()
    state = model.state_dict()
    save("plain", state, state)

    numbers = torch.tensor([1.5, -2.5, 0, 2.0**-14, 65504])
    types = {str(t).removeprefix("torch."): numbers.to(t) for t in FLOATS}
    for t in ("int64", "int32", "int16", "int8", "uint8", "bool", "complex64", "complex128"):
        types[t] = torch.ones(2, 3).to(getattr(torch, t))
    types["scalar"] = torch.tensor(2.75)
    types["empty"] = torch.zeros(0, 4)
    save("types", types, types)
    # Since torch 2.1 newer types lie in untyped storages; the old form cannot have them.
    newer = {"uint16": torch.ones(3).to(torch.uint16), "float8": torch.ones(3).to(torch.float8_e4m3fn),
             "weight": numbers}
    torch.save(newer, HERE / "newer-types.pth")
    expected["newer-types:weight"] = numbers

    base = torch.arange(60, dtype=torch.float32) / 4
    cube = base.view(3, 4, 5)
    views = {
        "whole": base,
        "transposed": cube.permute(2, 0, 1),
        "sliced": cube[1:, 1:3, ::2],
        "last": base[59:],
        "diagonal": cube[0].diagonal(),
        "expanded": base[7].expand(2, 3),
        "rows-repeated": cube[2, 1:2].expand(3, 5),
        "windows": base.unfold(0, 4, 2)[:5],
        "channels-last": torch.arange(24.0).view(1, 2, 3, 4).to(memory_format=torch.channels_last),
        "halves": torch.arange(12, dtype=torch.float16).view(3, 4).t(),
        "double-column": torch.arange(12, dtype=torch.float64).view(3, 4)[:, 2],
        "nothing": cube[:, 4:],
    }
    save("views", views, views)

    optimizer = torch.optim.Adam(model.parameters())
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    trained = {key: value.clone() for key, value in model.state_dict().items()}
    beside = {
        "epoch": 90, "loss": 0.125, "best": np.float64(71.5), "big": 10**30, "name": "ünïcode \U0001f600", "done": True,
        "nothing": None, "history": [1, 2.5, "a", (1, 2, 3, 4), {"x": []}], "size": torch.Size([1, 2]),
        "device": torch.device("cpu"), "type": torch.float16, "seen": {1, 2}, "raw": b"bytes",
        "counter": collections.Counter("abca"), "args": argparse.Namespace(lr=0.1, layers=[1, 2]),
        "optimizer": optimizer.state_dict(),
    }
    parallel = collections.OrderedDict((f"module.{key}", value) for key, value in trained.items())
    compiled = {f"_orig_mod.module.{key}": value for key, value in trained.items()}
    parameters = {key: torch.nn.Parameter(value) for key, value in trained.items() if value.is_floating_point()}
    save("state-dict", {**beside, "state_dict": parallel}, trained)
    save("model", {**beside, "model": compiled}, trained)
    save("model-state-dict", {**beside, "model_state_dict": parameters}, parameters)
    for protocol in (3, 4, 5):
        save(f"protocol-{protocol}", {**beside, "model": trained}, trained, pickle_protocol=protocol)

    save_file(expected, HERE / "expected.safetensors")


if __name__ == "__main__":
    main()
