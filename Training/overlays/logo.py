"""A station's mark in a corner, half transparent."""

import numpy as np
import palette
from lettering import face
from PIL import Image, ImageDraw


class Logo:
    def __init__(self, rng):
        letters = "ABCDEFGHKLMNPRSTVXZ"
        self.text = "".join(rng.choice(list(letters), int(rng.integers(2, 5)))) + str(rng.choice(("", "1", "2", " HD", " TV", "+")))
        self.colour = tuple(int(255 * v) for v in palette.vivid(rng))
        self.opacity = rng.uniform(0.4, 1.0)
        self.right = rng.random() < 0.6
        self.height = rng.uniform(0.05, 0.08)
        self.shape = str(rng.choice(("box", "disc", "none")))

    def apply(self, picture, t):
        image = Image.fromarray(picture)
        layer = image.copy()
        pen, font = ImageDraw.Draw(layer), face("DejaVuSans-Bold.ttf", self.height * image.height)
        left, top, right, bottom = pen.textbbox((0, 0), self.text, font=font)
        margin, pad = 0.06 * image.height, 0.015 * image.height
        x = image.width - margin - right if self.right else margin
        if self.shape == "box":
            pen.rectangle((x - pad, margin + top - pad, x + right + pad, margin + bottom + pad), fill=self.colour)
        elif self.shape == "disc":
            pen.ellipse((x - 2 * pad, margin + top - 2 * pad, x + right + 2 * pad, margin + bottom + 2 * pad), fill=self.colour)
        pen.text((x, margin), self.text, font=font, fill=(255, 255, 255))
        return np.asarray(Image.blend(image, layer, self.opacity))
