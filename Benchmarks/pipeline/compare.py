#!/usr/bin/env python3
"""Runs `shuffled process` and the Python pipeline in turn on the same 1080p film with the same ShuffleNet V2 x1.0,
checks that they give the same answers, and prints the ratio of the medians."""
import argparse
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from machine import OUT, PROGRAM, ROOT, commit, processor  # noqa: E402

NETWORK = "shufflenet_v2_x1_0"


def make_film(seconds):
    """The sample video enlarged to 1080p: real motion and texture, H.264 as cameras send it."""
    path = OUT / f"film-{seconds}s.mp4"
    if not path.exists():
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-stream_loop", "-1", "-i", ROOT / "demo" / "demo.mp4", "-t",
             str(seconds), "-vf", "scale=1920:1080:flags=lanczos,noise=alls=4:allf=t", "-c:v", "libx264",
             "-preset", "medium", "-b:v", "6M", "-pix_fmt", "yuv420p", path], check=True)
    return path


def make_models():
    """By a process of its own: a child's peak memory counts from its parent's, and PyTorch is large."""
    onnx, native = OUT / f"{NETWORK}.onnx", OUT / f"{NETWORK}.safetensors"
    if not (onnx.exists() and native.exists()):
        subprocess.run([sys.executable, HERE.parent / "make_models.py", NETWORK, OUT], check=True)
    return onnx, native


def run(command):
    """Seconds, processor seconds and peak memory (MB) of a command."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {command}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def agreement(ours, theirs):
    """The share of frames with the same most likely class, and how many frames each stored."""
    mine = dict(sqlite3.connect(ours).execute(
        "SELECT sequence, CAST(substr(label, 7) AS INT) FROM results"))
    other = dict(sqlite3.connect(theirs).execute("SELECT frame, label FROM predictions WHERE rank = 0"))
    same = sum(mine[k] == other.get(k) for k in mine)
    return same / max(1, len(mine)), len(mine), len(other)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=20, help="length of the film")
    options = arguments.parse_args()
    OUT.mkdir(exist_ok=True)
    film, (onnx, native) = make_film(options.seconds), make_models()
    workers = len(os.sched_getaffinity(0))
    print(f"processor {processor()}, {workers} cores; commit {commit()}")
    print(f"film 1920x1080 H.264, {options.seconds} s; ShuffleNet V2 x1.0; {options.rounds} rounds, in turn\n")
    times = {"shuffled": [], "python": []}
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = f"{folder}/shuffled.db", f"{folder}/python.db"
        commands = {
            "shuffled": [PROGRAM, "process", film, "--model", native, "--database", ours],
            "python": [sys.executable, HERE / "python_pipeline.py", film, onnx, theirs, str(workers)],
        }
        for round_number in range(options.rounds + 1):
            for name, command in commands.items():
                pathlib.Path(ours if name == "shuffled" else theirs).unlink(missing_ok=True)
                measured = run(command)
                if round_number > 0:  # the first one warms the caches
                    times[name].append(measured)
            if round_number == 0:
                share, mine, other = agreement(ours, theirs)
                print(f"frames stored: {mine} and {other}; same most likely class: {100 * share:.1f} %\n")
                if mine != other or share < 0.95:
                    sys.exit("the two do not do the same work")
    print(f"{'':10}{'seconds':>10}{'frames/s':>10}{'cpu s':>10}{'peak MB':>10}")
    medians = {}
    for name, runs in times.items():
        seconds, cpu, memory = (statistics.median(column) for column in zip(*runs))
        medians[name] = seconds
        print(f"{name:10}{seconds:10.2f}{mine / seconds:10.1f}{cpu:10.2f}{memory:10.0f}")
    print(f"\nshuffled is {medians['python'] / medians['shuffled']:.2f} times as fast (ratio of medians)")


if __name__ == "__main__":
    main()
