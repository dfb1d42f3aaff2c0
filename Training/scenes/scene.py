"""What every scene has in common: surfaces get texture, the sky gets clouds, lamps get glow."""

import numpy as np

from canvas import SKY, Canvas
from texture import field_for


class Scene:
    """A place seen by a camera. Made from random numbers once; drawn at any time `t` in seconds."""

    def __init__(self, rng):
        self.field_seed = int(rng.integers(2**62))
        self.grain = rng.uniform(0.05, 0.4)
        self.grain_slope = rng.uniform(0.7, 1.4)
        self.unevenness = rng.uniform(0.03, 0.12)
        self.cloudiness = rng.uniform(-1.0, 1.2)
        self.wind = rng.uniform(0.004, 0.02) * rng.choice((-1, 1))
        self.fields = {}

    def paint(self, canvas, t):
        raise NotImplementedError

    def picture(self, size, t):
        """The scene as linear-ish light: float32, H x W x 3, not yet clipped."""
        canvas = Canvas(size)
        self.paint(canvas, t)
        colour, rough = canvas.planes()
        fine, broad, cloud = self._fields(size)
        is_sky = np.abs(rough - SKY) < 0.5 / 255
        drift = int(round(self.wind * t * size[1]))
        cover = np.clip(np.roll(cloud, drift, axis=1) + self.cloudiness, 0, 1.6) * 0.5
        cover = np.where(is_sky, cover[:, :, None], 0)
        brightest = colour[is_sky[:, :, 0]].max() if is_sky.any() else 1.0
        picture = colour * (1 - cover) + min(1.0, brightest * 1.1) * cover
        picture *= 1 + np.where(is_sky, 0, rough) * self.grain * fine[:, :, None] + self.unevenness * broad[:, :, None]
        canvas.add_lights(picture)
        return np.maximum(picture, 0).astype(np.float32)

    def _fields(self, size):
        if size not in self.fields:
            rng = np.random.default_rng(self.field_seed)
            fine = np.clip(field_for(rng, size, self.grain_slope), -2.5, 2.5)
            self.fields[size] = fine, field_for(rng, size, 2.2), field_for(rng, size, 1.7)
        return self.fields[size]


class DrawnOnce(Scene):
    """A place whose picture is costly: drawn once for each size, and moved sideways as time passes, by `drift` heights a second."""

    is_dark = False

    def __init__(self, rng):
        super().__init__(rng)
        self.seed = int(rng.integers(2**62))
        self.drift = 0.0
        self.drawings = {}

    def drawn(self, rng, size):
        raise NotImplementedError

    def picture(self, size, t):
        if size not in self.drawings:
            self.drawings[size] = self.drawn(np.random.default_rng(self.seed), size)
        return np.roll(self.drawings[size], int(round(self.drift * t * size[1])), axis=1)


def halved(values):
    """Four pixels in one."""
    return (values[::2, ::2] + values[1::2, ::2] + values[::2, 1::2] + values[1::2, 1::2]) * np.float32(0.25)
