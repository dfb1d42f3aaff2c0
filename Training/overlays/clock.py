"""A burnt-in date and time, as recorders write it."""

from PIL import Image, ImageDraw

import numpy as np
from lettering import face


class Clock:
    FORMATS = ("{y:04}-{m:02}-{d:02} {H:02}:{M:02}:{S:02}", "{d:02}/{m:02}/{y:04} {H:02}:{M:02}:{S:02}", "{H:02}:{M:02}:{S:02}", "CAM {c:02}  {H:02}:{M:02}:{S:02}", "{m:02}-{d:02}-{y:04}  {H:02}:{M:02}")

    def __init__(self, rng):
        self.format = str(rng.choice(self.FORMATS))
        self.date = {"y": int(rng.integers(2004, 2032)), "m": int(rng.integers(1, 13)), "d": int(rng.integers(1, 29)), "c": int(rng.integers(1, 33))}
        self.start = int(rng.integers(0, 86400))
        self.right, self.low = rng.random() < 0.5, rng.random() < 0.4
        self.height = rng.uniform(0.035, 0.065)
        self.face = str(rng.choice(("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSans-Bold.ttf")))
        self.colour = [(255, 255, 255), (255, 255, 255), (255, 230, 60), (200, 255, 200)][int(rng.integers(4))]
        self.box = rng.random() < 0.3

    def apply(self, picture, t):
        """Draws on a uint8 H x W x 3 picture and returns a new one."""
        seconds = (self.start + int(t)) % 86400
        text = self.format.format(H=seconds // 3600, M=seconds // 60 % 60, S=seconds % 60, **self.date)
        image = Image.fromarray(picture)
        pen, font = ImageDraw.Draw(image), face(self.face, self.height * image.height)
        left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
        margin = 0.03 * image.height
        x = image.width - margin - right if self.right else margin
        y = image.height - margin - bottom if self.low else margin
        if self.box:
            pen.rectangle((x - 3, y + top - 3, x + right + 3, y + bottom + 3), fill=(0, 0, 0))
        pen.text((x, y), text, font=font, fill=self.colour, stroke_width=0 if self.box else 1, stroke_fill=(0, 0, 0))
        return np.asarray(image)
