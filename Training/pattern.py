"""Surfaces that repeat: stripes, bricks, tiles, windows, blinds. They have corners and straight edges as blocks do, and are in order."""

import math

import numpy as np

KINDS = ("stripes", "checks", "bricks", "tiles", "panes", "blinds", "scales", "lattice", "keys", "plaid")


class Pattern:
    """How much of a second colour there is at each place, 0..1. Places are in picture heights."""

    def __init__(self, rng):
        self.kind = str(rng.choice(KINDS))
        self.pitch = math.exp(rng.uniform(math.log(0.014), math.log(0.13)))
        self.wide = rng.choice((1.0, rng.uniform(1.2, 3.0)))
        upright = rng.random() < 0.7
        self.angle = int(rng.integers(2)) * math.pi / 2 + rng.normal(0, 0.05) if upright else rng.uniform(0, math.pi)
        self.lean = rng.uniform(-0.5, 0.5) if rng.random() < 0.5 else 0.0  # a surface that is not faced
        self.wave = self.pitch * rng.uniform(0.2, 2.0) if rng.random() < 0.3 else 0.0  # of cloth
        self.length = rng.uniform(0.15, 0.8)
        self.gap = rng.uniform(0.08, 0.5)
        self.uneven = rng.uniform(0.0, 0.6) if rng.random() < 0.5 else 0.0
        self.strength = rng.uniform(0.3, 1.0)
        self.tones = rng.random((64, 64)).astype(np.float32)

    def at(self, x, y):
        x, y = x - np.float32(0.7), y - np.float32(0.5)
        u = x * math.cos(self.angle) + y * math.sin(self.angle)
        v = y * math.cos(self.angle) - x * math.sin(self.angle)
        far = 1 / (1 + self.lean * v)
        u, v = u * far, v * far
        v = v + self.wave * np.sin(u * (2 * math.pi / self.length))
        u, v = u / (self.pitch * self.wide), v / self.pitch
        row = np.floor(v)
        if self.kind in ("bricks", "scales"):
            u = u + 0.5 * (row % 2)
        column = np.floor(u)
        a, b = u - column, v - row
        tone = self.tones[row.astype(int) % 64, column.astype(int) % 64]
        share = getattr(self, f"_{self.kind}")(a, b, row, column, tone)
        return np.clip(self.strength * (share + self.uneven * (tone - 0.5)), 0, 1).astype(np.float32)

    def _stripes(self, a, b, row, column, tone):
        return row % 2

    def _checks(self, a, b, row, column, tone):
        return (row + column) % 2

    def _bricks(self, a, b, row, column, tone):
        return ((b < self.gap * 0.5) | (a < self.gap * 0.5 / self.wide)) * 1.0

    def _tiles(self, a, b, row, column, tone):
        return ((b < self.gap * 0.4) | (a < self.gap * 0.4 / self.wide)) * 1.0

    def _panes(self, a, b, row, column, tone):
        return ((np.abs(a - 0.5) < 0.5 - self.gap / 2) & (np.abs(b - 0.5) < 0.5 - self.gap / 2)) * (0.4 + 0.6 * tone)

    def _blinds(self, a, b, row, column, tone):
        return b

    def _scales(self, a, b, row, column, tone):
        return np.clip(1.2 * (b - 1 + np.sqrt(np.maximum(1 - 4 * (a - 0.5) ** 2, 0))) + 0.5, 0, 1)

    def _lattice(self, a, b, row, column, tone):
        return ((np.abs(a - b) < self.gap * 0.4) | (np.abs(a + b - 1) < self.gap * 0.4)) * 1.0

    def _keys(self, a, b, row, column, tone):
        return np.clip((0.5 - self.gap / 2 - np.maximum(np.abs(a - 0.5), np.abs(b - 0.5))) * 8, 0, 1)

    def _plaid(self, a, b, row, column, tone):
        return 0.5 * (a < self.gap) + 0.5 * (b < self.gap)
