"""What the fronts of houses are made of, drawn flat: windows, columns, railings, roof tiles, painted friezes, signs."""

import math

import palette
from lettering import FACES, face
from PIL import Image, ImageDraw
from words import sentence


def ink(colour, light=1.0):
    return tuple(int(255 * v + 0.5) for v in palette.shade(colour, light))


class Style:
    """One house's: its colours, how its parts are shaped, and how many there are to a unit of length."""

    def __init__(self, rng):
        self.seed = int(rng.integers(2**62))
        any_of = (palette.masonry, palette.masonry, palette.paint, palette.interior, palette.earth)
        self.wall = any_of[int(rng.integers(len(any_of)))](rng)
        self.trim = palette.shade(self.wall, rng.uniform(0.4, 1.6)) if rng.random() < 0.5 else palette.paint(rng)
        self.frame = palette.paint(rng)
        self.pane = palette.shade((rng.uniform(0.2, 0.45), rng.uniform(0.3, 0.5), rng.uniform(0.35, 0.6)), rng.uniform(0.2, 1.3))
        self.roof = palette.earth(rng) if rng.random() < 0.5 else palette.paint(rng)
        self.accents = [palette.vivid(rng) if rng.random() < 0.5 else palette.paint(rng) for _ in range(3)]
        self.pitch = math.exp(rng.uniform(math.log(0.06), math.log(0.35)))  # from window to window; a house is some 1 wide
        self.opening = (rng.uniform(0.35, 0.95), rng.uniform(0.4, 0.9))
        self.head = str(rng.choice(("flat", "flat", "round", "point")))
        self.bars = (int(rng.integers(1, 5)), int(rng.integers(1, 6)))
        self.column = rng.uniform(0.05, 0.3) if rng.random() < 0.6 else 0.0
        self.railing = str(rng.choice(("posts", "posts", "crosses", "squares", "solid")))
        self.tiles = math.exp(rng.uniform(math.log(0.01), math.log(0.06)))
        self.tile_rows = int(rng.integers(1, 9))
        self.motif = str(rng.choice(("lozenges", "discs", "blocks", "waves")))
        self.brick = rng.uniform(0.012, 0.05) if rng.random() < 0.3 else 0.0
        self.lived = rng.uniform(0.0, 0.4)  # how often a window differs from its neighbours


