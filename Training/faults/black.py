"""No light or no signal: black, perhaps with the noise of an open input."""

import numpy as np
from faults.fault import Fault


class Black(Fault):
    place = "source"

    def __init__(self, rng):
        # 16/255 is studio black shown without range expansion.
        self.level = np.float32(rng.choice((0.0, rng.uniform(0, 0.03), 16 / 255)))
        self.tint = np.float32(rng.normal(0, 0.004, 3))
        self.noise = rng.choice((0.0, 1.0)) * rng.uniform(0.001, 0.012)
        self.leak = rng.choice((0.0, 1.0), p=(0.8, 0.2)) * rng.uniform(0, 0.02)

    def apply(self, picture, t, rng):
        height, width = picture.shape[:2]
        black = np.zeros_like(picture) + self.level + self.tint
        black += np.linspace(self.leak, 0, width, dtype=np.float32)[None, :, None]
        return np.clip(black + self.noise * rng.standard_normal(picture.shape, dtype=np.float32), 0, 1)
