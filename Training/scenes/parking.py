"""A car park seen from a mast: bays, parked cars, someone who walks through."""

import palette
from actors.car import Car
from actors.person import Person
from actors.tree import Tree
from canvas import SKY
from scenes.scene import Scene


class Parking(Scene):
    def __init__(self, rng):
        super().__init__(rng)
        self.sky = palette.sky(rng)
        self.asphalt = palette.asphalt(rng)
        self.horizon = rng.uniform(0.08, 0.22)
        self.hedge = palette.foliage(rng)
        self.rows = [(y, [Car(rng) if rng.random() < 0.7 else None for _ in range(14)]) for y in (0.36, 0.56, 0.92)]
        self.tilt = rng.uniform(-0.04, 0.04)
        self.side = rng.random() < 0.5
        self.tree = Tree(rng)
        self.tree_place = rng.uniform(0, 1)
        self.guest = Car(rng)
        self.guest_pace = rng.uniform(0.1, 0.25)
        self.walkers = [(Person(rng), rng.uniform(0, 1), rng.uniform(0.62, 0.8), rng.uniform(0.02, 0.06)) for _ in range(rng.integers(0, 4))]

    def paint(self, canvas, t):
        width = canvas.aspect
        canvas.gradient(0, self.horizon, *self.sky, rough=SKY)
        canvas.gradient(self.horizon, 1, palette.shade(self.asphalt, 0.85), self.asphalt, rough=0.4)
        for i in range(40):
            canvas.disc(i * width / 38, self.horizon + 0.02, 0.05, 0.03 + 0.01 * (i * 7 % 5), palette.shade(self.hedge, 0.7 + 0.1 * (i * 3 % 5)), 0.8)
        self.tree.paint(canvas, self.tree_place * width, self.horizon + 0.08, 0.3, t)
        for y, bays in self.rows:
            scale = 0.05 + 0.22 * y
            for i, car in enumerate(bays):
                x = (i - 1) * scale * 1.25 + self.tilt * y
                canvas.polygon([(x - scale * 0.62, y + 0.02), (x - scale * 0.58, y + 0.02), (x - scale * 0.5, y - scale * 0.9), (x - scale * 0.53, y - scale * 0.9)], (0.85, 0.85, 0.8), 0.2)
                if car and self.side:
                    car.paint_side(canvas, x, y, scale * 1.15)
                elif car:
                    car.paint_end(canvas, x, y, scale * 0.9, rear=i % 2 == 0)
            if y == 0.56:
                x = ((0.2 + self.guest_pace * t) % 1.5 - 0.25) * width
                self.guest.paint_side(canvas, x, 0.72, 0.42)
        for person, start, ground, speed in self.walkers:
            person.paint(canvas, ((start + speed * t) % 1.1) * width, ground, 0.08 + 0.25 * ground, t)
