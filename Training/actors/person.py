"""A person who walks or stands."""

import math

import palette


class Person:
    def __init__(self, rng):
        self.skin = palette.skin(rng)
        self.hair = palette.shade(palette.earth(rng), rng.uniform(0.1, 0.9))
        self.top = palette.cloth(rng)
        self.legs = palette.shade(palette.cloth(rng), 0.7)
        self.pace = rng.uniform(5.0, 8.0)
        self.phase = rng.uniform(0, 6.28)
        self.girth = rng.uniform(0.85, 1.2)
        self.bag = rng.random() < 0.3
        self.bag_colour = palette.cloth(rng)

    def paint(self, canvas, x, ground, height, t, walks=True, facing=1):
        """`x`, `ground`: where the feet are; `height`: from feet to crown; all in picture heights."""
        swing = math.sin(self.pace * t + self.phase) if walks else 0.15
        width = 0.11 * height * self.girth
        hip, shoulder, chin = ground - 0.48 * height, ground - 0.80 * height, ground - 0.86 * height
        canvas.disc(x + 0.1 * height, ground, 0.22 * height, 0.025 * height, (0.1, 0.1, 0.1), 0.3)
        for side in (-1, 1):
            foot = x + side * swing * 0.13 * height
            knee = x + side * swing * 0.09 * height * facing
            shade = 1.0 if side > 0 else 0.75
            leg = palette.shade(self.legs, shade)
            canvas.limb((x + side * width * 0.3, hip), (knee, ground - 0.25 * height), width * 0.62, leg)
            canvas.limb((knee, ground - 0.25 * height), (foot, ground - 0.02 * height), width * 0.45, leg)
            canvas.disc(foot + facing * width * 0.25, ground - 0.015 * height, width * 0.45, width * 0.2, (0.08, 0.07, 0.07))
        hand = (x - swing * 0.13 * height, ground - 0.45 * height)
        canvas.limb((x - width * 0.5, shoulder + width * 0.3), hand, width * 0.36, palette.shade(self.top, 0.7))
        canvas.polygon(
            [(x - width, shoulder), (x + width, shoulder), (x + width * 0.75, hip), (x - width * 0.75, hip)], self.top
        )
        canvas.disc(x, shoulder, width, width * 0.4, self.top)
        canvas.box(x - width, shoulder, x - width * 0.45, hip, palette.shade(self.top, 0.8))
        other = (x + swing * 0.13 * height, ground - 0.45 * height)
        canvas.limb((x + width * 0.7, shoulder + width * 0.3), other, width * 0.38, palette.shade(self.top, 0.88))
        canvas.disc(*other, width * 0.2, width * 0.22, self.skin)
        if self.bag:
            canvas.box(x - width * 1.3, hip - 0.16 * height, x - width * 0.3, hip, self.bag_colour)
        canvas.limb((x, shoulder), (x, chin), width * 0.5, palette.shade(self.skin, 0.8))
        head = ground - 0.925 * height
        canvas.disc(x, head - 0.012 * height, width * 0.66, 0.078 * height, self.hair)
        canvas.disc(x + facing * width * 0.12, head + 0.012 * height, width * 0.52, 0.06 * height, self.skin)
