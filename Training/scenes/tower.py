"""Masts, scaffolds, chimneys and their smoke before a smooth sky, by day, at dusk or lit from below at night."""

import math

import palette
from canvas import SKY
from scenes.scene import Scene


class Tower(Scene):
    def __init__(self, rng):
        super().__init__(rng)
        dark = rng.random() < 0.35
        self.is_dark = bool(dark)
        upper, lower = palette.sky(rng)
        self.sky = (palette.shade(upper, 0.08), palette.shade(lower, rng.uniform(0.06, 0.4))) if dark else (upper, lower)
        if rng.random() < 0.5:
            self.cloudiness = -3.0
        self.ground = rng.uniform(0.75, 1.05)
        self.earth = palette.shade(palette.earth(rng), 0.2 if dark else 0.8)
        self.masts = [self._mast(rng, dark) for _ in range(int(rng.integers(1, 5)))]
        self.wires = [(rng.uniform(0, 0.6), rng.uniform(0, 0.6), rng.uniform(0.0, 0.15)) for _ in range(int(rng.integers(0, 6)))]
        self.plume = self._plume(rng) if rng.random() < 0.6 else None
        self.signs = [(rng.uniform(0, 1.7), rng.uniform(0.1, 0.8), rng.uniform(0.04, 0.25), rng.uniform(0.03, 0.1), palette.vivid(rng)) for _ in range(int(rng.integers(0, 4)))]

    def _mast(self, rng, dark):
        tint = palette.paint(rng) if rng.random() < 0.6 else palette.shade(palette.vivid(rng), 0.9)
        return {
            "kind": str(rng.choice(("lattice", "lattice", "column", "scaffold"))), "x": rng.uniform(0.1, 1.6), "top": rng.uniform(-0.1, 0.6),
            "wide": rng.uniform(0.02, 0.22), "narrow": rng.uniform(0.2, 1.0), "steps": int(rng.integers(6, 34)), "bar": rng.uniform(0.002, 0.009),
            "tint": palette.shade(tint, 0.5 if dark and rng.random() < 0.7 else 1.0), "bands": int(rng.integers(1, 9)), "other": palette.paint(rng),
        }

    def _plume(self, rng):
        x, y = rng.uniform(0.2, 1.5), rng.uniform(0.3, 1.0)
        hot = rng.random() < 0.5
        puffs, angle = [], rng.uniform(0, 2 * math.pi)
        for i in range(int(rng.integers(20, 90))):
            far = 0.5 * rng.random() ** 0.7
            grey = rng.uniform(0.55, 1.0)
            tint = (grey, grey * rng.uniform(0.7, 1), grey * rng.uniform(0.4, 1)) if hot else (grey, grey, grey)
            puffs.append((x + far * math.cos(angle) + rng.normal(0, 0.04), y + far * math.sin(angle) + rng.normal(0, 0.04), rng.uniform(0.01, 0.04) + 0.2 * far, tint))
        flame = (x, y, rng.uniform(0.015, 0.06), (rng.uniform(0.8, 2.0), rng.uniform(0.4, 1.2), rng.uniform(0.1, 0.6))) if hot else None
        return puffs, flame

    def paint(self, canvas, t):
        canvas.gradient(0, 1, *self.sky, rough=SKY)
        if self.plume:
            for x, y, radius, tint in self.plume[0]:
                canvas.disc(x + 0.003 * t, y - 0.002 * t, radius, radius * 0.8, tint, 0.1)
        canvas.box(0, self.ground, canvas.aspect, 1, self.earth, 0.5)
        for number, mast in enumerate(self.masts):
            # One stands where it is seen: a picture of mere haze could be of anything.
            self._raise(canvas, mast, canvas.aspect / 2 + 0.45 * (mast["x"] - 0.85) if number == 0 else mast["x"])
        for left, right, sag in self.wires:
            points = [(canvas.aspect * i / 16, left + (right - left) * i / 16 + sag * (1 - (i / 8 - 1) ** 2)) for i in range(17)]
            canvas.line(points, 0.003, (0.1, 0.1, 0.1))
        for x, y, wide, high, tint in self.signs:
            canvas.box(x, y, x + wide, y + high, tint, 0.05)
            canvas.box(x + wide * 0.1, y + high * 0.3, x + wide * 0.9, y + high * 0.45, (0.95, 0.95, 0.95), 0.05)
        if self.plume and self.plume[1]:
            x, y, radius, tint = self.plume[1]
            canvas.disc(x, y, radius, radius * 1.6, (1, 0.97, 0.85), 0)
            canvas.light(x, y, radius * 1.5, tint)

    def _raise(self, canvas, mast, x):
        top, tint, bar, steps = mast["top"], mast["tint"], mast["bar"], mast["steps"]
        bottom = self.ground
        half = lambda share: 0.5 * mast["wide"] * (1 if mast["kind"] == "scaffold" else mast["narrow"] + (1 - mast["narrow"]) * share)
        if mast["kind"] == "column":
            for i in range(mast["bands"]):
                a, b = i / mast["bands"], (i + 1) / mast["bands"]
                y0, y1 = top + a * (bottom - top), top + b * (bottom - top)
                colour = (tint, mast["other"])[i % 2]
                canvas.polygon([(x - half(a), y0), (x + half(a), y0), (x + half(b), y1), (x - half(b), y1)], colour, 0.1)
                canvas.polygon([(x + 0.5 * half(a), y0), (x + half(a), y0), (x + half(b), y1), (x + 0.5 * half(b), y1)], palette.shade(colour, 0.6), 0.1)
            return
        for i in range(steps):
            a, b = i / steps, (i + 1) / steps
            y0, y1 = top + a * (bottom - top), top + b * (bottom - top)
            canvas.line([(x - half(a), y0), (x + half(a), y0)], bar, tint)
            if mast["kind"] == "lattice" or i % 2:
                canvas.line([(x - half(a), y0), (x + half(b), y1)], bar, tint)
            if mast["kind"] == "lattice":
                canvas.line([(x + half(a), y0), (x - half(b), y1)], bar, tint)
        for side in (-1, 0, 1) if mast["kind"] == "scaffold" else (-1, 1):
            canvas.line([(x + side * half(0), top), (x + side * half(1), bottom)], bar * 1.5, tint)
