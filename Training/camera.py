"""What a camera in good order does to light: exposure, colour, lens, sensor."""

import numpy as np
from scipy.ndimage import gaussian_filter

LUMA = np.array((0.299, 0.587, 0.114), dtype=np.float32)


def luma(picture):
    return picture @ LUMA


class Camera:
    def __init__(self, rng, dark=False, grainy=True):
        self.target = rng.uniform(0.13, 0.26) if dark else rng.uniform(0.3, 0.6)
        self.balance = np.float32(rng.normal(1.0, 0.06, 3))
        self.saturation = np.float32(rng.choice((0.0, 1.0), p=(0.08, 0.92)) * rng.uniform(0.5, 1.5))
        self.gamma = rng.uniform(0.8, 1.3)
        self.haze = rng.choice((0.0, 1.0), p=(0.75, 0.25)) * rng.uniform(0.05, 0.4) * (not dark)
        self.haze_level = rng.uniform(0.5, 0.85)
        self.vignette = rng.uniform(0.0, 0.4)
        self.softness = rng.uniform(0.0, 0.85)  # deviation in pixels at 256 rows
        self.sharpening = rng.choice((0.0, 1.0)) * rng.uniform(0.2, 1.3)
        self.grain = rng.uniform(0.0, 0.022) if grainy else 0.003
        self.gain = None  # set by the first picture, then held like a locked exposure

    def look(self, picture):
        """Light to a display picture in 0..1, without the sensor's grain."""
        height, width = picture.shape[:2]
        if self.gain is None:
            self.gain = self._auto_exposure(picture)
        picture = np.clip(picture * self.gain * self.balance, 0, 1) ** np.float32(self.gamma)
        grey = luma(picture)[:, :, None]
        picture = grey + (picture - grey) * self.saturation
        rows = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
        columns = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
        picture = picture * (1 - self.vignette * 0.5 * (rows**2 + columns**2))[:, :, None]
        picture += (self.haze_level - picture) * np.float32(self.haze)
        sigma = self.softness * height / 256
        if sigma > 0.15:
            picture = gaussian_filter(picture, (sigma, sigma, 0), truncate=3)
        if self.sharpening:
            soft = gaussian_filter(picture, (1, 1, 0), truncate=2)
            picture = picture + self.sharpening * (picture - soft)
        return np.clip(picture, 0, 1)

    def _auto_exposure(self, picture):
        """The gain that puts the mean at the target, held back so that at most some 12 % of the picture clips."""
        level = luma(np.clip(picture, 0, 1.5)).mean()
        gain = (self.target ** (1 / self.gamma)) / max(level, 1e-3)
        bright = np.quantile(luma(picture), 0.88)
        return float(np.clip(min(gain, 1.1 / max(bright, 1e-3)), 0.3, 4.0))

    def add_grain(self, picture, rng):
        if self.grain <= 0:
            return picture
        noise = rng.standard_normal(picture.shape, dtype=np.float32) * np.float32(self.grain)
        return np.clip(picture + noise, 0, 1)
