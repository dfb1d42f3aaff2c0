"""A card with words instead of a scene."""

import numpy as np
import palette
from faults.fault import Fault
from lettering import FACES, face
from PIL import Image, ImageDraw
from words import credit, notice, sentence


class TextSlate(Fault):
    place = "source"

    def __init__(self, rng):
        self.layout = str(rng.choice(("notice", "paragraph", "credits", "table"), p=(0.45, 0.2, 0.2, 0.15)))
        dark = rng.random() < 0.65
        ground = palette.shade(palette.any_colour(rng), 0.3) if dark else palette.mix(palette.any_colour(rng), (1, 1, 1), 0.65)
        plain = rng.random()
        ground = (0.0, 0.0, 0.0) if plain < 0.2 else (0.0, 0.0, 0.6) if plain < 0.3 else ground
        ink = palette.mix(palette.any_colour(rng), (1, 1, 1), 0.75) if dark or plain < 0.3 else palette.shade(palette.any_colour(rng), 0.25)
        self.ground, self.ink = ground, ink
        self.second = palette.mix(ground, palette.any_colour(rng), rng.uniform(0.0, 0.25)) if rng.random() < 0.5 else ground
        self.face = str(rng.choice(FACES))
        self.title = notice(rng) if rng.random() < 0.7 else sentence(rng, int(rng.integers(1, 4)))
        self.title_height = rng.uniform(0.07, 0.2)
        self.place_y = rng.uniform(0.35, 0.6)
        self.room = rng.uniform(0.45, 0.9)  # share of the width that a line may take
        self.small = [sentence(rng, int(rng.integers(2, 6))) for _ in range(rng.integers(0, 3))]
        self.lines = [sentence(rng, int(rng.integers(3, 7))) if self.layout == "paragraph" else credit(rng) for _ in range(rng.integers(4, 12))]
        self.line_height = rng.uniform(0.045, 0.075)
        self.frame = rng.random() < 0.25
        self.mark = str(rng.choice(("none", "none", "disc", "triangle", "bars")))
        self.accent = tuple(int(255 * v) for v in palette.vivid(rng))
        self.scroll = rng.uniform(0.02, 0.08) if self.layout == "credits" else 0.0
        self.running = rng.random() < 0.4  # a clock under the title that counts
        self.noise = rng.choice((0.0, 1.0)) * rng.uniform(0.001, 0.012)

    def apply(self, picture, t, rng):
        height, width = picture.shape[:2]
        share = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
        base = np.float32(self.ground) * (1 - share) + np.float32(self.second) * share
        image = Image.fromarray((np.broadcast_to(base, picture.shape) * 255).astype(np.uint8))
        pen = ImageDraw.Draw(image)
        if self.frame:
            pad = 0.06 * height
            pen.rectangle((pad, pad, width - pad, height - pad), outline=self.accent, width=max(2, height // 90))
        if self.layout == "notice":
            self._notice(pen, width, height, t)
        else:
            self._lines(pen, width, height, t)
        result = np.asarray(image, dtype=np.float32) / 255
        return np.clip(result + self.noise * rng.standard_normal(result.shape, dtype=np.float32), 0, 1)

    def _fitting(self, text, pixels, room):
        font = face(self.face, pixels)
        length = font.getlength(text)
        return font if length <= room else face(self.face, pixels * room / length)

    def _notice(self, pen, width, height, t):
        ink = tuple(int(255 * v) for v in self.ink)
        x, y = width / 2, self.place_y * height
        font = self._fitting(self.title, self.title_height * height, self.room * width)
        pen.text((x, y), self.title, font=font, fill=ink, anchor="mm")
        size, top = 0.09 * height, y - 0.5 * self.title_height * height - 0.14 * height
        if self.mark == "disc":
            pen.ellipse((x - size, top - size, x + size, top + size), outline=self.accent, width=max(2, height // 40))
        elif self.mark == "triangle":
            pen.polygon([(x, top - size), (x + size, top + size), (x - size, top + size)], fill=self.accent)
        elif self.mark == "bars":
            for i in range(4):
                pen.rectangle((x + (i - 2) * size * 0.5, top + size - (i + 1) * size * 0.4, x + (i - 1.4) * size * 0.5, top + size), fill=self.accent)
        y += 0.8 * self.title_height * height
        lines = list(self.small)
        if self.running:
            lines.append(f"00:{int(t) // 60 % 60:02}:{int(t) % 60:02}:{int(t * 25) % 25:02}")
        for text in lines:
            font = self._fitting(text, self.line_height * height, self.room * width)
            pen.text((x, y), text, font=font, fill=ink, anchor="mm")
            y += 1.5 * self.line_height * height

    def _lines(self, pen, width, height, t):
        ink = tuple(int(255 * v) for v in self.ink)
        step = 1.45 * self.line_height * height
        centred = self.layout == "credits"
        y = height / 2 - step * len(self.lines) / 2
        if self.scroll:
            y = y + step - (self.scroll * height * t) % (2 * step)
        font = face(self.face, self.line_height * height)
        widest = max(font.getlength(text) for text in self.lines)
        left = max(0.08 * width, (width - widest) / 2)
        for i, text in enumerate(self.lines):
            if centred:
                pen.text((width / 2, y), text, font=font, fill=ink, anchor="mm")
            else:
                if self.layout == "table" and i % 2 == 0:
                    pen.rectangle((left - 8, y - step / 2, left + widest + 8, y + step / 2), outline=self.accent)
                pen.text((left, y), text, font=font, fill=ink, anchor="lm")
            y += step
