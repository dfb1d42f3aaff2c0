"""Measures a model file on photographs that ffmpeg spoilt, and makes pages of them to look at."""

import argparse
import os

import numpy as np
from calibration import calibration_error
from contact_sheet import sheet
from foreign.album import album
from foreign.faults import SEVERITIES
from labels import LABELS
from model_file import read_network
from train import predict


def accuracy_lines(labels, severities, guess):
    """A table: right of shown, a class and a severity; then what the clear and severe ones were taken for."""
    yield "| shown as | " + " | ".join(SEVERITIES) + " | clear or severe, taken for |"
    yield "|---|" + "---:|" * len(SEVERITIES) + "---|"
    for index, label in enumerate(LABELS):
        cells = []
        for severity in range(len(SEVERITIES)):
            inside = (labels == index) & (severities == severity)
            cells.append(f"{(guess[inside] == index).sum()} of {inside.sum()}")
        wrong = guess[(labels == index) & (guess != index) & ((severities > 0) | (index == 0))]
        names = ", ".join(f"{LABELS[other]} {(wrong == other).sum()}" for other in np.unique(wrong))
        yield f"| {label} | {' | '.join(cells)} | {names or '–'} |"


def summary(labels, severities, probabilities):
    """What the targets are about. `ok` has no severity: all of its pictures count."""
    guess = probabilities.argmax(1)
    plain = (severities > 0) | (labels == 0)
    return {
        "right": float((guess == labels)[plain].mean()),
        "mild": float((guess == labels)[~plain].mean()),
        "false alarms": float((guess != 0)[labels == 0].mean()),
        "calibration error": calibration_error(probabilities[plain], labels[plain]),
        "calibration error with mild": calibration_error(probabilities, labels),
    }


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--model", default="../models/signal-health.safetensors")
    options.add_argument("--album", default="out/album.npz")
    options.add_argument("--sheets", default="out/sheets")
    choice = options.parse_args()
    labels, severities, pictures = album(choice.album)
    os.makedirs(choice.sheets, exist_ok=True)
    for severity, name in enumerate(SEVERITIES):
        rows = [pictures[(labels == index) & (severities == severity)][::5][:8] for index in range(len(LABELS))]
        sheet(rows, LABELS, os.path.join(choice.sheets, f"photographs-{name}.png"))
    probabilities = predict(read_network(choice.model), pictures)
    print("\n".join(accuracy_lines(labels, severities, probabilities.argmax(1))))
    for name, value in summary(labels, severities, probabilities).items():
        print(f"{name}: {value:.4f}")


if __name__ == "__main__":
    main()
