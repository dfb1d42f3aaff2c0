"""Measures the exported model on held-out frames and on photographs, and writes report.md."""

import argparse
import os

import numpy as np
import torch
from calibration import BINS, calibration_error, reliability
from dataset import load
from foreign.album import FINENESS, album
from foreign.photographs import COLLECTIONS, CUTS
from labels import LABELS
from model_file import read_network
from photographs import accuracy_lines, alarms, summary
from preprocess import centre_crop
from train import CHECKED, predict


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


def reliability_lines(probabilities, labels):
    yield "| confidence | answers | mean confidence | right |"
    yield "|---|---:|---:|---:|"
    for low, high, count, sure, right in reliability(probabilities, labels):
        yield f"| {low:.2f} to {high:.2f} | {count} | {sure:.3f} | {right:.3f} |"


def held_out_lines(probabilities, labels):
    half = len(labels) // 2  # the temperature was found on the first half
    guess = probabilities.argmax(1)
    error = calibration_error(probabilities[half:], labels[half:])
    yield from (
        f"{len(labels)} frames from seeds that training never saw: **{(guess == labels).mean():.2%}** right; of `ok` frames, "
        f"{(guess != 0)[labels == 0].mean():.2%} were called something else.", "",
        *matrix_lines(confusion(labels, guess)), "",
        "These frames come from the same generator as the training frames, so the figure says that the network learnt the "
        "generator, not how it does on any particular camera.", "",
        f"Expected calibration error ({BINS} bins), on the half that the temperature was not found on: {error:.3f}.", "",
        *reliability_lines(probabilities[half:], labels[half:]),
    )


def photograph_lines(shown, probabilities):
    guess, found, plain = probabilities.argmax(1), summary(shown, probabilities), shown.plain
    names = ", ".join(os.path.basename(name) for name in COLLECTIONS["test"].names)
    yield from (
        f"{len(COLLECTIONS['test'].names)} photographs that come inside scikit-image, scikit-learn and matplotlib ({names}), {CUTS} cuts of each, with "
        "every fault put on by filters of ffmpeg's and by real streams with noise in their bits, encoded as H.264 and decoded. Nothing "
        "was trained on them.", "",
        *figure_lines(shown, probabilities, found), "",
        "Mild faults are ambiguous: a blur that one would need the sharp picture to notice, a light film grain, a shade too dark. Many "
        f"people would call them `ok`, and so does the model. `ok` has no severity: its columns are x264 at crf {FINENESS[0]}, {FINENESS[1]} and "
        f"{FINENESS[2]}.", "",
        *accuracy_lines(shown, guess), "",
        "Clear and severe ones and all `ok` ones:", "",
        *matrix_lines(confusion(shown.labels[plain], guess[plain])), "",
        *reliability_lines(probabilities[plain], shown.labels[plain]),
    )


def figure_lines(shown, probabilities, found):
    yield f"- right, at clear and severe faults and of all `ok` ones: **{found['right']:.2%}** of {shown.plain.sum()}"
    yield f"- false alarms, `ok` called something else: {found['false alarms']:.2%} of {(shown.labels == 0).sum()}; on: {alarms(shown, probabilities.argmax(1))}"
    yield f"- expected calibration error of the same: {found['calibration error']:.3f}; with mild ones: {found['calibration error with mild']:.3f}"
    yield f"- right, at mild faults: {found['mild']:.2%} of {(~shown.plain).sum()}"


def more_lines(network, folder):
    """The photographs from OpenCV's documentation, where they are."""
    about = {
        "fresh": "photographs that no model was shown during development",
        "development": "photographs that models were shown as often as it helped",
    }
    yield from ("## More photographs", "", "From Debian's opencv-doc, with the same faults and cuts.")
    for name, what in about.items():
        collection = COLLECTIONS[name]
        if not collection.available():
            yield from ("", f"{len(collection.names)} {what}: not measured, as {collection.origin} is not there (`make opencv`).")
            continue
        shown = album(folder, name)
        probabilities = predict(network, shown.pictures)
        yield from ("", f"{len(collection.names)} {what} ({', '.join(collection.names)}):", "")
        yield from (*figure_lines(shown, probabilities, summary(shown, probabilities)), "", *accuracy_lines(shown, probabilities.argmax(1)))


def training_lines(saved):
    yield from ("## Training", "", f"Held out here: the first {CHECKED} held-out frames only, by the averaged weights. Minutes are a cycle's.")
    yield from ("", "| epoch | loss | right, training frames | right, held out | minutes so far |", "|---:|---:|---:|---:|---:|")
    for number, loss, train, held, passed in saved["history"]:
        yield f"| {number} | {loss:.4f} | {train:.4f} | {held:.4f} | {passed:.1f} |"
    shifts = ", ".join(f"`{label}` {shift:.2f}" for label, shift in zip(LABELS, saved["reluctance"]) if shift) or "none"
    yield from ("", f"Reluctance, added to a class's logit: {shifts}. Temperature: {saved['temperature']:.3f}.")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--frames", default="out/frames")
    options.add_argument("--network", help="for the course of its training, where it is the model's")
    options.add_argument("--model", default="../models/signal-health.safetensors", help="what is measured")
    options.add_argument("--albums", default="out")
    options.add_argument("--out", default="report.md")
    choice = options.parse_args()
    network = read_network(choice.model)
    pictures, labels = load(choice.frames, "held-out")
    probabilities = predict(network, np.stack([centre_crop(picture) for picture in pictures]))
    shown = album(choice.albums)
    lines = [
        "# What the shipped model can do", "",
        "Written by `report.py`. Network: ShuffleNet V2 x0.5, trained from random weights on synthetic frames.", "",
        "## Held-out synthetic frames", "", *held_out_lines(probabilities, labels), "",
        "## Photographs", "", *photograph_lines(shown, predict(network, shown.pictures)), "",
        *more_lines(network, choice.albums),
    ]
    if choice.network:
        lines += ["", *training_lines(torch.load(choice.network))]
    with open(choice.out, "w") as file:
        file.write("\n".join(lines) + "\n")
    print(f"held out: {(probabilities.argmax(1) == labels).mean():.4f} of {len(labels)}; written to {choice.out}")


if __name__ == "__main__":
    main()
