"""Things that cover one another, each with a texture, a shade and a focus of its own: dead leaves with insides."""

import math

import numpy as np
import palette
from pattern import Pattern
from PIL import Image, ImageDraw
from scenes.scene import Scene, halved
from scipy.ndimage import gaussian_filter
from texture import spectral_field

FIELD = 320  # side of a periodic texture; larger pictures repeat it


class Closeup(Scene):
    """Photographs differ from drawings in what is inside of an outline. Sizes fall as 1 / r^3, as in nature."""

    is_dark = False

    def __init__(self, rng):
        super().__init__(rng)
        self.seed = int(rng.integers(2**62))
        self.drift = rng.uniform(-0.02, 0.02, 2)
        self.count = int(math.exp(rng.uniform(math.log(8), math.log(220))))
        self.smallest, self.largest = rng.uniform(0.01, 0.05), rng.uniform(0.25, 0.7)
        self.even = rng.random() < 0.6  # as many large things as small ones
        self.far_blur = rng.uniform(1.5, 7) if rng.random() < 0.35 else 0.0  # pixels at 256 rows
        self.contrast = rng.uniform(0.05, 0.6)
        self.light = rng.uniform(0, 2 * math.pi)
        self.patterned = rng.uniform(0.1, 0.9) if rng.random() < 0.6 else 0.0  # share of things with stripes, bricks, windows
        self.layers = {}

    def picture(self, size, t):
        if size not in self.layers:
            rng = np.random.default_rng(self.seed)
            bank = self._textures(rng)
            far = self._layer(rng, size, bank, max(4, self.count // 2), True)[0]
            near, cover = self._layer(rng, size, bank, self.count, False)
            # A picture of little else than what is out of focus is out of focus.
            if self.far_blur and cover[size[1] // 4 : -size[1] // 4, size[0] // 4 : -size[0] // 4].mean() > 0.35:
                sigma = self.far_blur * size[1] / 256
                far = gaussian_filter(far, (sigma, sigma, 0), truncate=2.5)
            self.layers[size] = far, near, cover
        far, near, cover = self.layers[size]
        dx, dy = (int(round(v * t * size[1])) for v in self.drift)
        near, cover = np.roll(near, (dy, dx), (0, 1)), np.roll(cover, (dy, dx), (0, 1))
        return far * (1 - cover) + near * cover

    def _textures(self, rng):
        """Fields of several roughnesses, some stretched into fur, grain of wood or brushed metal, some with edges of their own.

        The finer, the weaker: fine and strong over a large part of a picture is what snow looks like.
        """
        fields = []
        for _ in range(4):
            slope = rng.uniform(0.7, 1.7)
            field = spectral_field(rng, (FIELD, FIELD), slope)
            kind = rng.random()
            if kind < 0.3:
                long = rng.uniform(2, 8)
                field = gaussian_filter(field, (0, long) if rng.random() < 0.5 else (long, 0), mode="wrap")
            elif kind < 0.5:
                field = np.abs(field) - 0.8  # cracks and veins
            elif kind < 0.65:
                field = np.tanh(field * 6)  # blotches
            fields.append(np.clip(field / (field.std() + 1e-6), -3, 3) * min(1.0, 0.3 + 1.4 * (slope - 0.7)))
        return np.stack(fields)

    def _layer(self, rng, size, bank, count, whole):
        """Colour and cover of `count` shapes, drawn at twice the size for smooth edges."""
        width, height = size[0] * 2, size[1] * 2
        index = Image.new("I", (width, height), 0)
        pen = ImageDraw.Draw(index)
        for number in range(1, count + 1):
            radius = self._radius(rng.random()) * height
            pen.polygon(self._outline(rng, rng.uniform(0, width), rng.uniform(0, height), radius), fill=number)
        index = np.asarray(index)
        tints = [source(rng) for source in (palette.earth, palette.foliage, palette.masonry, palette.cloth, palette.paint, palette.any_colour)]
        chosen = rng.integers(len(tints), size=count + 1)
        colour = np.float32(tints)[chosen] * rng.uniform(0.25, 1.4, (count + 1, 1)).astype(np.float32)
        slope = rng.normal(0, 0.5, (count + 1, 2)) + 0.5 * np.array((math.cos(self.light), math.sin(self.light)))
        rough = (self.contrast * rng.choice((0.1, 0.5, 1.0), size=count + 1) * rng.uniform(0.5, 1.2, count + 1)).astype(np.float32)
        field = rng.integers(len(bank), size=count + 1)
        rows = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
        columns = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
        shade = 1 + 0.45 * np.tanh(slope[:, 0].astype(np.float32)[index] * columns + slope[:, 1].astype(np.float32)[index] * rows)
        # Texture at the picture's own size: at twice the size its finest part would be averaged away.
        y, x = np.arange(height)[:, None] // 2 % FIELD, np.arange(width)[None, :] // 2 % FIELD
        shade *= 1 + rough[index] * bank[field[index], y, x]
        picture = self._patterned(rng, index, count, colour) * np.maximum(shade, 0.02)[:, :, None]
        cover = (index > 0).astype(np.float32)[:, :, None] if not whole else np.ones((height, width, 1), np.float32)
        return halved(picture), halved(cover)

    def _patterned(self, rng, index, count, colour):
        picture = colour[index]
        if not self.patterned:
            return picture
        patterns = [Pattern(rng) for _ in range(4)]
        chosen = np.where(rng.random(count + 1) < self.patterned, rng.integers(len(patterns), size=count + 1), -1)
        # A second colour: another thing's, or the same in another light.
        other = np.where(rng.random((count + 1, 1)) < 0.5, rng.permutation(colour), colour * rng.uniform(0.2, 1.6, (count + 1, 1))).astype(np.float32)
        for number, pattern in enumerate(patterns):
            y, x = np.nonzero((chosen == number)[index])
            thing, scale = index[y, x], np.float32(1 / index.shape[0])
            share = pattern.at(x * scale, y * scale)[:, None]
            picture[y, x] += (other[thing] - picture[y, x]) * share
        return picture

    def _radius(self, u):
        if self.even:
            return self.smallest * (self.largest / self.smallest) ** u
        return 1 / math.sqrt(u / self.smallest**2 + (1 - u) / self.largest**2)

    def _outline(self, rng, x, y, radius):
        kind = rng.random()
        if kind < 0.25:  # a box or a beam
            angle, long = rng.uniform(0, math.pi), rng.uniform(0.15, 1.0)
            corners = [(a * radius, b * radius * long) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
            return [(x + a * math.cos(angle) - b * math.sin(angle), y + a * math.sin(angle) + b * math.cos(angle)) for a, b in corners]
        angles = np.linspace(0, 2 * math.pi, 36, endpoint=False)
        waves = sum(rng.normal(0, 0.25 / k) * np.cos(k * angles + rng.uniform(0, 6.28)) for k in range(1, 7)) if kind < 0.75 else 0
        reach = radius * np.maximum(1 + waves, 0.2)
        squash = rng.uniform(0.3, 1.0)
        return list(zip(x + reach * np.cos(angles), y + squash * reach * np.sin(angles)))
