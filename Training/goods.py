"""Things in rows or packed close, drawn flat: goods on shelves, parts on a circuit board, units in a rack, notices on a wall."""

import math

import numpy as np
import palette
from lettering import FACES, face
from PIL import Image, ImageDraw
from words import sentence

KINDS = ("shelves", "board", "rack", "notices")


class Goods:
    """A drawing of `size` pixels; a unit is its height."""

    def __init__(self, rng, size):
        self.rng = rng
        self.unit, self.wide = size[1], size[0] / size[1]
        self.tints = [palette.any_colour(rng) if rng.random() < 0.4 else palette.paint(rng) for _ in range(int(rng.integers(3, 9)))]
        self.ground = palette.paint(rng) if rng.random() < 0.5 else palette.shade(palette.any_colour(rng), 0.6)
        self.image = Image.new("RGB", size, self.ink(self.ground))
        self.pen = ImageDraw.Draw(self.image)

    def ink(self, colour, light=1.0):
        return tuple(int(255 * v + 0.5) for v in palette.shade(colour, light))

    def tint(self):
        return self.tints[int(self.rng.integers(len(self.tints)))]

    def box(self, left, top, right, bottom, colour, light=1.0):
        x0, y0, x1, y1 = (round(v * self.unit) for v in (left, top, right, bottom))
        self.pen.rectangle((x0, y0, max(x0, x1 - 1), max(y0, y1 - 1)), fill=self.ink(colour, light))

    def disc(self, x, y, radius, colour, light=1.0):
        x, y, radius = x * self.unit, y * self.unit, radius * self.unit
        self.pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=self.ink(colour, light))

    def write(self, x, y, tall, colour, count=1):
        if tall * self.unit >= 4:
            font = face(str(self.rng.choice(FACES)), tall * self.unit)
            self.pen.text((x * self.unit, y * self.unit), sentence(self.rng, count), font=font, fill=self.ink(colour))

    def draw(self, kind):
        getattr(self, f"_{kind}")()
        return self.image

    def _shelves(self):
        rng, rows = self.rng, int(self.rng.integers(2, 9))
        tall, board = 1 / rows, rng.uniform(0.03, 0.12) / rows
        plank = palette.earth(rng) if rng.random() < 0.5 else palette.paint(rng)
        for row in range(rows):
            top, floor = row * tall, (row + 1) * tall - board
            self.box(0, top, self.wide, top + 0.25 * tall, self.ground, 0.5)  # shadow of the plank above
            x = 0.0
            while x < self.wide:
                wide, high, count, colour = tall * rng.uniform(0.08, 0.8), (tall - board) * rng.uniform(0.4, 0.95), int(rng.integers(1, 8)), self.tint()
                kind, second = rng.integers(4), self.tint()
                for _ in range(count):
                    self._article(kind, x, floor - high, x + wide * 0.95, floor, colour, second)
                    x += wide
                    if rng.random() < 0.06:
                        x += wide * rng.uniform(0.3, 2)
            self.box(0, floor, self.wide, floor + board, plank)
            self.box(0, floor + board * 0.6, self.wide, floor + board, plank, 0.6)
            if rng.random() < 0.6:
                for number in range(int(rng.integers(2, 12))):
                    at = rng.uniform(0, self.wide)
                    self.box(at, floor + board * 0.1, at + board * 1.2, floor + board * 0.9, (0.95, 0.95, 0.9 - 0.6 * (number % 2)))

    def _article(self, kind, left, top, right, bottom, colour, second):
        wide, tall = right - left, bottom - top
        if kind == 0:  # a bottle
            self.box(left, top + 0.35 * tall, right, bottom, colour)
            self.box(left + 0.35 * wide, top, right - 0.35 * wide, top + 0.4 * tall, colour, 0.9)
            self.box(left + 0.1 * wide, top + 0.4 * tall, left + 0.25 * wide, bottom, colour, 1.6)
            self.box(left, top + 0.55 * tall, right, top + 0.85 * tall, second)
        elif kind == 1:  # a box
            self.box(left, top, right, bottom, colour)
            self.box(right - 0.12 * wide, top, right, bottom, colour, 0.6)
            self.box(left + 0.15 * wide, top + 0.2 * tall, right - 0.25 * wide, top + 0.55 * tall, second)
            self.write(left + 0.15 * wide, top + 0.6 * tall, 0.16 * tall, second)
        elif kind == 2:  # a can
            self.box(left, top, right, bottom, colour)
            self.box(left, top, left + 0.25 * wide, bottom, colour, 0.7)
            self.box(left + 0.4 * wide, top, left + 0.55 * wide, bottom, colour, 1.4)
            self.box(left, top, right, top + 0.08 * tall, (0.8, 0.8, 0.8))
            self.disc((left + right) / 2, (top + bottom) / 2, 0.25 * min(wide, tall), second)
        else:  # a book's back
            self.box(left, top, left + 0.5 * wide, bottom, colour, 0.9)
            self.box(left, top + 0.1 * tall, left + 0.5 * wide, top + 0.16 * tall, second)
            self.box(left + 0.52 * wide, top + 0.1 * tall, right, bottom, second, 0.8)
            self.box(left + 0.6 * wide, top + 0.4 * tall, right - 0.1 * wide, top + 0.8 * tall, colour)

    def _board(self):
        rng = self.rng
        trace, metal, pitch = self.ink(self.ground, rng.uniform(1.15, 1.6)), (0.75, 0.75, 0.7), rng.uniform(0.004, 0.012)
        for _ in range(int(rng.integers(20, 120))):  # tracks
            x, y = rng.uniform(0, self.wide), rng.random()
            points = [(x, y)]
            for _ in range(int(rng.integers(1, 5))):
                step, way = rng.uniform(0.02, 0.25), rng.integers(8) * math.pi / 4
                x, y = x + step * math.cos(way), y + step * math.sin(way)
                points.append((x, y))
            for number in range(int(rng.integers(1, 7))):
                self.pen.line([((a + number * pitch) * self.unit, (b + number * pitch) * self.unit) for a, b in points], fill=trace, width=max(1, round(pitch * 0.4 * self.unit)))
        for number in range(int(rng.integers(30, 200))):
            x, y, kind = rng.uniform(-0.05, self.wide), rng.uniform(-0.05, 1), rng.integers(5)
            if number < 4:  # something in the middle
                x, y = 0.5 * self.wide + rng.uniform(-0.35, 0.3), 0.5 + rng.uniform(-0.35, 0.3)
            wide, tall = rng.uniform(0.02, 0.3 if kind == 0 else 0.07, 2)
            if kind == 0:  # a chip and its legs
                step = 2 * pitch
                for leg in range(int(wide / step)):
                    self.box(x + leg * step, y - step, x + (leg + 0.5) * step, y + tall + step, metal)
                for leg in range(int(tall / step)):
                    self.box(x - step, y + leg * step, x + wide + step, y + (leg + 0.5) * step, metal)
                self.box(x, y, x + wide, y + tall, (0.12, 0.12, 0.13))
                self.disc(x + 0.1 * wide, y + 0.1 * tall, 0.04 * min(wide, tall), (0.3, 0.3, 0.3))
                self.write(x + 0.1 * wide, y + 0.4 * tall, 0.2 * min(wide, tall), (0.7, 0.7, 0.7))
            elif kind == 1:
                self.disc(x, y, tall / 2, self.tint(), 0.8)
                self.disc(x - 0.05 * tall, y - 0.05 * tall, tall * 0.38, metal)
            elif kind == 2:  # a row of pins or holes
                for pin in range(int(rng.integers(3, 30))):
                    self.box(x + pin * 2 * pitch, y, x + (pin * 2 + 1) * pitch, y + 2 * pitch, metal if pin % 2 or rng.random() < 0.9 else self.tint())
            elif kind == 3:
                self.box(x, y, x + wide, y + 0.5 * tall, metal)
                self.box(x + 0.25 * wide, y, x + 0.75 * wide, y + 0.5 * tall, self.tint(), 0.7)
            else:
                self.write(x, y, rng.uniform(0.012, 0.04), (0.9, 0.9, 0.85))

    def _rack(self):
        rng, y = self.rng, 0.0
        while y < 1:
            tall = float(rng.choice((1, 1, 2, 4))) * 0.045
            colour = palette.shade(palette.paint(rng), 0.6)
            self.box(0, y, self.wide, y + tall * 0.95, colour)
            self.box(0, y + tall * 0.9, self.wide, y + tall, (0, 0, 0))
            columns, kind = int(rng.integers(4, 40)), rng.integers(4)
            step = self.wide / columns
            for number in range(columns):
                x = number * step
                if kind == 0:  # discs behind doors
                    self.box(x + 0.05 * step, y + 0.1 * tall, x + 0.92 * step, y + 0.85 * tall, colour, 0.6)
                    self.box(x + 0.1 * step, y + 0.15 * tall, x + 0.2 * step, y + 0.3 * tall, (0.1, 1.0, 0.2) if rng.random() < 0.7 else (1.0, 0.6, 0.1))
                elif kind == 1:  # sockets, some with a cable
                    self.box(x + 0.15 * step, y + 0.3 * tall, x + 0.8 * step, y + 0.75 * tall, (0.05, 0.05, 0.05))
                    if rng.random() < 0.5:
                        end = (x + 0.5 * step + rng.normal(0, 0.2), y + rng.uniform(0.1, 0.5))
                        self.pen.line([((x + 0.5 * step) * self.unit, (y + 0.5 * tall) * self.unit), ((x + 0.4 * step) * self.unit, (y + 0.05) * self.unit), (end[0] * self.unit, end[1] * self.unit)], fill=self.ink(self.tint()), width=max(1, round(0.008 * self.unit)), joint="curve")
                elif kind == 2:  # slots for air
                    self.box(x + 0.2 * step, y + 0.15 * tall, x + 0.6 * step, y + 0.8 * tall, colour, 0.4)
            if kind == 3:
                self.write(0.05, y + 0.2 * tall, 0.5 * tall, (0.9, 0.9, 0.9), 2)
            y += tall

    def _notices(self):
        rng = self.rng
        count = int(rng.integers(15, 70))
        for number in range(count):
            x, y, wide = rng.uniform(-0.1, self.wide), rng.uniform(-0.1, 1), rng.uniform(0.06, 0.4)
            if number > count - 4:  # something in the middle
                x, y = 0.5 * self.wide + rng.uniform(-0.4, 0.2), 0.5 + rng.uniform(-0.4, 0.2)
            tall, paper = wide * rng.uniform(0.5, 1.5), palette.paint(rng) if rng.random() < 0.5 else (0.95, 0.95, 0.92)
            self.box(x + 0.01, y + 0.01, x + wide + 0.01, y + tall + 0.01, self.ground, 0.5)
            self.box(x, y, x + wide, y + tall, paper)
            self.write(x + 0.06 * wide, y + 0.05 * tall, 0.12 * tall, self.tint(), 1)
            if rng.random() < 0.5:
                self.box(x + 0.1 * wide, y + 0.25 * tall, x + 0.9 * wide, y + 0.6 * tall, self.tint())
                self.disc(x + wide * 0.5, y + 0.42 * tall, 0.12 * tall, self.tint())
            lines = int(rng.integers(2, 12))
            for line in range(lines):
                a = y + tall * (0.65 + 0.3 * line / lines)
                self.box(x + 0.08 * wide, a, x + wide * rng.uniform(0.5, 0.92), a + 0.14 * tall / lines, np.multiply(paper, 0.35))
