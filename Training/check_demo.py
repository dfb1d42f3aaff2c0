"""Decodes the demo video, runs the exported model on every frame and compares with the segments' labels."""

import argparse
import csv
import os
from collections import Counter

import av
import numpy as np
from contact_sheet import sheet
from labels import LABELS
from model_file import read_network
from preprocess import centre_crop, resize_shorter
from train import predict


def segments(path):
    with open(path, newline="") as file:
        return [(float(row["start_seconds"]), float(row["end_seconds"]), row["label"]) for row in csv.DictReader(file)]


def decoded(path):
    """(seconds, uint8 picture as the network sees it) of each frame."""
    with av.open(path) as container:
        for frame in container.decode(video=0):
            yield frame.time, centre_crop(resize_shorter(frame.to_ndarray(format="rgb24")))


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--model", default="../models/signal-health.safetensors")
    options.add_argument("--demo", default="../demo")
    options.add_argument("--sheet", default="out/sheets/demo.png")
    options.add_argument("--require", type=float, default=0.98)
    choice = options.parse_args()
    frames = list(decoded(os.path.join(choice.demo, "demo.mp4")))
    times, pictures = np.array([time for time, _ in frames]), np.stack([picture for _, picture in frames])
    probabilities = predict(read_network(choice.model), pictures)
    guess = probabilities.argmax(1)
    right, seen, rows, names = 0, 0, [], []
    for start, end, label in segments(os.path.join(choice.demo, "segments.csv")):
        inside = np.flatnonzero((times >= start - 1e-6) & (times < end - 1e-6))
        hits = guess[inside] == LABELS.index(label)
        others = Counter(LABELS[g] for g in guess[inside][~hits])
        sure = probabilities[inside, LABELS.index(label)].mean()
        print(f"{start:5.1f} - {end:5.1f}  {label:13s} {hits.sum():4d} of {len(inside):4d}  mean probability {sure:.3f}  {dict(others) or ''}")
        right, seen = right + int(hits.sum()), seen + len(inside)
        rows.append(pictures[inside[:: max(1, len(inside) // 8)]][:8])
        names.append(label)
    assert seen == len(frames), f"the segments cover {seen} of {len(frames)} frames"
    os.makedirs(os.path.dirname(choice.sheet), exist_ok=True)
    sheet(rows, names, choice.sheet)
    print(f"{right} of {seen} frames right: {right / seen:.2%}")
    if right / seen < choice.require:
        raise SystemExit(f"fewer than {choice.require:.0%} right")


if __name__ == "__main__":
    main()
