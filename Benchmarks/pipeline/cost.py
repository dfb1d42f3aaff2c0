#!/usr/bin/env python3
"""What `shuffled process` costs besides what cannot be saved: its processor time against that of FFmpeg's decoding alone
plus the forward passes, measured in turn.

    Benchmarks/python Benchmarks/pipeline/cost.py [--rounds N] [--seconds S]
"""
import argparse
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from compare import make_film, make_models, run  # noqa: E402
from machine import PROGRAM, commit, processor  # noqa: E402


def seconds_a_pass(native, workers):
    """Processor seconds of one forward pass while all cores do nothing else."""
    command = [PROGRAM, "bench", "model", "--model", native, "--workers", str(workers), "--seconds", "1",
               "--format", "json"]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return workers / result["passes_per_second"]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=20, help="length of the film")
    options = arguments.parse_args()
    film, (_, native) = make_film(options.seconds), make_models()
    workers = len(os.sched_getaffinity(0))
    print(f"processor {processor()}, {workers} cores; commit {commit()}")
    print(f"film 1920x1080 H.264, {options.seconds} s; ShuffleNet V2 x1.0; {options.rounds} rounds, in turn\n")
    decode = ["ffmpeg", "-v", "error", "-nostdin", "-i", film, "-map", "0:v:0", "-f", "null", "-"]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds + 1):
            database = pathlib.Path(folder) / f"{number}.db"
            _, decoding, _ = run(decode)
            passes = seconds_a_pass(native, workers)
            _, whole, _ = run([PROGRAM, "process", film, "--model", native, "--database", database])
            frames = sqlite3.connect(database).execute("SELECT count(*) FROM results").fetchone()[0]
            if number == 0:  # warms the caches
                continue
            rows.append((decoding, passes * frames, whole, whole / (decoding + passes * frames)))
    names = ("decoding alone", "forward passes", "shuffled process", "ratio")
    medians = [statistics.median(column) for column in zip(*rows)]
    print(f"processor seconds of {frames} frames, medians:")
    for name, value in zip(names[:3], medians):
        print(f"  {name:18}{value:8.2f}  {1000 * value / frames:7.2f} ms a frame")
    print(f"\nshuffled process costs {medians[3]:.3f} times the sum of the other two (median of the rounds' ratios)")


if __name__ == "__main__":
    main()
