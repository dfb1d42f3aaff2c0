"""Far too little light: the scene is there, but barely above black."""

import numpy as np
from camera import luma
from faults.fault import Fault


class Underexposed(Fault):
    def __init__(self, rng):
        self.mean = rng.uniform(0.022, 0.085)
        self.ceiling = rng.uniform(0.15, 0.35)
        self.gamma = rng.uniform(0.9, 1.4)
        self.noise = rng.choice((0.0, 1.0)) * rng.uniform(0.002, 0.012)
        self.tint = np.float32(rng.normal(1.0, 0.05, 3))
        self.gain = None

    def apply(self, picture, t, rng):
        dark = picture ** np.float32(self.gamma)
        if self.gain is None:
            self.gain = self.mean / max(float(luma(dark).mean()), 1e-3)
        dark = dark * np.float32(self.gain) * self.tint
        dark = self.ceiling * np.tanh(dark / self.ceiling)
        return np.clip(dark + self.noise * rng.standard_normal(dark.shape, dtype=np.float32), 0, 1).astype(np.float32)
