"""Writes the trained weights as the model file that the daemon ships and loads."""

import argparse
import json
import os

import torch
from labels import LABELS
from network import CHANNELS, STAGE_REPEATS, ShuffleNetV2
from preprocess import CROP, MEAN, RESIZE_SHORTER, STD
from safetensors.torch import save_file


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def description(name):
    """The file's metadata: every value is a string, structured ones are JSON."""
    return {
        "format": "shuffled.model.v1",
        "name": name,
        "architecture": compact({
            "family": "shufflenet_v2", "dialect": "torchvision", "stage_repeats": list(STAGE_REPEATS),
            "channels": list(CHANNELS), "activation": "relu", "classes": len(LABELS),
        }),
        "input": compact({
            "height": CROP, "width": CROP, "resize_shorter": RESIZE_SHORTER, "channel_order": "rgb", "scale": 1 / 255,
            "mean": list(MEAN), "std": list(STD),
        }),
        "labels": compact(list(LABELS)),
    }


def export(state, path, name="signal-health", half=True):
    """Half-precision weights take half of the space; BatchNorm's small numbers and the classifier stay whole."""
    tensors = {}
    for key, value in state.items():
        if not key.endswith("num_batches_tracked"):
            kind = torch.float16 if half and value.ndim == 4 else torch.float32
            tensors[key] = value.to(kind).contiguous()
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    save_file(tensors, path, metadata=description(name))


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--network", default="out/network.pt")
    options.add_argument("--out", default="../models/signal-health.safetensors")
    options.add_argument("--whole", action="store_true", help="float32 instead of float16")
    choice = options.parse_args()
    state = torch.load(choice.network)["state"]
    ShuffleNetV2(len(LABELS)).load_state_dict(state)
    export(state, choice.out, half=not choice.whole)
    print(f"{choice.out}: {os.path.getsize(choice.out)} bytes")


if __name__ == "__main__":
    main()
