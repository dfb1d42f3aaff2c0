"""A street after dark: lamps, lit windows, headlights, wet reflections."""

import palette
from actors.building import Building
from actors.car import Car
from actors.person import Person
from scenes.scene import Scene


class Night(Scene):
    is_dark = True

    def __init__(self, rng):
        super().__init__(rng)
        self.cloudiness = -5
        self.sky = palette.shade((0.3, 0.35, 0.55), rng.uniform(0.1, 0.3)), palette.shade((0.5, 0.42, 0.4), rng.uniform(0.2, 0.5))
        self.kerb = rng.uniform(0.48, 0.62)
        self.street = [(Building(rng, night=True), rng.uniform(0.2, 0.5), rng.uniform(0.02, 0.35)) for _ in range(8)]
        self.asphalt = palette.shade(palette.asphalt(rng), 0.35)
        warm = rng.random() < 0.6
        self.glow = (1.0, 0.72, 0.36) if warm else (0.85, 0.92, 1.0)
        self.lamps = [(x + rng.uniform(-0.05, 0.05), rng.uniform(0.18, 0.32)) for x in (0.15, 0.5, 0.85)]
        self.signs = [(rng.uniform(0.05, 0.9), rng.uniform(0.3, 0.42), rng.uniform(0.06, 0.2), palette.vivid(rng)) for _ in range(rng.integers(0, 5))]
        self.cars = [(Car(rng), rng.uniform(0, 1.5), rng.uniform(0.1, 0.35) * side, ground) for side, ground in ((1, 0.74), (-1, 0.86)) for _ in range(rng.integers(0, 3))]
        self.people = [(Person(rng), rng.uniform(0, 1), rng.uniform(0.02, 0.05)) for _ in range(rng.integers(0, 4))]

    def paint(self, canvas, t):
        width = canvas.aspect
        canvas.gradient(0, self.kerb, *self.sky, rough=0.1)
        left = 0.0
        for building, wide, top in self.street:
            if left < width:
                building.paint(canvas, left, top, left + wide, self.kerb)
            left += wide
        canvas.gradient(self.kerb, 1, palette.shade(self.asphalt, 0.8), palette.shade(self.asphalt, 1.3), rough=0.5)
        for x, y, wide, colour in self.signs:
            canvas.box(x * width, y, x * width + wide, y + 0.05, colour, 0.05)
            canvas.light(x * width + wide / 2, y + 0.025, 0.06, palette.shade(colour, 0.5))
        for person, start, speed in self.people:
            person.paint(canvas, ((start + speed * t) % 1.1) * width, self.kerb + 0.06, 0.26, t)
        for x, top in self.lamps:
            canvas.line([(x * width, self.kerb + 0.05), (x * width, top)], 0.008, (0.06, 0.06, 0.07))
            canvas.disc(x * width, top, 0.018, 0.012, (1, 0.97, 0.9), 0)
            canvas.light(x * width, top, 0.07, self.glow)
            canvas.light(x * width, self.kerb + 0.12, 0.16, palette.shade(self.glow, 0.22))
        for car, start, speed, ground in self.cars:
            x = ((start + speed * t) % 1.7 - 0.35) * width
            car.paint_side(canvas, x, ground, 0.45 if ground < 0.8 else 0.6, facing=1 if speed > 0 else -1, lit=True)
