"""A city from above: rows of buildings that grow towards the camera, under a wide sky."""

import palette
from actors.building import Building
from canvas import SKY
from scenes.scene import Scene


class Skyline(Scene):
    def __init__(self, rng):
        super().__init__(rng)
        self.sky = palette.sky(rng)
        self.layers = []
        layers = int(rng.integers(2, 5))
        for i in range(layers):
            near = (i + 1) / layers
            row, left = [], -0.2 * rng.random()
            while left < 2.0:
                wide, tall = rng.uniform(0.07, 0.2) * (0.5 + near), rng.uniform(0.1, 0.45)
                building = Building(rng)
                building.wall = palette.mix(self.sky[1], building.wall, 0.25 + 0.75 * near)
                building.panes = {k: palette.mix(self.sky[1], v, 0.25 + 0.75 * near) for k, v in building.panes.items()}
                row.append((left, wide, tall, building))
                left += wide * rng.uniform(0.8, 1.4)
            self.layers.append((0.5 + 0.6 * near, row, near))
        self.sun = (rng.uniform(0.1, 1.6), rng.uniform(0.05, 0.3)) if rng.random() < 0.25 else None
        self.pan = rng.uniform(-0.015, 0.015)

    def paint(self, canvas, t):
        canvas.gradient(0, 1, *self.sky, rough=SKY)
        if self.sun:
            canvas.disc(*self.sun, 0.03, 0.03, (1, 0.98, 0.9), 0)
            canvas.light(*self.sun, 0.07, (0.5, 0.45, 0.35))
        for ground, row, near in self.layers:
            canvas.box(0, ground - 0.1, canvas.aspect, 1, palette.mix(self.sky[1], (0.3, 0.3, 0.28), near), 0.4)
            for left, wide, tall, building in row:
                left += self.pan * near * t
                if left < canvas.aspect and left + wide > 0:
                    building.paint(canvas, left, ground - tall, left + wide, ground)
