"""A tree: a trunk under a heap of leaf clusters."""

import math

import palette


class Tree:
    def __init__(self, rng):
        self.bark = palette.shade(palette.earth(rng), 0.5)
        leaf = palette.foliage(rng)
        self.clusters = []
        for _ in range(int(rng.integers(35, 90))):
            angle, distance = rng.uniform(0, 6.28), math.sqrt(rng.random())
            across, up = 0.32 * distance * math.cos(angle), 0.66 + 0.33 * distance * math.sin(angle)
            # Light falls from above: clusters higher up are brighter.
            tint = palette.shade(leaf, 0.55 + 0.7 * (up - 0.33) + rng.uniform(-0.15, 0.2))
            self.clusters.append((across, up, rng.uniform(0.03, 0.10), tint, rng.uniform(0, 6.28)))

    def paint(self, canvas, x, ground, height, t=0.0):
        canvas.line([(x, ground), (x + 0.01 * height, ground - 0.5 * height)], 0.05 * height, self.bark, 0.6)
        for across, up, radius, tint, phase in self.clusters:
            sway = 0.006 * math.sin(1.3 * t + phase) * up
            canvas.disc(x + (across + sway) * height, ground - up * height, radius * height, radius * 0.8 * height, tint, 0.8)
