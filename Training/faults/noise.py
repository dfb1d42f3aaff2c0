"""Snow: an analogue input without a carrier, or a signal that drowns in it."""

import math

import numpy as np
from faults.fault import Fault
from scipy.ndimage import uniform_filter1d


class Noise(Fault):
    place = "signal"

    def __init__(self, rng):
        # How much of the scene is left under the snow.
        self.scene = 0.0 if rng.random() < 0.2 else 1.0 if rng.random() < 0.5 else rng.uniform(0.1, 0.9)
        # With a scene below it may be a weak signal's or a hot sensor's; alone it fills the picture.
        self.strength = rng.uniform(0.18, 0.4) if self.scene < 0.1 else math.exp(rng.uniform(math.log(0.05), math.log(0.5)))
        self.base = rng.uniform(0.3, 0.55)
        self.colour = rng.choice((0.0, 1.0)) * rng.uniform(0.3, 1.0)
        self.part = rng.uniform(0.5, 0.85) if rng.random() < 0.15 else 1.0  # of the rows, from an edge that rolls
        self.grain = rng.uniform(0.9, 2.2)  # a grain's height in pixels at 256 rows
        self.stretch = 1.0 if rng.random() < 0.5 else rng.uniform(1.0, 3.0)  # a grain's width over its height
        self.binary = rng.random() < 0.3
        self.lines = rng.choice((0.0, 1.0), p=(0.6, 0.4)) * rng.uniform(0.03, 0.12)
        self.tear = rng.choice((0, 1), p=(0.7, 0.3)) * rng.uniform(0.01, 0.05)
        self.roll = rng.uniform(-0.5, 0.5)

    def apply(self, picture, t, rng):
        height, width = picture.shape[:2]
        grain = max(1.0, self.grain * height / 256)
        small = (max(1, int(height / grain)), max(1, int(width / (grain * self.stretch))))
        grey = rng.standard_normal((*small, 1), dtype=np.float32)
        tint = rng.standard_normal((*small, 3), dtype=np.float32)
        snow = grey * (1 - 0.5 * self.colour) + tint * self.colour
        if self.binary:
            snow = np.sign(snow) * np.abs(snow) ** 0.3
        rows = np.minimum(np.arange(height) * small[0] // height, small[0] - 1)
        columns = np.minimum(np.arange(width) * small[1] // width, small[1] - 1)
        snow = snow[rows][:, columns]
        if self.stretch > 1.5:
            snow = uniform_filter1d(snow, 2, axis=1) * 1.3
        if self.lines:
            snow += rng.standard_normal((height, 1, 1), dtype=np.float32) * self.lines * 4
        band = 1 + 0.3 * np.sin(6.28 * (np.arange(height, dtype=np.float32) / height + self.roll * t))[:, None, None]
        if self.tear and self.scene:
            shift = (self.tear * width * np.cumsum(rng.standard_normal(height)) / np.sqrt(height)).astype(int)
            picture = np.stack([np.roll(row, s, axis=0) for row, s in zip(picture, shift)])
        below = picture * self.scene + self.base * (1 - self.scene)
        snowy = np.clip(below + self.strength * band * snow, 0, 1).astype(np.float32)
        if self.part < 1:
            clear = np.arange(height) >= self.part * height
            clear = np.roll(clear, int(self.roll * (4 * t + 1) * height))[:, None, None]
            snowy = np.where(clear, picture, snowy)
        return snowy
