"""Trains the network on the rendered frames, from random weights, on the CPU."""

import argparse
import os
import time

import numpy as np
import torch
from dataset import SIDE, load
from labels import LABELS
from network import ShuffleNetV2
from preprocess import CROP, centre_crop, normalise
from torch import nn


def batches(count, size, rng):
    order = rng.permutation(count)
    for start in range(0, count - size + 1, size):
        yield np.sort(order[start : start + size])


def augmented(pictures, rng):
    """A random crop and, half of the time, a mirror image. Sizes stay: they carry the meaning of a fault."""
    result = np.empty((len(pictures), CROP, CROP, 3), np.uint8)
    for i, picture in enumerate(pictures):
        top, left = rng.integers(0, SIDE - CROP + 1, 2)
        picture = picture[top : top + CROP, left : left + CROP]
        result[i] = picture[:, ::-1] if rng.random() < 0.5 else picture
    return result


@torch.inference_mode()
def predict(network, pictures, size=100):
    """Probabilities, N x classes, of uint8 pictures already cropped to the network's input."""
    network.eval()
    parts = []
    for start in range(0, len(pictures), size):
        logits = network(torch.from_numpy(normalise(pictures[start : start + size])))
        parts.append(logits.softmax(1).numpy())
    return np.concatenate(parts)


def train(folder, epochs, batch, peak, seed, threads):
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    rng = np.random.default_rng(seed)
    pictures, labels = load(folder, "train")
    check_pictures, check_labels = load(folder, "held-out")
    check = np.stack([centre_crop(picture) for picture in check_pictures[:550]])
    network = ShuffleNetV2(len(LABELS)).to(memory_format=torch.channels_last)
    decayed = [p for p in network.parameters() if p.ndim > 1]
    plain = [p for p in network.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}], lr=peak)
    steps = epochs * (len(labels) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, peak, total_steps=steps, pct_start=0.15)
    objective = nn.CrossEntropyLoss(label_smoothing=0.03)
    began, history = time.time(), []
    for epoch in range(epochs):
        network.train()
        total, right, seen = 0.0, 0, 0
        for chosen in batches(len(labels), batch, rng):
            inputs = torch.from_numpy(normalise(augmented(pictures[chosen], rng))).contiguous(memory_format=torch.channels_last)
            targets = torch.from_numpy(labels[chosen])
            logits = network(inputs)
            loss = objective(logits, targets)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item() * len(chosen)
            right += int((logits.argmax(1) == targets).sum())
            seen += len(chosen)
        accuracy = float((predict(network, check).argmax(1) == check_labels[: len(check)]).mean())
        passed = (time.time() - began) / 60
        history.append((epoch + 1, total / seen, right / seen, accuracy, passed))
        print("epoch %d: loss %.4f, train %.4f, held out %.4f, %.1f min" % history[-1], flush=True)
    return network, history


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--frames", default="out/frames")
    options.add_argument("--out", default="out/network.pt")
    options.add_argument("--epochs", type=int, default=8)
    options.add_argument("--batch", type=int, default=64)
    options.add_argument("--peak", type=float, default=4e-3, help="highest learning rate")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--threads", type=int, default=os.cpu_count())
    choice = options.parse_args()
    network, history = train(choice.frames, choice.epochs, choice.batch, choice.peak, choice.seed, choice.threads)
    torch.save({"state": network.state_dict(), "history": history}, choice.out)


if __name__ == "__main__":
    main()
