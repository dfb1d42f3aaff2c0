"""Out of focus, shaken, or a smeared lens: no edge is left where edges should be."""

import math

import numpy as np
import scipy.fft
from faults.fault import Fault
from scipy.ndimage import gaussian_filter


class Blurred(Fault):
    def __init__(self, rng):
        self.kind = str(rng.choice(("gauss", "disc", "motion"), p=(0.4, 0.35, 0.25)))
        # Sizes in pixels at 256 rows.
        self.sigma = math.exp(rng.uniform(math.log(2.2), math.log(9.0)))
        self.radius = math.exp(rng.uniform(math.log(4.0), math.log(15.0)))
        self.length = rng.uniform(18, 50)
        self.angle = rng.uniform(0, math.pi)

    def apply(self, picture, t, rng):
        scale = picture.shape[0] / 256
        breath = 1 + 0.06 * math.sin(1.5 * t)  # an autofocus that hunts
        if self.kind == "gauss":
            sigma = self.sigma * scale * breath
            return gaussian_filter(picture, (sigma, sigma, 0), truncate=3).astype(np.float32)
        if self.kind == "disc":
            return self._spread(picture, self._disc(self.radius * scale * breath))
        soft = gaussian_filter(picture, (1.0 * scale, 1.0 * scale, 0), truncate=3)
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
