"""Measures a model file on photographs that ffmpeg spoilt, tells which were taken for what, and makes pages of them to look at."""

import argparse
import os
from collections import Counter

import numpy as np
from calibration import calibration_error
from contact_sheet import sheet
from foreign.album import album
from foreign.faults import SEVERITIES
from foreign.photographs import COLLECTIONS
from labels import LABELS
from model_file import read_network
from train import predict


def accuracy_lines(album, guess):
    """A table: right of shown, a class and a severity; then what the clear and severe ones were taken for."""
    yield "| shown as | " + " | ".join(SEVERITIES) + " | clear or severe, taken for |"
    yield "|---|" + "---:|" * len(SEVERITIES) + "---|"
    for index, label in enumerate(LABELS):
        cells = []
        for severity in range(len(SEVERITIES)):
            inside = (album.labels == index) & (album.severities == severity)
            cells.append(f"{(guess[inside] == index).sum()} of {inside.sum()}")
        wrong = guess[(album.labels == index) & (guess != index) & album.plain]
        names = ", ".join(f"{LABELS[other]} {(wrong == other).sum()}" for other in np.unique(wrong))
        yield f"| {label} | {' | '.join(cells)} | {names or '–'} |"


def summary(album, probabilities):
    guess, plain = probabilities.argmax(1), album.plain
    return {
        "right": float((guess == album.labels)[plain].mean()),
        "mild": float((guess == album.labels)[~plain].mean()),
        "false alarms": float((guess != 0)[album.labels == 0].mean()),
        "calibration error": calibration_error(probabilities[plain], album.labels[plain]),
        "calibration error with mild": calibration_error(probabilities, album.labels),
    }


def alarms(album, guess):
    """How many of each photograph's healthy pictures were called something else, most first."""
    found = Counter(album.names[(album.labels == 0) & (guess != 0)].tolist())
    return ", ".join(f"{name} {count}" for name, count in found.most_common()) or "none"


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--model", default="../models/signal-health.safetensors")
    options.add_argument("--collection", choices=COLLECTIONS, default="development")
    options.add_argument("--albums", default="out")
    options.add_argument("--sheets", default="out/sheets")
    choice = options.parse_args()
    shown = album(choice.albums, choice.collection)
    os.makedirs(choice.sheets, exist_ok=True)
    for severity, name in enumerate(SEVERITIES):
        rows = [shown.pictures[(shown.labels == index) & (shown.severities == severity)][::5][:8] for index in range(len(LABELS))]
        sheet(rows, LABELS, os.path.join(choice.sheets, f"photographs-{choice.collection}-{name}.png"))
    probabilities = predict(read_network(choice.model), shown.pictures)
    print("\n".join(accuracy_lines(shown, probabilities.argmax(1))))
    for name, value in summary(shown, probabilities).items():
        print(f"{name}: {value:.4f}")
    print(f"false alarms on: {alarms(shown, probabilities.argmax(1))}")


if __name__ == "__main__":
    main()
