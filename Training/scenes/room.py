"""The inside of a building: walls in perspective, furniture, people."""

import palette
from actors.person import Person
from scenes.scene import Scene


class Room(Scene):
    def __init__(self, rng):
        super().__init__(rng)
        self.back = (rng.uniform(0.22, 0.4), rng.uniform(0.15, 0.3), rng.uniform(0.6, 0.78), rng.uniform(0.55, 0.72))
        self.wall, self.ceiling = palette.interior(rng), palette.shade(palette.interior(rng), 1.15)
        self.floor = palette.earth(rng) if rng.random() < 0.6 else palette.asphalt(rng)
        self.tiles = int(rng.integers(3, 9))
        self.boards = [
            (rng.uniform(0.05, 0.8), rng.uniform(0.1, 0.35), rng.uniform(0.25, 0.45), rng.uniform(0.3, 0.5), palette.any_colour(rng))
            for _ in range(rng.integers(1, 4))
        ]
        self.window = rng.random() < 0.5
        self.lamps = int(rng.integers(0, 4))
        self.furniture = sorted(
            ((rng.uniform(0.05, 0.95), rng.uniform(0.75, 1.02), rng.uniform(0.1, 0.3), rng.uniform(0.08, 0.3), palette.earth(rng))
             for _ in range(rng.integers(1, 6))), key=lambda box: box[1])
        self.people = [
            (Person(rng), rng.uniform(0, 1), rng.uniform(0.8, 1.05), rng.uniform(0.03, 0.10) * rng.choice((-1, 1)))
            for _ in range(rng.integers(0, 5))
        ]

    def paint(self, canvas, t):
        width = canvas.aspect
        left, top, right, bottom = self.back[0] * width, self.back[1], self.back[2] * width, self.back[3]
        canvas.polygon([(0, 0), (width, 0), (right, top), (left, top)], self.ceiling, 0.08)
        canvas.polygon([(0, 1), (width, 1), (right, bottom), (left, bottom)], self.floor, 0.4)
        canvas.polygon([(0, 0), (left, top), (left, bottom), (0, 1)], palette.shade(self.wall, 0.8), 0.12)
        canvas.polygon([(width, 0), (right, top), (right, bottom), (width, 1)], palette.shade(self.wall, 0.65), 0.12)
        canvas.box(left, top, right, bottom, self.wall, 0.12)
        seam = palette.shade(self.floor, 0.6)
        for i in range(self.tiles + 1):
            share = i / self.tiles
            canvas.line([(share * width, 1), (left + share * (right - left), bottom)], 0.004, seam)
            depth = bottom + (1 - bottom) * share**2
            slide = (depth - bottom) / (1 - bottom)
            canvas.line([(left * (1 - slide), depth), (right + (width - right) * slide, depth)], 0.004, seam)
        for x, y, wide, high, colour in self.boards:
            x0, y0 = left + x * (right - left), top + y * (bottom - top)
            x1, y1 = min(right - 0.01, x0 + wide * (right - left)), y0 + high * (bottom - top)
            if x1 > x0:
                canvas.box(x0 - 0.008, y0 - 0.008, x1 + 0.008, y1 + 0.008, (0.2, 0.16, 0.12))
                canvas.box(x0, y0, x1, y1, colour, 0.6)
        if self.window:
            for share in (0.15, 0.55):
                x0, x1 = left * share, left * (share + 0.25)
                upper, lower = top * 0.3 + 0.2, bottom + (1 - bottom) * (1 - share) * 0.35
                canvas.polygon([(x0, upper - 0.05), (x1, upper), (x1, lower - 0.08), (x0, lower)], (0.9, 0.94, 0.97), 0.05)
                middle = (x0 + x1) / 2
                canvas.line([(middle, upper - 0.025), (middle, lower - 0.04)], 0.008, (0.45, 0.42, 0.4))
        for i in range(self.lamps):
            share = (i + 1) / (self.lamps + 1)
            x, y = width * (0.5 + (self.back[0] + self.back[2] - 1) / 2), top * (1 - share * 0.9)
            canvas.disc(x, y, 0.05 + 0.06 * share, 0.012 + 0.02 * share, (1, 1, 0.95), 0)
        things = [(ground, "box", item) for item in self.furniture for ground in (item[1],)]
        things += [(person[2], "person", person) for person in self.people]
        for ground, kind, item in sorted(things, key=lambda thing: thing[0]):
            if kind == "box":
                x, y, wide, high, colour = item
                x *= width
                canvas.polygon([(x, y - high), (x + wide, y - high), (x + wide * 0.9, y - high - 0.05), (x + wide * 0.1, y - high - 0.05)], palette.shade(colour, 1.25), 0.3)
                canvas.box(x, y - high, x + wide, y, colour, 0.3)
                canvas.line([(x, y - high * 0.5), (x + wide, y - high * 0.5)], 0.004, palette.shade(colour, 0.5))
            else:
                person, start, ground, speed = item
                x = ((start + speed * t) % 1.2 - 0.1) * width
                person.paint(canvas, x, ground, 0.62 * (ground - 0.2), t, facing=1 if speed > 0 else -1)
