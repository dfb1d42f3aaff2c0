"""A lower third or a subtitle: text over a scene that is still there."""

import numpy as np
import palette
from lettering import face
from PIL import Image, ImageDraw
from words import sentence


class Caption:
    def __init__(self, rng):
        self.text = sentence(rng, int(rng.integers(2, 7)))
        self.second = sentence(rng, int(rng.integers(2, 5))) if rng.random() < 0.4 else None
        self.height = rng.uniform(0.045, 0.07)
        self.bar = tuple(int(200 * v) for v in palette.vivid(rng)) if rng.random() < 0.5 else None
        self.top = rng.uniform(0.74, 0.84)

    def apply(self, picture, t):
        image = Image.fromarray(picture)
        pen, font = ImageDraw.Draw(image), face("DejaVuSans-Bold.ttf", self.height * image.height)
        y = self.top * image.height
        for text in filter(None, (self.text, self.second)):
            left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
            x = max(4, (image.width - right) / 2)
            if self.bar:
                pen.rectangle((x - 8, y + top - 4, x + right + 8, y + bottom + 4), fill=self.bar)
            pen.text((x, y), text, font=font, fill=(255, 255, 255), stroke_width=0 if self.bar else 2, stroke_fill=(0, 0, 0))
            y += bottom + 0.01 * image.height
        return np.asarray(image)