class Front:
    """Draws on a surface `wide` and `tall` units large, `size` pixels."""

    def __init__(self, rng, style, size, wide, tall, light):
        self.rng, self.style, self.wide, self.tall, self.light = rng, style, wide, tall, light
        self.image = Image.new("RGBA", size)
        self.pen = ImageDraw.Draw(self.image)
        self.across, self.down = size[0] / wide, size[1] / tall

    def box(self, left, top, right, bottom, colour, light=1.0):
        x0, y0, x1, y1 = left * self.across, top * self.down, right * self.across, bottom * self.down
        if x1 - x0 >= 0.5 and y1 - y0 >= 0.5:
            self.pen.rectangle((round(x0), round(y0), max(round(x0), round(x1) - 1), max(round(y0), round(y1) - 1)), fill=ink(colour, light * self.light))

    def bar(self, points, width, colour, light=1.0):
        pixels = max(1, round(width * self.down))
        self.pen.line([(x * self.across, y * self.down) for x, y in points], fill=ink(colour, light * self.light), width=pixels)

    def storey(self, top, bottom):
        """Wall, columns and a row of windows, some with somebody behind them."""
        style, rng = self.style, self.rng
        self.box(0, top, self.wide, bottom, style.wall)
        if style.brick:
            rows = max(1, round((bottom - top) / style.brick))
            for row in range(rows):
                y = top + row * (bottom - top) / rows
                self.bar([(0, y), (self.wide, y)], style.brick * 0.15, style.wall, 0.75)
        count = max(1, round(self.wide / style.pitch))
        step, tall = self.wide / count, bottom - top
        half, high = style.opening[0] * step / 2, style.opening[1] * tall
        for number in range(count):
            x, y = (number + 0.5) * step, top + (tall - high) * 0.45
            odd = rng.random() < style.lived
            self.window(x - half, y, x + half, y + high, rng.uniform(0.3, 1.8) if odd else 1.0, odd and rng.random() < 0.4)
        if style.column:
            for number in range(count + 1):
                x, reach = number * step, style.column * step / 2
                self.box(x - reach, top, x + reach, bottom, style.trim)
                self.box(x + reach * 0.3, top, x + reach, bottom, style.trim, 0.7)
                self.box(x - reach * 1.4, top, x + reach * 1.4, top + tall * 0.06, style.accents[0])
                self.box(x - reach * 1.4, bottom - tall * 0.05, x + reach * 1.4, bottom, style.trim, 0.8)

    def window(self, left, top, right, bottom, glass, covered):
        style = self.style
        edge = 0.08 * (right - left)
        if style.head != "flat":
            rise = min((right - left) / 2, (bottom - top) * 0.35)
            points = [(left, top + rise)]
            for i in range(1, 8):
                across = i / 4 - 1
                over = math.sqrt(max(0.0, 1 - across**2)) if style.head == "round" else 1 - abs(across)
                points.append(((left + right) / 2 + across * (right - left) / 2, top + rise * (1 - over)))
            points.append((right, top + rise))
            self.pen.polygon([(x * self.across, y * self.down) for x, y in points], fill=ink(style.pane, glass * self.light), outline=ink(style.frame, self.light))
            top += rise
        self.box(left, top, right, bottom, style.frame)
        self.box(left + edge, top + (edge if style.head == "flat" else 0), right - edge, bottom - edge, style.pane, glass)
        self.box(left + edge, top + edge, right - edge, top + edge + 0.1 * (bottom - top), style.pane, glass * 0.5)
        if covered:  # a blind, half down
            self.box(left + edge, top, right - edge, top + self.rng.uniform(0.3, 0.9) * (bottom - top), style.accents[2])
        for number in range(1, style.bars[0]):
            x = left + (right - left) * number / style.bars[0]
            self.box(x - edge * 0.3, top, x + edge * 0.3, bottom, style.frame)
        for number in range(1, style.bars[1]):
            y = top + (bottom - top) * number / style.bars[1]
            self.box(left, y - edge * 0.3, right, y + edge * 0.3, style.frame)
        self.box(left - edge, bottom, right + edge, bottom + edge, style.trim, 1.1)

    def balustrade(self, top, bottom):
        """With air between its posts."""
        style, tall = self.style, bottom - top
        post = max(tall * 0.25, 0.006)
        count = max(2, round(self.wide / (post * 2.2)))
        step = self.wide / count
        if style.railing == "solid":
            self.box(0, top, self.wide, bottom, style.trim, 0.9)
        for number in range(count):
            x = number * step
            if style.railing == "posts":
                self.box(x, top, x + post * 0.7, bottom, style.trim)
                self.box(x + post * 0.45, top, x + post * 0.7, bottom, style.trim, 0.7)
            elif style.railing == "crosses":
                self.bar([(x, top), (x + step, bottom)], post * 0.25, style.trim)
                self.bar([(x + step, top), (x, bottom)], post * 0.25, style.trim)
            elif style.railing == "squares":
                for side in (0.15, 0.55):
                    self.bar([(x, top + tall * side), (x + step, top + tall * side)], post * 0.2, style.trim)
                self.bar([(x, top), (x, bottom)], post * 0.2, style.trim)
        self.box(0, top, self.wide, top + tall * 0.16, style.trim, 1.15)
        self.box(0, bottom - tall * 0.12, self.wide, bottom, style.trim, 0.85)

    def tiling(self, top, bottom):
        """Rows of tiles, each with a lit and a shaded side, down to the eaves' ends."""
        style, tall = self.style, bottom - top
        self.box(0, top, self.wide, bottom, style.roof)
        count = max(2, round(self.wide / style.tiles))
        step = self.wide / count
        for number in range(count):
            x = number * step
            self.box(x, top, x + step * 0.4, bottom, style.roof, 1.35)
            self.box(x + step * 0.7, top, x + step, bottom, style.roof, 0.55)
        for row in range(1, style.tile_rows):
            y = top + tall * row / style.tile_rows
            self.bar([(0, y), (self.wide, y)], tall * 0.04, style.roof, 0.6)
        self.box(0, bottom - tall * 0.12, self.wide, bottom, style.accents[1], 0.8)
        for number in range(count):
            self.box((number + 0.2) * step, bottom - tall * 0.1, (number + 0.65) * step, bottom, style.accents[2])

    def frieze(self, top, bottom):
        style, tall = self.style, bottom - top
        self.box(0, top, self.wide, bottom, style.accents[0], 0.8)
        count = max(2, round(self.wide / (tall * 1.2)))
        step = self.wide / count
        for number in range(count):
            x, y, reach = (number + 0.5) * step, (top + bottom) / 2, 0.38 * min(step, tall)
            colour = style.accents[1 + number % 2]
            a, b = (x - reach) * self.across, (x + reach) * self.across
            c, d = (y - reach) * self.down, (y + reach) * self.down
            if b - a < 1 or d - c < 1:
                continue
            if style.motif == "discs":
                self.pen.ellipse((a, c, b, d), fill=ink(colour, self.light))
            elif style.motif == "lozenges":
                self.pen.polygon(((a, (c + d) / 2), ((a + b) / 2, c), (b, (c + d) / 2), ((a + b) / 2, d)), fill=ink(colour, self.light))
            elif style.motif == "blocks":
                self.pen.rectangle((a, c, b, d), fill=ink(colour, self.light))
            else:
                self.pen.arc((a - reach, c, b + reach, d), 0, 180, fill=ink(colour, self.light), width=max(1, int((d - c) * 0.25)))
        self.bar([(0, bottom), (self.wide, bottom)], tall * 0.12, style.trim)

    def sign(self, top, bottom):
        rng, tall = self.rng, bottom - top
        self.box(0, top, self.wide, bottom, self.style.accents[0])
        font = face(str(rng.choice(FACES)), max(6, tall * self.down * 0.7))
        self.pen.text((0.05 * self.wide * self.across, (top + 0.1 * tall) * self.down), sentence(rng, 2), font=font, fill=ink(self.style.accents[1], self.light))
