"""A wall of small things, faced or at an angle: shelves, a circuit board, a rack of machines, a board of notices."""

import numpy as np
import palette
from goods import KINDS, Goods
from PIL import Image
from scenes.scene import DrawnOnce, halved
from scipy.ndimage import gaussian_filter
from texture import field_for
from view import View


class Display(DrawnOnce):
    def __init__(self, rng):
        super().__init__(rng)
        self.kind = str(rng.choice(KINDS))
        self.drift = rng.uniform(-0.01, 0.01)

    def drawn(self, rng, size):
        large = (size[0] * 2, size[1] * 2)
        rows = np.linspace(0, 1, large[1], dtype=np.float32)[:, None, None]
        upper, lower = np.float32(palette.interior(rng)), np.float32(palette.asphalt(rng))
        back = np.broadcast_to(upper * (1 - rows) + lower * rows, (large[1], large[0], 3))
        image = Image.fromarray((np.clip(back, 0, 1) * 255).astype(np.uint8))
        wide = rng.uniform(1.2, 3.0)
        # What is looked at fills most of the view: the wall beside it is nothing to judge a picture by.
        view = View(large, 3, rng.uniform(-0.9, 0.9), (rng.uniform(-0.2, 0.2), 0, 0), rng.uniform(-0.8, 0.8), rng.uniform(0.4, 1.15), rng.normal(0, 0.06))
        corners = [(-wide / 2, 0.5, 0), (wide / 2, 0.5, 0), (wide / 2, -0.5, 0), (-wide / 2, -0.5, 0)]
        tall = int(min(1400, view.focal / 3 * 1.1))
        view.lay(image, Goods(rng, (int(tall * wide), tall)).draw(self.kind), corners)
        picture = halved(np.asarray(image, dtype=np.float32) / 255)
        lamp = gaussian_filter(rng.uniform(0.5, 1.3, (5, 7)).astype(np.float32), 0.7)
        lamp = np.asarray(Image.fromarray(lamp).resize(size, Image.BICUBIC))
        fine = np.clip(field_for(rng, size, self.grain_slope), -2.5, 2.5)
        return picture * (lamp * (1 + 0.25 * self.grain * fine))[:, :, None]
