"""Houses with everything on them that repeats, from near and at an angle, before a sky, a slope or one another, behind bushes."""

import math

import numpy as np
import palette
from actors.house import House
from PIL import Image, ImageDraw
from scenes.scene import DrawnOnce, halved
from texture import field_for
from view import View


class Facade(DrawnOnce):
    """Rows of small parts are what lost blocks look like from far: here they are in order."""

    def __init__(self, rng):
        super().__init__(rng)
        self.drift = rng.uniform(-0.01, 0.01)
        self.houses = [House(rng) for _ in range(1 if rng.random() < 0.55 else int(rng.integers(2, 5)))]
        for number, house in enumerate(self.houses[1:]):
            house.place = (rng.uniform(1.2, 2.2) * (-1) ** number * (1 + number // 2), rng.uniform(-3, 0.3))
        self.sky = palette.sky(rng)
        self.clouds = rng.uniform(0.0, 0.25)
        self.haze = rng.uniform(0.0, 0.5)
        self.hills = rng.random() < 0.5
        self.bushes = int(rng.integers(0, 9))

    def drawn(self, rng, size):
        large = (size[0] * 2, size[1] * 2)
        main = self.houses[0]
        reach = main.height() * rng.uniform(0.35, 1.5)
        aim = (rng.uniform(-0.6, 0.6) * main.radius, main.height() * rng.uniform(0.2, 0.6), 0)
        view = View(large, rng.uniform(2.5, 6), main.height() * rng.uniform(0.1, 2.2), aim, rng.uniform(0, 6.28), reach, rng.normal(0, 0.03))
        image = self._background(rng, view, large)
        sky = np.asarray(image.reduce(2), dtype=np.float32) / 255
        for house in sorted(self.houses, key=lambda house: -math.dist((house.place[0], 0, house.place[1]), view.eye)):
            house.paint(view, image)
            if house is not main and self.haze:
                veil = Image.new("RGB", large, tuple(int(255 * v) for v in self.sky[1]))
                image = Image.blend(image, veil, self.haze * 0.4)
        self._bushes(rng, image)
        picture = halved(np.asarray(image, dtype=np.float32) / 255)
        fine, broad = field_for(rng, size, self.grain_slope), field_for(rng, size, 2.2)
        rough = 0.4 * self.grain * (np.abs(picture - sky).max(2) > 0.03)
        return picture * (1 + rough * np.clip(fine, -2.5, 2.5) + self.unevenness * broad)[:, :, None]

    def _background(self, rng, view, large):
        rows = np.linspace(0, 1, large[1], dtype=np.float32)[:, None, None]
        upper, lower = (np.float32(colour) for colour in self.sky)
        picture = np.broadcast_to(upper * (1 - rows) + lower * rows, (large[1], large[0], 3)).copy()
        cloud = np.clip(field_for(rng, (large[0] // 4, large[1] // 4), 1.8), 0, 2) * self.clouds
        cloud = np.asarray(Image.fromarray(cloud).resize(large, Image.BILINEAR))[:, :, None]
        picture += (1 - picture) * cloud
        image = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
        pen = ImageDraw.Draw(image)
        horizon = view.project([(0, 0, -40)])[0][0][1]
        for number in range(3 if self.hills else 0):
            share = (number + 1) / 3
            tint = palette.mix(self.sky[1], palette.foliage(rng), share * (1 - self.haze))
            top = horizon - large[1] * rng.uniform(0.02, 0.3) * (1 - share)
            points = [(x, top - large[1] * 0.05 * math.sin(x / large[0] * 6 * (1 + number) + number)) for x in range(0, large[0] + 20, 20)]
            pen.polygon([(0, large[1]), *points, (large[0], large[1])], fill=tuple(int(255 * v) for v in tint))
        pen.polygon([(0, large[1]), (0, horizon + 4), (large[0], horizon + 4), (large[0], large[1])], fill=tuple(int(255 * v) for v in palette.asphalt(rng)))
        return image

    def _bushes(self, rng, image):
        """Leaves in front, lit from above."""
        pen, (width, height) = ImageDraw.Draw(image), image.size
        for _ in range(self.bushes):
            x, y, reach = rng.uniform(0, width), height * rng.uniform(0.85, 1.1), height * rng.uniform(0.06, 0.25)
            leaf, small = palette.foliage(rng), rng.uniform(0.02, 0.09)
            for _ in range(int(rng.integers(80, 400))):
                a, b = rng.normal(0, 0.5, 2)
                r = reach * small * rng.uniform(0.5, 1.5)
                tint = palette.shade(leaf, 0.75 - 0.5 * b + rng.uniform(-0.3, 0.3))
                pen.ellipse((x + a * reach - r, y + b * reach - r, x + a * reach + r, y + b * reach + r * 0.7), fill=tuple(int(255 * v) for v in tint))
