"""A head and shoulders close to the camera: an interview, a news desk, a video call."""

import math

import palette
from scenes.scene import Scene


class Studio(Scene):
    def __init__(self, rng):
        super().__init__(rng)
        self.grain *= 0.5
        self.wall = palette.interior(rng) if rng.random() < 0.6 else palette.shade(palette.any_colour(rng), 0.7)
        self.panels = [(rng.uniform(0, 1.8), rng.uniform(0.05, 0.4), rng.uniform(0, 0.5), rng.uniform(0.3, 0.9), palette.any_colour(rng)) for _ in range(rng.integers(1, 7))]
        self.shelf = rng.random() < 0.4
        self.books = [(rng.uniform(0.015, 0.04), rng.uniform(0.08, 0.16), palette.cloth(rng)) for _ in range(120)]
        self.desk = palette.earth(rng) if rng.random() < 0.6 else None
        self.sitters = []
        count = int(rng.integers(1, 3))
        for i in range(count):
            place = (i + 1) / (count + 1) + rng.uniform(-0.06, 0.06)
            self.sitters.append((
                place, rng.uniform(0.8, 1.2) / (1 + 0.3 * (count - 1)), palette.skin(rng), palette.shade(palette.earth(rng), rng.uniform(0.1, 0.8)),
                palette.cloth(rng), palette.cloth(rng), rng.random() < 0.5, rng.uniform(0, 6.28)))

    def paint(self, canvas, t):
        width = canvas.aspect
        canvas.gradient(0, 1, palette.shade(self.wall, 1.1), palette.shade(self.wall, 0.75), rough=0.12)
        for x, wide, top, bottom, colour in self.panels:
            canvas.box(x, top, x + wide, bottom, colour, 0.15)
        if self.shelf:
            x, row = 0.0, 0
            for wide, high, colour in self.books:
                ground = 0.2 + row * 0.22
                canvas.box(x, ground - high, x + wide, ground, colour, 0.2)
                canvas.line([(x, ground - high * 0.7), (x + wide, ground - high * 0.7)], 0.004, palette.shade(colour, 1.6))
                x += wide + 0.002
                if x > width:
                    canvas.box(0, ground, width, ground + 0.02, (0.25, 0.17, 0.1))
                    x, row = 0.0, row + 1
        for sitter in self.sitters:
            self._paint_sitter(canvas, sitter, t)
        if self.desk:
            canvas.polygon([(0, 0.86), (width, 0.86), (width, 1), (0, 1)], self.desk, 0.5)
            canvas.box(0, 0.86, width, 0.875, palette.shade(self.desk, 1.4), 0.3)
            canvas.polygon([(width * 0.42, 0.97), (width * 0.44, 0.89), (width * 0.54, 0.89), (width * 0.55, 0.97)], (0.92, 0.92, 0.9), 0.1)

    def _paint_sitter(self, canvas, sitter, t):
        place, scale, skin, hair, jacket, shirt, long_hair, phase = sitter
        x = place * canvas.aspect + 0.012 * math.sin(0.9 * t + phase)
        y = 0.45 + 0.006 * math.sin(1.7 * t + phase)
        s = 0.34 * scale
        if long_hair:
            canvas.disc(x, y + 0.12 * s, 0.48 * s, 0.72 * s, palette.shade(hair, 0.8), 0.6)
        canvas.disc(x, y + 1.75 * s, 1.15 * s, 1.05 * s, jacket, 0.35)
        canvas.polygon([(x - 0.28 * s, y + 0.75 * s), (x + 0.28 * s, y + 0.75 * s), (x, y + 1.6 * s)], shirt, 0.2)
        canvas.polygon([(x - 0.18 * s, y + 0.3 * s), (x + 0.18 * s, y + 0.3 * s), (x + 0.22 * s, y + 0.85 * s), (x - 0.22 * s, y + 0.85 * s)], palette.shade(skin, 0.75), 0.1)
        canvas.disc(x, y - 0.08 * s, 0.43 * s, 0.56 * s, hair, 0.6)
        canvas.disc(x, y, 0.38 * s, 0.5 * s, skin, 0.12)
        canvas.disc(x + 0.08 * s, y + 0.02 * s, 0.28 * s, 0.42 * s, palette.shade(skin, 1.08), 0.12)
        canvas.polygon([(x - 0.36 * s, y - 0.2 * s), (x - 0.2 * s, y - 0.42 * s), (x + 0.25 * s, y - 0.45 * s), (x + 0.36 * s, y - 0.2 * s), (x, y - 0.33 * s)], hair, 0.6)
        blink = 0.25 if math.sin(1.1 * t + phase) > 0.97 else 1.0
        for side in (-1, 1):
            eye = x + side * 0.15 * s
            canvas.disc(eye, y - 0.04 * s, 0.07 * s, 0.035 * s * blink, (0.93, 0.92, 0.9), 0)
            canvas.disc(eye, y - 0.04 * s, 0.03 * s, 0.034 * s * blink, (0.12, 0.08, 0.06), 0)
            canvas.line([(eye - 0.08 * s, y - 0.12 * s), (eye + 0.08 * s, y - 0.13 * s)], 0.025 * s, hair)
        canvas.polygon([(x, y - 0.02 * s), (x + 0.06 * s, y + 0.14 * s), (x - 0.05 * s, y + 0.14 * s)], palette.shade(skin, 0.8), 0.1)
        mouth = 0.02 + 0.03 * abs(math.sin(6.5 * t + phase))
        canvas.disc(x, y + 0.27 * s, 0.12 * s, mouth * s, (0.55, 0.2, 0.2), 0)
