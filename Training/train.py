"""Trains the network on the rendered frames, from random weights, on the CPU."""

import argparse
import copy
import os
import tempfile
import time

import numpy as np
import torch
from codec import jpeg
from dataset import SIDE, TURN, load
from labels import LABELS
from model_file import read_network
from network import ShuffleNetV2
from PIL import Image
from preprocess import CROP, centre_crop, normalise
from torch import distributed, multiprocessing, nn

AVERAGED_OVER = 150  # steps that the running average of the weights reaches back, near enough
SMALL = 160  # side of the crops that a first cycle's epochs but the last see: half of the work, and the network's mean does not mind
ZOOM = SIDE / CROP  # as much larger or smaller as fits into a frame
EASY = ("black", "uniform", "color-bars", "overexposed", "underexposed", "text-slate")  # one cycle tells them apart
CHECKED = 600  # held-out frames looked at after each epoch


def batches(frames, size, rng):
    order = rng.permutation(frames)
    for start in range(0, len(order) - size + 1, size):
        yield np.sort(order[start : start + size])


def augmented(pictures, rng, crop=CROP):
    """A random crop, a mirror image, another light and colour, a JPEG now and then. Sizes stay, or nearly: they carry a fault's meaning.

    Light and colour change by little, as an exposure is what some classes are about.
    """
    result = np.empty((len(pictures), crop, crop, 3), np.uint8)
    for i, picture in enumerate(pictures):
        side = int(crop * rng.uniform(1 / ZOOM, ZOOM)) if rng.random() < 0.4 else crop
        top, left = rng.integers(0, SIDE - side + 1, 2)
        picture = picture[top : top + side, left : left + side]
        if side != crop:  # so that blocks and grains meet the network's strides at any phase
            picture = np.asarray(Image.fromarray(picture).resize((crop, crop), Image.BICUBIC))
        if rng.random() < 0.5:
            picture = picture[:, ::-1]
        if rng.random() < 0.5:
            table = np.arange(256)[:, None] * (rng.uniform(0.92, 1.06) * rng.normal(1, 0.03, 3)) + rng.uniform(-2, 2)
            table = np.clip(table + 0.5, 0, 255).astype(np.uint8)
            picture = np.stack([table[:, plane][picture[:, :, plane]] for plane in range(3)], 2)
        if rng.random() < 0.15:
            picture = jpeg(np.ascontiguousarray(picture), rng.integers(70, 96), rng.choice((0, 2)))
        result[i] = picture
    return result


@torch.inference_mode()
def logits_of(network, pictures, size=100):
    """Logits, N x classes, of uint8 pictures already cropped to the network's input."""
    network.eval()
    return np.concatenate([
        network(torch.from_numpy(normalise(pictures[start : start + size])).contiguous(memory_format=torch.channels_last)).numpy()
        for start in range(0, len(pictures), size)
    ])


def predict(network, pictures, size=100):
    """Probabilities, N x classes, of uint8 pictures already cropped to the network's input."""
    return torch.from_numpy(logits_of(network, pictures, size)).softmax(1).numpy()


def average(mean, network, step):
    """Moves the running average a little towards the network's weights: faster at first, when they are still bad."""
    share = max(1 / AVERAGED_OVER, 1 / (step + 1))
    with torch.no_grad():
        for kept, now in zip(mean.parameters(), network.parameters()):
            kept.lerp_(now, share)


@torch.no_grad()
def renew_statistics(network, pictures, rng, count=2000, size=100):
    """BatchNorm's means and variances from the data, as the averaged weights never had any of their own."""
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over all batches
    network.train()
    chosen = np.sort(rng.permutation(len(pictures))[:count])
    for start in range(0, len(chosen), size):
        inputs = normalise(augmented(pictures[chosen[start : start + size]], rng))
        network(torch.from_numpy(inputs).contiguous(memory_format=torch.channels_last))
    network.eval()


def share_gradients(network):
    """The mean of all processes' gradients, in each of them: they then take the same step."""
    if not distributed.is_initialized():
        return
    gradients = [p.grad for p in network.parameters()]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    for gradient, part in zip(gradients, flat.split([gradient.numel() for gradient in gradients])):
        gradient.copy_(part.view_as(gradient))


