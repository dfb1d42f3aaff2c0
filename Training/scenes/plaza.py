"""People who cross a square in front of a row of buildings."""

import palette
from actors.building import Building
from actors.car import Car
from actors.person import Person
from actors.tree import Tree
from canvas import SKY
from scenes.scene import Scene


class Plaza(Scene):
    def __init__(self, rng):
        super().__init__(rng)
        self.sky = palette.sky(rng)
        self.kerb = rng.uniform(0.42, 0.6)
        self.ground = palette.asphalt(rng) if rng.random() < 0.5 else palette.masonry(rng)
        self.street = [(Building(rng), rng.uniform(0.2, 0.5), rng.uniform(0.02, 0.35)) for _ in range(8)]
        self.slabs = int(rng.integers(4, 12))
        self.trees = [(rng.uniform(0, 1), rng.uniform(0.3, 0.6), Tree(rng)) for _ in range(rng.integers(0, 4))]
        self.cars = [(Car(rng), rng.uniform(0, 1.4), rng.uniform(0.08, 0.3) * rng.choice((-1, 1))) for _ in range(rng.integers(0, 3))]
        self.people = sorted(
            ((rng.uniform(self.kerb + 0.1, 1.05), rng.uniform(0, 1.3), rng.uniform(0.03, 0.12) * rng.choice((-1, 1)), Person(rng))
             for _ in range(rng.integers(2, 12))), key=lambda walker: walker[0])

    def paint(self, canvas, t):
        width = canvas.aspect
        canvas.gradient(0, self.kerb, *self.sky, rough=SKY)
        left = 0.0
        for building, wide, top in self.street:
            if left < width:
                building.paint(canvas, left, top, left + wide, self.kerb)
            left += wide
        canvas.gradient(self.kerb, 1, palette.shade(self.ground, 0.8), self.ground, rough=0.35)
        joint = palette.shade(self.ground, 0.7)
        for i in range(1, self.slabs):
            y = self.kerb + (1 - self.kerb) * (i / self.slabs) ** 2
            canvas.line([(0, y), (width, y)], 0.003, joint)
        for i in range(-self.slabs, 2 * self.slabs):
            x = i / self.slabs * width
            canvas.line([(width / 2 + (x - width / 2) * 0.35, self.kerb), (width / 2 + (x - width / 2) * 1.4, 1)], 0.003, joint)
        for x, height, tree in self.trees:
            tree.paint(canvas, x * width, self.kerb + 0.03, height, t)
        for car, start, speed in self.cars:
            x = ((start + speed * t) % 1.6 - 0.3) * width
            car.paint_side(canvas, x, self.kerb + 0.07, 0.34, facing=1 if speed > 0 else -1)
        for ground, start, speed, person in self.people:
            height = 0.16 + 0.75 * (ground - self.kerb)
            x = ((start + speed * t * (0.4 + height)) % 1.3 - 0.15) * width
            person.paint(canvas, x, ground, height, t, facing=1 if speed > 0 else -1)
