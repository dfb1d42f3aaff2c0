"""A drawing surface with smooth edges that also remembers how rough each thing is."""

import numpy as np
from PIL import Image, ImageDraw

SKY = 1 / 255  # A roughness no other thing has: the scene puts clouds there.


class Canvas:
    """Coordinates are in picture heights: y runs 0..1 downwards, x runs 0..aspect.

    Drawn `samples` times larger and averaged down. The picture has four planes: red, green, blue and
    roughness. Pillow's CMYK mode carries them because it averages four planes without treating one as
    transparency.
    """

    def __init__(self, size, samples=2):
        self.size = size
        self.samples = samples
        self.aspect = size[0] / size[1]
        self.unit = size[1] * samples
        self.image = Image.new("CMYK", (size[0] * samples, size[1] * samples))
        self.pen = ImageDraw.Draw(self.image)
        self.lights = []  # (x, y, radius, colour), added as glow after everything else

    def _ink(self, colour, rough):
        return tuple(int(min(max(v, 0.0), 1.0) * 255 + 0.5) for v in (*colour, rough))

    def _points(self, points):
        return [(x * self.unit, y * self.unit) for x, y in points]

    def polygon(self, points, colour, rough=0.2):
        self.pen.polygon(self._points(points), fill=self._ink(colour, rough))

    def box(self, left, top, right, bottom, colour, rough=0.2):
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour, rough)

    def disc(self, x, y, radius_x, radius_y, colour, rough=0.2):
        box = self._points([(x - abs(radius_x), y - abs(radius_y)), (x + abs(radius_x), y + abs(radius_y))])
        self.pen.ellipse(box, fill=self._ink(colour, rough))

    def line(self, points, width, colour, rough=0.2):
        pixels = max(1, round(width * self.unit))
        self.pen.line(self._points(points), fill=self._ink(colour, rough), width=pixels, joint="curve")

    def limb(self, start, end, width, colour, rough=0.2):
        """A line with round ends."""
        self.line([start, end], width, colour, rough)
        for x, y in (start, end):
            self.disc(x, y, width / 2, width / 2, colour, rough)

    def gradient(self, top, bottom, upper, lower, rough=0.2):
        """Fills the rows from `top` to `bottom` with colours from `upper` to `lower`."""
        first, last = int(top * self.unit), int(np.ceil(bottom * self.unit))
        for row in range(first, last):
            share = (row - first) / max(1, last - first)
            colour = tuple(a + (b - a) * share for a, b in zip(upper, lower))
            self.pen.line([(0, row), (self.image.width, row)], fill=self._ink(colour, rough))

    def light(self, x, y, radius, colour):
        self.lights.append((x, y, radius, colour))

    def planes(self):
        """Colour as H x W x 3 and roughness as H x W x 1, both float32 in 0..1."""
        small = self.image.reduce(self.samples) if self.samples > 1 else self.image
        values = np.asarray(small, dtype=np.float32) / 255
        return values[:, :, :3], values[:, :, 3:]

    def add_lights(self, picture):
        """Adds each light's glow to an H x W x 3 picture, in place."""
        height, width = picture.shape[:2]
        for x, y, radius, colour in self.lights:
            reach = radius * 6 * height
            left, right = int(max(0, x * height - reach)), int(min(width, x * height + reach))
            top, bottom = int(max(0, y * height - reach)), int(min(height, y * height + reach))
            if left >= right or top >= bottom:
                continue
            columns = np.arange(left, right, dtype=np.float32) / height - x
            rows = np.arange(top, bottom, dtype=np.float32) / height - y
            distance = (columns[None, :] ** 2 + rows[:, None] ** 2) / radius**2
            fade = 1 / (1 + distance * 3) - 1 / (1 + 36 * 3)
            picture[top:bottom, left:right] += np.maximum(fade, 0)[:, :, None] * np.float32(colour)