class Training:
    """One process's part of it: the same weights and the same order of frames as the others, its share of each batch."""

    def __init__(self, choice, rank=0, workers=1):
        torch.manual_seed(choice.seed)
        torch.set_num_threads(1)
        self.choice, self.rank, self.workers = choice, rank, workers
        self.order, self.rng = np.random.default_rng(choice.seed), np.random.default_rng((choice.seed, rank))
        self.pictures, self.labels = load(choice.frames, "train")
        self.network = ShuffleNetV2(len(LABELS))
        if choice.start:
            self.network.load_state_dict(begun(choice.start)["state"])
        self.network = self.network.to(memory_format=torch.channels_last)
        self.mean = copy.deepcopy(self.network)
        decayed = [p for p in self.network.parameters() if p.ndim > 1]
        plain = [p for p in self.network.parameters() if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=choice.peak)
        self.steps = sum(len(self.frames(epoch)) // choice.batch for epoch in range(choice.epochs))
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(self.optimiser, choice.peak, total_steps=self.steps, pct_start=0.15)
        self.objective = nn.CrossEntropyLoss(label_smoothing=0.02)
        self.step = 0

    def frames(self, epoch):
        """All of them; of easy classes every other one when going on, as the time is better spent on the hard ones."""
        easy = np.isin(self.labels, [LABELS.index(label) for label in EASY])
        turn = np.arange(len(self.labels)) // len(TURN) % 2 == epoch % 2
        return np.flatnonzero(~easy | turn) if self.choice.start else np.arange(len(self.labels))

    def run(self):
        """The averaged network, and a row an epoch: number, loss, right of training and of held-out frames, minutes."""
        began, history = time.time(), []
        for epoch in range(self.choice.epochs):
            small = not self.choice.start and epoch < self.choice.epochs - 1
            loss, right = self.epoch(self.frames(epoch), SMALL if small else CROP)
            if self.rank == 0:
                history.append((epoch + 1, loss, right, self.check(), (time.time() - began) / 60))
                print("epoch %d: loss %.4f, train %.4f, held out %.4f, %.1f min" % history[-1], flush=True)
        renew_statistics(self.mean, self.pictures, self.rng)
        return self.mean, history

    def epoch(self, frames, crop):
        self.network.train()
        total, right, seen = 0.0, 0, 0
        for chosen in batches(frames, self.choice.batch, self.order):
            chosen = chosen[self.rank :: self.workers]
            inputs = torch.from_numpy(normalise(augmented(self.pictures[chosen], self.rng, crop))).contiguous(memory_format=torch.channels_last)
            targets = torch.from_numpy(self.labels[chosen])
            logits = self.network(inputs)
            loss = self.objective(logits, targets)
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()
            share_gradients(self.network)
            self.optimiser.step()
            self.schedule.step()
            average(self.mean, self.network, self.step)
            self.step += 1
            total += loss.item() * len(chosen)
            right += int((logits.argmax(1) == targets).sum())
            seen += len(chosen)
            if self.rank == 0 and self.step % 50 == 0:
                print(f"step {self.step} of {self.steps}: loss {total / seen:.4f}", flush=True)
        return total / seen, right / seen

    def check(self):
        pictures, labels = load(self.choice.frames, "held-out")
        now = copy.deepcopy(self.mean)
        renew_statistics(now, self.pictures, np.random.default_rng(self.choice.seed), count=600)
        guess = predict(now, np.stack([centre_crop(picture) for picture in pictures[:CHECKED]])).argmax(1)
        return float((guess == labels[:CHECKED]).mean())


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--frames", default="out/frames")
    options.add_argument("--out", default="out/trained.pt")
    options.add_argument("--epochs", type=int, default=7)
    options.add_argument("--batch", type=int, default=64)
    options.add_argument("--peak", type=float, default=4e-3, help="highest learning rate")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--start", help="a network to go on from, instead of random weights: what this program wrote, or a model file")
    options.add_argument("--workers", type=int, default=os.cpu_count(), help="processes, one thread each")
    choice = options.parse_args()
    if choice.workers == 1:
        return keep(choice, *Training(choice).run())
    with tempfile.TemporaryDirectory() as folder:
        multiprocessing.spawn(part, (choice, f"file://{folder}/meet"), choice.workers)


def begun(path):
    """Weights and the course of their training, which a model file does not tell."""
    return {"state": read_network(path).state_dict(), "history": []} if path.endswith(".safetensors") else torch.load(path)


def part(rank, choice, meeting):
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=choice.workers)
    network, history = Training(choice, rank, choice.workers).run()
    if rank == 0:
        keep(choice, network, history)
    distributed.destroy_process_group()


def keep(choice, network, history):
    before = begun(choice.start)["history"] if choice.start else []
    torch.save({"state": network.state_dict(), "history": before + history}, choice.out)


if __name__ == "__main__":
    main()
