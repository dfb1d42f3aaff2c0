"""Test patterns: colour bars of several traditions, with and without steps, ramps and a circle."""

import math

import numpy as np
from faults.fault import Fault
from lettering import face
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

ORDER = ((1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1), (0, 0, 0))


class ColorBars(Fault):
    place = "source"

    def __init__(self, rng):
        self.level = float(rng.choice((0.75, 1.0, rng.uniform(0.65, 1.0))))
        self.layout = str(rng.choice(("eight", "seven", "smpte", "red", "ramp", "card", "hd")))
        self.white_first = float(rng.choice((self.level, 1.0)))
        self.reverse = rng.random() < 0.1
        self.noise = rng.choice((0.0, 1.0)) * math.exp(rng.uniform(math.log(0.002), math.log(0.07)))
        self.ident = str(rng.choice(("", "", "CAM 1", "TEST", "BARS", "LINE 4", "STUDIO B"))) if rng.random() < 0.6 else ""
        self.pace = rng.uniform(0.05, 0.2)
        self.softness = rng.uniform(0.5, 3.0) if rng.random() < 0.3 else 0.0  # pixels at 256 rows

    def _row(self, pen, colours, left, top, right, bottom):
        step = (right - left) / len(colours)
        for i, colour in enumerate(colours):
            ink = tuple(int(255 * v) for v in colour)
            pen.rectangle((round(left + i * step), top, round(left + (i + 1) * step) - 1, bottom), fill=ink)

    def apply(self, picture, t, rng):
        height, width = picture.shape[:2]
        image = Image.new("RGB", (width, height))
        pen = ImageDraw.Draw(image)
        bars = [tuple(v * self.level for v in colour) for colour in ORDER]
        bars[0] = (self.white_first,) * 3
        bars = bars[::-1] if self.reverse else bars
        greys = [(i / 9,) * 3 for i in range(10)]
        if self.layout in ("eight", "red", "ramp"):
            split = {"eight": 1.0, "red": 0.75, "ramp": 0.7}[self.layout]
            self._row(pen, bars, 0, 0, width, height)
            if self.layout == "red":
                pen.rectangle((0, split * height, width, height), fill=(int(255 * self.level), 0, 0))
            elif self.layout == "ramp":
                self._row(pen, greys, 0, int(split * height), width, height)
        elif self.layout in ("seven", "smpte"):
            self._row(pen, bars[:7], 0, 0, width, height)
            if self.layout == "smpte":
                reverse = [bars[6], (0.07,) * 3, bars[4], (0.07,) * 3, bars[2], (0.07,) * 3, bars[0]]
                self._row(pen, reverse, 0, int(0.67 * height), width, int(0.75 * height))
                lower = [(0, 0.13, 0.3), (1, 1, 1), (0.2, 0, 0.42), (0.07,) * 3, (0.04,) * 3, (0.1,) * 3]
                self._row(pen, lower, 0, int(0.75 * height), width, height)
        elif self.layout == "hd":
            self._row(pen, [(0.4,) * 3], 0, 0, width, height)
            self._row(pen, bars[:7], width * 0.125, 0, width * 0.875, int(0.58 * height))
            ramp = np.linspace(0, 255, width).astype(np.uint8)
            for i, (top, bottom) in enumerate(((0.58, 0.66), (0.66, 0.75))):
                strip = Image.fromarray(np.repeat(ramp[None, :], max(1, int((bottom - top) * height)), 0)).convert("RGB")
                if i:
                    image.paste(strip, (0, int(top * height)))
                else:
                    self._row(pen, [bars[2], bars[6], bars[0], bars[0]], 0, int(top * height), width, int(bottom * height))
            self._row(pen, [(0.1,) * 3, (0.04,) * 3, (1, 1, 1), (0.04,) * 3, (0.1,) * 3], 0, int(0.75 * height), width, height)
        else:
            self._card(pen, image, bars, greys)
        if self.ident:
            font = face("DejaVuSansMono-Bold.ttf", 0.05 * height)
            w = font.getlength(self.ident)
            x = (0.5 + 0.3 * np.sin(6.28 * self.pace * t)) * (width - w)
            pen.rectangle((x - 6, 0.82 * height, x + w + 6, 0.9 * height), fill=(0, 0, 0))
            pen.text((x, 0.825 * height), self.ident, font=font, fill=(255, 255, 255))
        result = np.asarray(image, dtype=np.float32) / 255
        if self.softness:
            sigma = self.softness * height / 256
            result = gaussian_filter(result, (sigma, sigma, 0), truncate=3)
        return np.clip(result + self.noise * rng.standard_normal(result.shape, dtype=np.float32), 0, 1)

    def _card(self, pen, image, bars, greys):
        width, height = image.size
        pen.rectangle((0, 0, width, height), fill=(110, 110, 110))
        step = height / 14
        for i in range(1, int(width / step) + 1):
            pen.line((i * step, 0, i * step, height), fill=(230, 230, 230), width=max(1, height // 200))
        for i in range(1, 14):
            pen.line((0, i * step, width, i * step), fill=(230, 230, 230), width=max(1, height // 200))
        radius, x, y = 0.43 * height, width / 2, height / 2
        inner = Image.new("RGB", image.size, (20, 20, 20))
        draw = ImageDraw.Draw(inner)
        self._row(draw, bars[1:7], x - radius, int(y - 0.5 * radius), x + radius, int(y + 0.15 * radius))
        self._row(draw, greys[::2], x - radius, int(y + 0.15 * radius), x + radius, int(y + 0.5 * radius))
        self._row(draw, [(1, 1, 1)], x - radius, int(y - 0.75 * radius), x + radius, int(y - 0.5 * radius))
        self._row(draw, [(0.75, 0.7, 0), (0.7, 0, 0), (0.75, 0.7, 0)], x - radius, int(y + 0.7 * radius), x + radius, int(y + radius))
        mask = Image.new("L", image.size)
        ImageDraw.Draw(mask).ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
        image.paste(inner, (0, 0), mask)
