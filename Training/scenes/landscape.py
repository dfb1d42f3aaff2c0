"""Hills in haze, fields or water, a few trees."""

import math

import palette
from actors.tree import Tree
from canvas import SKY
from scenes.scene import Scene


class Landscape(Scene):
    def __init__(self, rng):
        super().__init__(rng)
        self.sky = palette.sky(rng)
        self.grain = rng.uniform(0.25, 0.6)
        layers = int(rng.integers(2, 6))
        base = palette.foliage(rng) if rng.random() < 0.6 else palette.earth(rng)
        self.layers = []
        for i in range(layers):
            near = (i + 1) / layers
            waves = [(rng.uniform(0.01, 0.08) / (k + 1), rng.uniform(1, 4) * (k + 1) ** 1.5, rng.uniform(0, 6.28)) for k in range(6)]
            colour = palette.mix(self.sky[1], palette.shade(base, rng.uniform(0.7, 1.2)), 0.3 + 0.7 * near)
            self.layers.append((0.25 + 0.5 * near**1.3, waves, colour, 0.2 + 0.7 * near))
        self.water = rng.random() < 0.35
        self.trees = [(rng.uniform(0, 1), rng.uniform(0.75, 1.0), rng.uniform(0.15, 0.6), Tree(rng)) for _ in range(rng.integers(0, 7))]
        self.trees.sort(key=lambda tree: tree[1])
        self.birds = [(rng.uniform(0, 1), rng.uniform(0.05, 0.3), rng.uniform(0.02, 0.08)) for _ in range(rng.integers(0, 6))]

    def paint(self, canvas, t):
        width = canvas.aspect
        canvas.gradient(0, 1, *self.sky, rough=SKY)
        for x, y, speed in self.birds:
            x, flap = ((x + speed * t) % 1.0) * width, 0.008 * math.sin(9 * t + x * 40)
            canvas.line([(x - 0.012, y - flap), (x, y), (x + 0.012, y - flap)], 0.003, (0.1, 0.1, 0.1))
        for height, waves, colour, rough in self.layers:
            ridge = []
            for i in range(81):
                x = i * width / 80
                ridge.append((x, height - sum(a * math.sin(f * x + p) for a, f, p in waves)))
            canvas.polygon([(0, 1), *ridge, (width, 1)], colour, rough)
        if self.water:
            canvas.gradient(0.78, 1, palette.shade(self.sky[1], 0.8), palette.shade(self.sky[0], 0.6), rough=0.1)
            for i in range(40):
                y = 0.785 + 0.21 * (i / 40)
                x = (math.sin(i * 12.9) * 0.5 + 0.5 + 0.02 * math.sin(t + i)) * width
                canvas.line([(x - 0.05 - 0.1 * (y - 0.78), y), (x + 0.05, y)], 0.003 + 0.01 * (y - 0.78), palette.shade(self.sky[1], 1.05), 0.1)
        for x, ground, height, tree in self.trees:
            tree.paint(canvas, x * width, ground, height, t)
