"""A few round things in one light: their shades, highlights and folds, and fine detail here and there on plain surfaces."""

import math

import numpy as np
import palette
from lettering import FACES, face
from pattern import Pattern
from PIL import Image, ImageDraw
from scenes.scene import DrawnOnce, halved
from scipy.ndimage import gaussian_filter
from texture import spectral_field
from words import sentence

FIELD = 320  # side of a periodic field of folds; larger pictures repeat it
COLOURS = (palette.earth, palette.cloth, palette.cloth, palette.paint, palette.vivid, palette.skin, palette.masonry)


class Still(DrawnOnce):
    """What drawings lack most: surfaces that turn away from the light. Badges, labels and stitches keep detail from meaning damage."""

    def __init__(self, rng):
        super().__init__(rng)
        self.drift = rng.uniform(-0.02, 0.02)
        self.count = int(math.exp(rng.uniform(math.log(5), math.log(40))))
        self.largest = rng.uniform(0.25, 0.75)
        self.far_blur = rng.uniform(0.5, 6) if rng.random() < 0.6 else 0.0  # pixels at 256 rows
        self.ambient = rng.uniform(0.1, 0.55)
        self.light = self._direction(rng)

    def _direction(self, rng):
        around, up = rng.uniform(0, 2 * math.pi), rng.uniform(0.3, 1.2)
        return np.float32((math.cos(around) * math.cos(up), math.sin(around) * math.cos(up), math.sin(up)))

    def drawn(self, rng, size):
        width, height = size[0] * 2, size[1] * 2
        broad = spectral_field(rng, (FIELD, FIELD), rng.uniform(1.6, 2.2))
        folds = spectral_field(rng, (FIELD, FIELD), rng.uniform(1.4, 2.4))
        fine = spectral_field(rng, (FIELD, FIELD), rng.uniform(0.6, 1.3))
        rows = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
        upper, lower = np.float32(palette.interior(rng)), np.float32(palette.any_colour(rng))
        picture = (upper * (1 - rows) + lower * rows) * (1 + 0.12 * tiled(broad, 0, 0, height, width)[:, :, None])
        far = int(self.count * rng.uniform(0.1, 0.5))
        for number in range(self.count):
            if number == far and self.far_blur:
                sigma = self.far_blur * height / 256
                picture = gaussian_filter(picture, (sigma, sigma, 0), truncate=2.5)
            # What comes last is seen whole, and sharp: without it a picture of far things would be one out of focus.
            self._put(rng, picture, folds, fine, 0.2 if number == self.count - 1 else 1.0)
        return halved(picture.astype(np.float32))

    def _put(self, rng, picture, folds, fine, spread):
        """One thing: an ellipse, a box with round corners, or a roll of something; `spread` is how far from the centre it may be."""
        height, width = picture.shape[:2]
        long = self.largest * (rng.uniform(0.5, 0.9) if spread < 1 else rng.uniform(0.08, 1.0) ** rng.choice((1.0, 2.0)))
        short = long * rng.uniform(0.4 if spread < 1 else 0.15, 1.0)
        x, y, angle = (0.5 + rng.uniform(-0.5, 0.5) * spread) * width / height, 0.5 + rng.uniform(-0.5, 0.5) * spread, rng.uniform(0, math.pi)
        power = float(rng.choice((2.0, 2.0, 2.5, 4.0, 9.0)))
        left, right = max(0, int((x - long * 1.3) * height)), min(width, int((x + long * 1.3) * height))
        top, bottom = max(0, int((y - long * 1.3) * height)), min(height, int((y + long * 1.3) * height))
        if right - left < 4 or bottom - top < 4:
            return
        columns = (np.arange(left, right, dtype=np.float32) / height - x)[None, :]
        lines = (np.arange(top, bottom, dtype=np.float32) / height - y)[:, None]
        u = (columns * math.cos(angle) + lines * math.sin(angle)) / long
        v = (lines * math.cos(angle) - columns * math.sin(angle)) / short
        reach = np.abs(u) ** power + np.abs(v) ** power
        cover = np.clip((1 - reach) * short * height / power + 0.5, 0, 1)[:, :, None]
        colour = np.float32(COLOURS[int(rng.integers(len(COLOURS)))](rng)) * np.float32(rng.choice((1.0, 1.0, 0.25)))
        albedo = np.broadcast_to(colour, (*reach.shape, 3)).copy()
        if rng.random() < 0.25:
            share = Pattern(rng).at(columns + np.float32(x), lines + np.float32(y))[:, :, None]
            albedo += (np.float32(palette.any_colour(rng)) - albedo) * share
        if rng.random() < 0.6:
            albedo = self._detailed(rng, albedo, (x * height - left, y * height - top), short * height)
        flat = rng.random() < 0.15
        bump = rng.choice((0.0, 1.0)) * rng.uniform(0.2, 1.6)
        relief = tiled(folds, top, left, *reach.shape) * np.float32(bump * 8)
        across, down = u if power > 4 else u * math.cos(angle) - v * math.sin(angle), u * math.sin(angle) + v * math.cos(angle)
        normal = np.stack([across - np.gradient(relief, axis=1), down - np.gradient(relief, axis=0), np.sqrt(np.maximum(1.02 - np.minimum(reach, 1), 0.02))], 2)
        if flat:
            normal[:, :, 2] += 3
        normal /= np.linalg.norm(normal, axis=2, keepdims=True)
        facing = normal @ self.light
        shade = self.ambient + (1.1 - self.ambient) * np.maximum(facing, 0)
        shade *= 1 + tiled(fine, top, left, *reach.shape) * np.float32(rng.choice((0.0, 0.05, 0.2)))
        mirrored = np.maximum(2 * facing * normal[:, :, 2] - self.light[2], 0)
        gloss = np.float32(rng.choice((0.0, 1.0)) * rng.uniform(0.1, 0.9)) * mirrored ** np.float32(rng.uniform(6, 60))
        part = picture[top:bottom, left:right]
        if rng.random() < 0.5:  # it keeps the light from what is behind
            drop = int(0.05 * short * height) + 1
            part *= 1 - 0.45 * gaussian_filter(np.roll(cover, (drop, drop), (0, 1)), (drop, drop, 0), truncate=2)
        part += (albedo * np.maximum(shade, 0.03)[:, :, None] + gloss[:, :, None] - part) * cover

    def _detailed(self, rng, albedo, centre, reach):
        """Badges with words, knobs, stitches, straps and cracks."""
        image = Image.fromarray((np.clip(albedo, 0, 1) * 255).astype(np.uint8))
        pen = ImageDraw.Draw(image)
        ink = lambda: tuple(int(255 * v) for v in (palette.vivid if rng.random() < 0.5 else palette.paint)(rng))
        for _ in range(int(rng.integers(1, 7))):
            x, y = (c + rng.uniform(-0.7, 0.7) * reach for c in centre)
            size, kind = max(6.0, reach * rng.uniform(0.06, 0.45)), rng.integers(5)
            if kind == 0:  # a badge
                pen.ellipse((x - size, y - size * 0.7, x + size, y + size * 0.7), fill=ink(), outline=ink(), width=max(1, int(size * 0.1)))
                for _ in range(int(rng.integers(3, 16))):
                    a, b = rng.uniform(-0.6, 0.6, (2, 2)) * size
                    pen.line((x + a[0], y + a[1] * 0.7, x + b[0], y + b[1] * 0.7), fill=ink(), width=max(1, int(size * rng.uniform(0.03, 0.2))))
            elif kind == 1:  # a label
                font, text = face(str(rng.choice(FACES)), size * rng.uniform(0.25, 0.6)), sentence(rng, int(rng.integers(1, 3)))
                pen.rectangle((x - size, y - size * 0.5, x + size, y + size * 0.5), fill=ink())
                pen.text((x - size * 0.9, y - size * 0.35), text, font=font, fill=ink())
            elif kind == 2:  # stitches, a row of rivets, beads
                step, turn = max(3.0, size * 0.15), rng.uniform(0, 6.28)
                colour = ink()
                for i in range(int(rng.integers(5, 40))):
                    cx, cy = x + i * step * math.cos(turn), y + i * step * math.sin(turn)
                    pen.ellipse((cx - step * 0.3, cy - step * 0.3, cx + step * 0.3, cy + step * 0.3), fill=colour)
            elif kind == 3:  # a strap or a pole
                bend, colour = rng.normal(0, 2, (4, 2)) * size, ink()
                pen.line([(x + a, y + b) for a, b in bend], fill=colour, width=max(1, int(size * rng.uniform(0.05, 0.4))), joint="curve")
            else:  # many small things
                for _ in range(int(rng.integers(6, 60))):
                    a, b = rng.normal(0, 0.8, 2) * size
                    c, d = rng.uniform(0.03, 0.25, 2) * size
                    pen.ellipse((x + a - c, y + b - d, x + a + c, y + b + d), fill=ink())
        return np.asarray(image, dtype=np.float32) / 255


def tiled(field, top, left, rows, columns):
    """`rows` x `columns` of a periodic field at half its resolution, from (top, left) on."""
    y, x = (np.arange(top, top + rows) // 2 % FIELD)[:, None], (np.arange(left, left + columns) // 2 % FIELD)[None, :]
    return np.clip(field[y, x], -3, 3)
