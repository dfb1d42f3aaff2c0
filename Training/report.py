"""Measures the trained network on held-out frames and writes report.md."""

import argparse

import numpy as np
import torch
from dataset import load
from labels import LABELS
from network import ShuffleNetV2
from photographs import check_photographs
from preprocess import centre_crop
from train import predict


def confusion(truth, guess):
    matrix = np.zeros((len(LABELS), len(LABELS)), int)
    np.add.at(matrix, (truth, guess), 1)
    return matrix


def matrix_lines(matrix):
    yield "| true \\ predicted | " + " | ".join(LABELS) + " | recall | precision |"
    yield "|---|" + "---:|" * (len(LABELS) + 2)
    for i, label in enumerate(LABELS):
        recall = matrix[i, i] / max(1, matrix[i].sum())
        precision = matrix[i, i] / max(1, matrix[:, i].sum())
        cells = " | ".join(str(n) if n else "·" for n in matrix[i])
        yield f"| {label} | {cells} | {recall:.3f} | {precision:.3f} |"


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--frames", default="out/frames")
    options.add_argument("--network", default="out/network.pt")
    options.add_argument("--out", default="report.md")
    choice = options.parse_args()
    saved = torch.load(choice.network)
    network = ShuffleNetV2(len(LABELS))
    network.load_state_dict(saved["state"])
    pictures, labels = load(choice.frames, "held-out")
    trained_on = len(load(choice.frames, "train")[1])
    probabilities = predict(network, np.stack([centre_crop(picture) for picture in pictures]))
    guess = probabilities.argmax(1)
    matrix = confusion(labels, guess)
    lines = [
        "# What the shipped model can do", "",
        "Written by `report.py`. Network: ShuffleNet V2 x0.5, trained from random weights on "
        f"{trained_on} synthetic frames; {len(saved['history'])} epochs, {saved['history'][-1][4]:.0f} minutes on a shared CPU.", "",
        "## Held-out synthetic frames", "",
        f"{len(labels)} frames from seeds that training never saw: **{(guess == labels).mean():.2%}** right.", "",
        *matrix_lines(matrix), "",
        "These frames come from the same generator as the training frames, so the figure says that the network learnt the "
        "generator, not how it does on any particular camera.", "",
        "## Photographs", "", *check_photographs(network), "",
        "## Training", "", "Held out here: the first 550 held-out frames only.", "",
        "| epoch | loss | right, training frames | right, held out | minutes so far |", "|---:|---:|---:|---:|---:|",
    ]
    lines += [f"| {e} | {loss:.4f} | {train:.4f} | {held:.4f} | {passed:.1f} |" for e, loss, train, held, passed in saved["history"]]
    with open(choice.out, "w") as file:
        file.write("\n".join(lines) + "\n")
    print(f"held out: {(guess == labels).mean():.4f} of {len(labels)}; written to {choice.out}")


if __name__ == "__main__":
    main()
