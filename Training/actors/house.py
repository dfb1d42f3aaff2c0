"""A solid house of several storeys on a floor of four, six or eight sides: flats, an office, a pavilion, a pagoda."""

import math

import numpy as np
from masonry import Front, Style, ink
from PIL import Image

PARTS = {"frieze": 0.5, "sign": 0.3, "tiling": 0.85, "balustrade": 0.5}  # how often a house has them


class House:
    def __init__(self, rng):
        self.style = Style(rng)
        self.sides = int(rng.choice((4, 4, 6, 8)))
        self.turn = rng.uniform(0, 2 * math.pi)
        self.radius = rng.uniform(0.4, 0.9)
        self.tiers = int(rng.integers(1, 7))
        self.tall = rng.uniform(0.18, 0.5)  # of a tier
        self.storeys = 1 if rng.random() < 0.5 else int(rng.integers(2, 6))  # of a tier, without anything between them
        self.narrowing = rng.uniform(0.0, 0.2) if rng.random() < 0.6 else 0.0
        self.eaves = rng.uniform(0.05, 0.35) if rng.random() < 0.6 else 0.0
        self.lift = rng.uniform(0.0, 0.08)  # of the eaves' corners
        self.has = {part: rng.random() < share for part, share in PARTS.items()}
        self.light = rng.uniform(0, 2 * math.pi)
        self.contrast = rng.uniform(0.1, 0.45)
        self.gloom = rng.uniform(0.3, 0.8)  # under the eaves
        self.place = (0.0, 0.0)  # x and z, where `y` is up

    def height(self):
        return self.tiers * self.tall + 0.2

    def paint(self, view, picture):
        """On an RGB image; the same always, as far as it is seen."""
        rng = np.random.default_rng(self.style.seed)
        y = 0.0
        for tier in range(self.tiers):
            radius = self.radius * (1 - self.narrowing) ** tier
            above = self.radius * (1 - self.narrowing) ** (tier + 1)
            self._ring(view, picture, rng, radius, y, radius, y + self.tall, self._wall)
            if self.has["balustrade"]:
                self._ring(view, picture, rng, radius * 1.12, y, radius * 1.12, y + 0.22 * self.tall, self._fence)
            y += self.tall
            if self.eaves:
                last = tier == self.tiers - 1
                out, tip = radius * (1 + self.eaves), above * (0.05 if last else 0.95)
                self._ring(view, picture, rng, out, y - 0.1 * self.tall, tip, y + (0.5 if last else 0.15) * self.tall, self._roof, self.lift)

    def _corner(self, number, radius, y):
        angle = self.turn + 2 * math.pi * number / self.sides
        return (self.place[0] + radius * math.sin(angle), y, self.place[1] + radius * math.cos(angle))

    def _ring(self, view, picture, rng, low_radius, low, high_radius, high, draw, lift=0.0):
        """One surface a side, those farther away first."""
        quads = []
        for number in range(self.sides):
            corners = [self._corner(number, high_radius, high), self._corner(number + 1, high_radius, high), self._corner(number + 1, low_radius, low + lift), self._corner(number, low_radius, low + lift)]
            quads.append((-view.project(corners)[1].mean(), number, corners))
        for _, number, corners in sorted(quads, key=lambda quad: quad[0]):
            size = view.extent(corners)
            if size is None:
                continue
            wide = 2 * max(low_radius, high_radius) * math.sin(math.pi / self.sides)
            light = 1 - self.contrast * (1 - math.cos(self.turn + 2 * math.pi * (number + 0.5) / self.sides - self.light))
            if not view.faces(corners):
                if draw == self._roof and corners[2][1] > view.eye[1]:  # from below
                    view.lay(picture, Image.new("RGB", (4, 4), ink(self.style.roof, 0.3)), corners)
                continue
            front = Front(rng, self.style, size, wide, abs(high - low) if draw != self._roof else max(0.05, math.dist(corners[0], corners[3])), light)
            draw(front)
            view.lay(picture, front.image, corners)

    def _wall(self, front):
        top = 0.0
        for part in ("frieze", "sign"):
            if self.has[part]:
                deep = 0.12 * self.tall
                getattr(front, part)(top, top + deep)
                top += deep
        step = (front.tall - top) / self.storeys
        for number in range(self.storeys):
            front.storey(top + number * step, top + (number + 1) * step)
        if self.eaves:
            front.image = shaded(front.image, self.gloom, 0.45)

    def _fence(self, front):
        front.balustrade(0, front.tall)

    def _roof(self, front):
        if self.has["tiling"]:
            front.tiling(0, front.tall)
        else:
            front.box(0, 0, front.wide, front.tall, self.style.roof)
            front.box(0, 0.85 * front.tall, front.wide, front.tall, self.style.trim, 0.8)


def shaded(image, gloom, share):
    """Darker towards the top, where something keeps the light off: `gloom` of it is left there, all from `share` of the height on."""
    values = np.array(image)
    fall = np.clip(np.arange(len(values)) / (share * len(values)), 0, 1)
    values[:, :, :3] = values[:, :, :3] * (gloom + (1 - gloom) * fall)[:, None, None]
    return Image.fromarray(values)
