"""Far too much light: large parts are clipped to white, some of the scene is left."""

import numpy as np
from camera import luma
from faults.fault import Fault
from scipy.ndimage import gaussian_filter


class Overexposed(Fault):
    def __init__(self, rng):
        self.clipped = rng.uniform(0.38, 0.9)  # share of the picture that turns white
        self.bloom = rng.uniform(0.0, 0.35)
        self.lift = rng.uniform(0.0, 0.2)
        self.gamma = rng.uniform(0.75, 1.1)
        self.level = None

    def apply(self, picture, t, rng):
        if self.level is None:
            self.level = max(float(np.quantile(luma(picture), 1 - self.clipped)), 0.02)
        bright = np.minimum(picture / self.level, 3.0) ** np.float32(self.gamma)
        if self.bloom:
            sigma = 0.02 * picture.shape[0]
            bright += self.bloom * gaussian_filter(np.maximum(bright - 1, 0), (sigma, sigma, 0), truncate=2)
        bright = bright * (1 - self.lift) + self.lift * np.minimum(bright.max(), 1.0)
        return np.clip(bright, 0, 1).astype(np.float32)
