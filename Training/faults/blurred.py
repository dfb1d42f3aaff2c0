"""Out of focus, shaken, or a smeared lens: no edge is left where edges should be."""

import math

import numpy as np
import scipy.fft
from faults.fault import Fault
from scipy.ndimage import gaussian_filter, uniform_filter


class Blurred(Fault):
    def __init__(self, rng):
        self.kind = str(rng.choice(("gauss", "disc", "box", "motion"), p=(0.35, 0.25, 0.15, 0.25)))
        # Sizes in pixels at 256 rows.
        self.sigma = math.exp(rng.uniform(math.log(1.9), math.log(10.0)))
        self.radius = math.exp(rng.uniform(math.log(3.6), math.log(16.0)))
        self.length = math.exp(rng.uniform(math.log(14), math.log(64)))
        self.angle = rng.uniform(0, math.pi)
        # Fog on the glass: what is left of the contrast, and the veil's brightness.
        self.left = rng.uniform(0.28, 0.8) if rng.random() < 0.3 else 1.0
        self.veil = rng.uniform(0.35, 0.85)

    def apply(self, picture, t, rng):
        return self._smeared(picture, t) * np.float32(self.left) + np.float32(self.veil * (1 - self.left))

    def _smeared(self, picture, t):
        scale = picture.shape[0] / 256
        breath = 1 + 0.06 * math.sin(1.5 * t)  # an autofocus that hunts
        if self.kind == "gauss":
            sigma = self.sigma * scale * breath
            return gaussian_filter(picture, (sigma, sigma, 0), truncate=3).astype(np.float32)
        if self.kind == "box":
            reach = int(self.radius * scale * breath)
            return uniform_filter(picture, (2 * reach + 1, 2 * reach + 1, 1)).astype(np.float32)
        if self.kind == "disc":
            return self._spread(picture, self._disc(self.radius * scale * breath))
        soft = gaussian_filter(picture, (0.5 * scale, 0.5 * scale, 0), truncate=3)
        return self._spread(soft, self._streak(self.length * scale))

    def _disc(self, radius):
        reach = int(radius) + 2
        rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        return np.clip(radius + 0.5 - np.hypot(rows, columns), 0, 1)

    def _streak(self, length):
        reach = int(length / 2) + 2
        rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        along = columns * math.cos(self.angle) + rows * math.sin(self.angle)
        across = -columns * math.sin(self.angle) + rows * math.cos(self.angle)
        return np.clip(1.5 - np.abs(across), 0, 1) * (np.abs(along) <= length / 2)

    def _spread(self, picture, kernel):
        """Convolves with an odd, square kernel; edges are reflected."""
        kernel = (kernel / kernel.sum()).astype(np.float32)
        reach = kernel.shape[0] // 2
        padded = np.pad(picture, ((reach, reach), (reach, reach), (0, 0)), mode="reflect")
        shape = [scipy.fft.next_fast_len(n, real=True) for n in padded.shape[:2]]
        spectrum = scipy.fft.rfft2(kernel, s=shape)[:, :, None]
        wide = scipy.fft.irfft2(scipy.fft.rfft2(padded, s=shape, axes=(0, 1)) * spectrum, s=shape, axes=(0, 1))
        height, width = picture.shape[:2]
        return np.clip(wide[2 * reach : 2 * reach + height, 2 * reach : 2 * reach + width], 0, 1).astype(np.float32)
