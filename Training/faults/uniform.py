"""One flat colour: a blue screen, a muted grey, a covered or dead sensor."""

import numpy as np
import palette
from faults.fault import Fault
from PIL import Image
from texture import spectral_field


class Uniform(Fault):
    place = "source"

    def __init__(self, rng):
        kind = rng.random()
        if kind < 0.2:
            colour = (rng.uniform(0, 0.15), rng.uniform(0, 0.15), rng.uniform(0.5, 1.0))
        elif kind < 0.4:
            colour = (rng.uniform(0.2, 1.0),) * 3
        elif kind < 0.55:
            colour = (rng.uniform(0, 0.1), rng.uniform(0.4, 0.9), rng.uniform(0, 0.3))
        else:
            colour = palette.any_colour(rng)
        colour = np.float32(colour)
        # Darker than this would be `black`.
        while colour.mean() < 0.17:
            colour = np.clip(colour * 1.3 + 0.03, 0, 1)
        self.colour = colour.astype(np.float32)
        self.slope = np.float32(rng.choice((0.0, 1.0), p=(0.6, 0.4)) * rng.uniform(-0.08, 0.08, 2))
        self.noise = rng.choice((0.0, 1.0)) * rng.uniform(0.001, 0.02)
        # A hand or a leaf before the lens: light falls on it unevenly.
        self.cover = rng.uniform(0.01, 0.045) if rng.random() < 0.35 else 0.0
        self.seed = int(rng.integers(2**62))
        # Lenses give less light to the corners.
        self.vignette = rng.uniform(0.1, 0.6) if rng.random() < 0.3 else 0.0
        self.hum = rng.choice((0.0, 1.0), p=(0.85, 0.15)) * rng.uniform(0.005, 0.02)

    def apply(self, picture, t, rng):
        height, width = picture.shape[:2]
        rows = np.linspace(-1, 1, height, dtype=np.float32)[:, None, None]
        columns = np.linspace(-1, 1, width, dtype=np.float32)[None, :, None]
        flat = self.colour + self.slope[0] * rows + self.slope[1] * columns + self.hum * np.sin(rows * 4 + 3 * t)
        if self.cover:
            wide = spectral_field(np.random.default_rng(self.seed), (64, 96), 2.5)
            wide = np.asarray(Image.fromarray(wide).resize((width, height), Image.BICUBIC))
            flat = flat + self.cover * np.clip(wide, -2.5, 2.5)[:, :, None]
        flat = flat * (1 - self.vignette * (rows**2 + columns**2) / 2)
        return np.clip(flat + self.noise * rng.standard_normal(picture.shape, dtype=np.float32), 0, 1).astype(np.float32)
