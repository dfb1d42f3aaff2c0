"""A road that runs to the horizon, with traffic."""

import math

import palette
from actors.car import Car
from actors.tree import Tree
from canvas import SKY
from scenes.scene import Scene


class Road(Scene):
    def __init__(self, rng):
        super().__init__(rng)
        self.sky = palette.sky(rng)
        self.horizon = rng.uniform(0.28, 0.5)
        self.vanishing = rng.uniform(0.35, 0.65)
        self.half_width = rng.uniform(0.5, 0.9)
        self.asphalt = palette.asphalt(rng)
        self.verge = palette.foliage(rng) if rng.random() < 0.7 else palette.earth(rng)
        self.hills = [(rng.uniform(0.02, 0.10), rng.uniform(1.5, 5), rng.uniform(0, 6.28)) for _ in range(3)]
        self.hill_colour = palette.mix(palette.foliage(rng), self.sky[1], 0.45)
        self.trees = sorted(
            ((rng.uniform(2, 25), side * rng.uniform(1.3, 2.2), Tree(rng)) for side in (-1, 1) for _ in range(rng.integers(1, 6))),
            key=lambda tree: -tree[0],
        )
        self.traffic = [
            (Car(rng), lane, rng.uniform(0, 40), rng.uniform(3, 9)) for lane in (-1, 1) for _ in range(rng.integers(1, 5))
        ]
        self.rail = rng.random() < 0.4

    def _place(self, canvas, depth, across):
        """The screen position of a point on the ground; depth 1 is the lower edge of the picture."""
        x = self.vanishing * canvas.aspect + across * self.half_width / depth
        return x, self.horizon + (1 - self.horizon) / depth

    def paint(self, canvas, t):
        width = canvas.aspect
        canvas.gradient(0, self.horizon, *self.sky, rough=SKY)
        steps = [i * width / 60 for i in range(61)]
        ridge = [(x, self.horizon - sum(a * (0.6 + 0.4 * math.sin(f * x + p)) for a, f, p in self.hills) * 0.6) for x in steps]
        canvas.polygon([(0, self.horizon), *ridge, (width, self.horizon)], self.hill_colour, 0.25)
        canvas.gradient(self.horizon, 1, palette.shade(self.verge, 0.8), self.verge, rough=0.75)
        centre = self.vanishing * width
        corners = [self._place(canvas, 0.9, -1), (centre - 0.003, self.horizon), (centre + 0.003, self.horizon), self._place(canvas, 0.9, 1)]
        canvas.polygon(corners, self.asphalt, 0.3)
        for across in (-0.94, 0.94):
            canvas.polygon(
                [self._place(canvas, 0.9, across - 0.02), (centre, self.horizon), self._place(canvas, 0.9, across + 0.02)],
                (0.85, 0.85, 0.82), 0.15)
        for dash in range(16):
            near = 0.9 + dash * 1.3
            canvas.polygon(
                [self._place(canvas, near, -0.018), self._place(canvas, near + 0.6, -0.018),
                 self._place(canvas, near + 0.6, 0.018), self._place(canvas, near, 0.018)], (0.88, 0.87, 0.8), 0.15)
        if self.rail:
            for side in (-1.15, 1.15):
                for post in range(14):
                    x, y = self._place(canvas, 0.9 + post * 0.9, side)
                    canvas.box(x - 0.006 / (1 + post), y - 0.15 / (0.9 + post * 0.9), x + 0.006 / (1 + post), y, (0.5, 0.5, 0.5))
                near, far = self._place(canvas, 0.9, side), self._place(canvas, 14, side)
                canvas.polygon([(near[0], near[1] - 0.17), (far[0], far[1] - 0.011), (far[0], far[1] - 0.007), (near[0], near[1] - 0.10)], (0.7, 0.71, 0.72))
        things = [(depth, "tree", across, tree) for depth, across, tree in self.trees]
        for car, lane, start, speed in self.traffic:
            travelled = (start - lane * speed * t) % 40
            things.append((1.15 + travelled * 0.35, "car", lane * 0.45, (car, lane)))
        for depth, kind, across, thing in sorted(things, key=lambda item: -item[0]):
            x, y = self._place(canvas, depth, across)
            if kind == "tree":
                thing.paint(canvas, x, y, 0.9 / depth, t)
            else:
                car, lane = thing
                car.paint_end(canvas, x, y, 0.72 * self.half_width / depth, rear=lane > 0)
