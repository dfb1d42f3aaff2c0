"""Overlapping shapes of every size, the statistics of cluttered close views."""

import math

import palette
from scenes.scene import Scene


class Leaves(Scene):
    def __init__(self, rng):
        super().__init__(rng)
        tints = [palette.any_colour(rng) for _ in range(4)]
        tints += [source(rng) for source in (palette.earth, palette.foliage, palette.masonry, palette.cloth)]
        self.ground = tints[int(rng.integers(len(tints)))]
        smallest, largest = rng.uniform(0.012, 0.04), rng.uniform(0.15, 0.5)
        sides = (0, 3, 4, 5) if rng.random() < 0.5 else (0,)
        self.shapes = []
        for _ in range(int(rng.integers(120, 420))):
            # Areas uniform in 1 / r^2: small things far outnumber large ones.
            u = rng.random()
            radius = 1 / math.sqrt(u / smallest**2 + (1 - u) / largest**2)
            tint = palette.shade(tints[int(rng.integers(len(tints)))], rng.uniform(0.4, 1.5))
            self.shapes.append((
                rng.uniform(-0.2, 2.0), rng.uniform(-0.1, 1.1), radius, rng.uniform(0.4, 1.0), rng.uniform(0, 6.28),
                int(rng.choice(sides)), tint, rng.uniform(0.05, 0.7), rng.uniform(0.2, 1.0)))
        self.pan = (rng.uniform(-0.05, 0.05), rng.uniform(-0.02, 0.02))

    def paint(self, canvas, t):
        canvas.box(0, 0, canvas.aspect, 1, self.ground, 0.5)
        for x, y, radius, squash, angle, sides, tint, rough, near in self.shapes:
            x += self.pan[0] * t * near
            y += self.pan[1] * t * near
            if sides == 0:
                canvas.disc(x, y, radius, radius * squash, tint, rough)
            else:
                corners = [
                    (x + radius * math.cos(angle + 6.2832 * i / sides), y + radius * squash * math.sin(angle + 6.2832 * i / sides))
                    for i in range(sides)
                ]
                canvas.polygon(corners, tint, rough)
