"""Makes a trained network's answers mean what they say: reluctance of faults to be called, then the temperature."""

import argparse

import numpy as np
import torch
from calibration import reluctance, temperature
from dataset import load
from labels import LABELS
from network import ShuffleNetV2
from preprocess import centre_crop
from train import logits_of


def fold(network, shifts, value):
    """Adds `shifts` to the logits and divides them by `value`: the model file needs no more than weights."""
    with torch.no_grad():
        network.fc.bias += torch.as_tensor(shifts, dtype=network.fc.bias.dtype)
        network.fc.weight /= value
        network.fc.bias /= value


def cropped(pictures):
    return np.stack([centre_crop(picture) for picture in pictures])


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--frames", default="out/frames")
    options.add_argument("--network", default="out/trained.pt", help="what train.py wrote")
    options.add_argument("--out", default="out/network.pt")
    choice = options.parse_args()
    saved = torch.load(choice.network)
    network = ShuffleNetV2(len(LABELS)).eval()
    network.load_state_dict(saved["state"])
    shifts = reluctance(logits_of(network, cropped(load(choice.frames, "healthy")[0])), LABELS.index("ok"))
    pictures, labels = load(choice.frames, "held-out")
    half = len(labels) // 2  # the other is for measuring
    found = temperature(logits_of(network, cropped(pictures[:half])) + shifts, labels[:half])
    fold(network, shifts, found)
    torch.save({"state": network.state_dict(), "history": saved["history"], "reluctance": shifts.tolist(), "temperature": found}, choice.out)
    print("reluctance " + ", ".join(f"{label} {shift:.2f}" for label, shift in zip(LABELS, shifts) if shift) + f"; temperature {found:.3f}")


if __name__ == "__main__":
    main()
