"""Frames on disk: a memory-mapped array of pictures and their labels, rendered once from seeds."""

import argparse
import os
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from clip import Clip
from labels import LABELS
from preprocess import centre_crop, resize_shorter

SIDE = 240  # a little more than the crop, so that training can shift it
# First seeds; the ranges never meet. The demo video has its own.
FIRST_SEED = {"train": 0, "held-out": 10_000_000, "healthy": 30_000_000}
CHUNK = 48


# A camera is healthy most of the time, and a false alarm is what annoys: `ok` comes four times, and twice the classes that
# are most varied and nearest to it. Four frames have one seed: a scene costs more than its faults, and what differs between
# the four is what went wrong.
TURN = (
    "ok", "noise", "blurred", "blocky",
    "ok", "overexposed", "underexposed", "blocky",
    "ok", "black", "uniform", "blurred",
    "ok", "color-bars", "text-slate", "noise",
)
SHARED = 4


def frame(split, index):
    """The picture and its label. `healthy` ones are all `ok`, each of another place: what few alarms are about needs many of them."""
    shared, turn = (1, ("ok",)) if split == "healthy" else (SHARED, TURN)
    seed, label = FIRST_SEED[split] + index // shared, turn[index % len(turn)]
    t = float(np.random.default_rng((seed, 7)).uniform(0, 30))
    picture = Clip(label, seed).picture(t)
    return centre_crop(resize_shorter(picture), SIDE), LABELS.index(label)


def _chunk(split, start, stop):
    return start, [frame(split, index) for index in range(start, stop)]


def paths(folder, split):
    return os.path.join(folder, f"{split}-pictures.npy"), os.path.join(folder, f"{split}-labels.npy")


def generate(folder, split, count, workers):
    os.makedirs(folder, exist_ok=True)
    picture_path, label_path = paths(folder, split)
    pictures = np.lib.format.open_memmap(picture_path, "w+", np.uint8, (count, SIDE, SIDE, 3))
    labels = np.zeros(count, np.int64)
    with ProcessPoolExecutor(workers) as pool:
        jobs = [pool.submit(_chunk, split, i, min(count, i + CHUNK)) for i in range(0, count, CHUNK)]
        for done, job in enumerate(jobs, 1):
            start, frames = job.result()
            for offset, (picture, label) in enumerate(frames):
                pictures[start + offset], labels[start + offset] = picture, label
            if done % 20 == 0:
                print(f"{split}: {min(done * CHUNK, count)} of {count}", flush=True)
    pictures.flush()
    np.save(label_path, labels)


def load(folder, split):
    picture_path, label_path = paths(folder, split)
    return np.load(picture_path, mmap_mode="r"), np.load(label_path)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", default="out/frames")
    options.add_argument("--train", type=int, default=32_000)
    options.add_argument("--held-out", type=int, default=1_920)
    options.add_argument("--healthy", type=int, default=2_400)
    options.add_argument("--workers", type=int, default=os.cpu_count())
    choice = options.parse_args()
    for split, count in (("train", choice.train), ("held-out", choice.held_out), ("healthy", choice.healthy)):
        generate(choice.out, split, count, choice.workers)


if __name__ == "__main__":
    main()
