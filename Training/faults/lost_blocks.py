"""Runs of blocks that a decoder got wrong, or not at all, and filled with something."""

import numpy as np
from scipy.ndimage import uniform_filter1d

FILLS = ("shift", "grey", "smear", "green", "mean", "waves", "tint", "ghost")


class LostBlocks:
    """What is lost stays so for a while: the same numbers make the same pattern."""

    def __init__(self, rng):
        self.block = 16 / rng.uniform(200, 640)  # a macroblock in picture heights
        self.density = np.exp(rng.uniform(np.log(0.015), np.log(0.25)))  # runs a block
        self.longest = rng.uniform(0.05, 1.0)  # of a row
        count = 1 if rng.random() < 0.5 else int(rng.integers(2, 5))
        self.fills = [str(fill) for fill in rng.choice(FILLS, count)]
        self.banded = rng.random() < 0.4  # losses follow one another, down to a slice's end
        self.depth = rng.uniform(0.15, 0.6)
        self.bands = int(rng.integers(1, 4)) if rng.random() < 0.4 else 0
        self.bands_only = rng.random() < 0.6

    def apply(self, picture, rng, more=1.0):
        height, width = picture.shape[:2]
        broken = picture.copy()
        block = max(6, round(self.block * height))
        for _ in range(round(self.bands * more)):
            self._conceal(broken, block, rng)
        if self.bands and self.bands_only:
            return np.clip(broken, 0, 1)
        rows, columns = -(-height // block), -(-width // block)
        first, band = int(rng.integers(rows)), max(2, int(rng.uniform(0.15, 0.7) * rows))
        ghost = np.roll(picture, (int(rng.integers(-24, 25)), int(rng.integers(-40, 41))), axis=(0, 1))
        for _ in range(max(4, int(self.density * more * rows * columns / max(1.0, self.longest * columns / 4)))):
            row = (first + int(rng.integers(band))) % rows if self.banded else int(rng.integers(rows))
            column, length = int(rng.integers(columns)), int(rng.integers(1, max(3, int(self.longest * columns))))
            top, left = row * block, column * block
            bottom, right = min(height, top + block), min(width, left + length * block)
            fill = self.fills[int(rng.integers(len(self.fills)))]
            self._fill(fill, broken[top:bottom, left:right], picture, ghost, (top, left, block), rng)
        return np.clip(broken, 0, 1)

    def _conceal(self, broken, block, rng):
        """What a decoder does about whole rows of blocks: colours drawn out from what is above to what is below."""
        height, width = broken.shape[:2]
        rows = int(rng.integers(2, max(3, height // block // 2)))
        top = int(rng.integers(0, max(1, height // block - rows))) * block
        bottom = min(height, top + rows * block)
        left = 0 if rng.random() < 0.5 else int(rng.integers(0, max(1, width // block - 4))) * block
        right = width if rng.random() < 0.5 else min(width, left + int(rng.integers(4, width // block + 1)) * block)
        above, below = broken[max(0, top - 1), left:right], broken[min(height - 1, bottom), left:right]
        above, below = (uniform_filter1d(row, int(rng.integers(1, block)), axis=0) for row in (above, below))
        share = np.linspace(0, 1, bottom - top, dtype=np.float32)[:, None, None] if rng.random() < 0.7 else np.float32(rng.integers(2))
        broken[top:bottom, left:right] = above * (1 - share) + below * share
        if rng.random() < 0.5:  # guesses differ a little from block to block
            coarse = rng.normal(0, rng.uniform(0.01, 0.06), (rows, -(-(right - left) // block), 3)).astype(np.float32)
            broken[top:bottom, left:right] += np.kron(coarse, np.ones((block, block, 1), np.float32))[: bottom - top, : right - left]

    def _fill(self, fill, part, picture, ghost, place, rng):
        top, left, block = place
        rows, columns = part.shape[:2]
        if fill == "shift":
            dy, dx = (int(rng.integers(-3, 4)) * block for _ in range(2))
            part[:] = np.roll(picture, (dy, dx + block // 2), axis=(0, 1))[top : top + rows, left : left + columns]
        elif fill == "grey":
            part[:] = 0.5 + rng.normal(0, 0.05)
        elif fill == "green":
            part[:] = np.float32((0.0, 0.53, 0.0))
        elif fill == "smear":
            part[:] = part[:1].copy()
        elif fill == "ghost":  # the last picture's changes added to the wrong ones
            part += (ghost[top : top + rows, left : left + columns] - part.mean((0, 1))) * np.float32(rng.uniform(0.5, 1.2))
        elif fill == "tint":
            part += np.float32(rng.normal(0, self.depth, 3))
        elif fill == "waves":  # coefficients that are not the picture's
            for x in range(0, columns, block // 2):
                y, z = np.mgrid[0:rows, 0 : min(block // 2, columns - x)] * (np.pi / block)
                wave = np.cos(y * rng.integers(0, 8) + rng.uniform(0, 6)) * np.cos(2 * z * rng.integers(0, 8) + rng.uniform(0, 6))
                part[:, x : x + block // 2] += np.float32(self.depth) * (wave[:, :, None] * rng.uniform(0.3, 1, 3) + rng.normal(0, 0.5)).astype(np.float32)
        else:
            for x in range(0, columns, block):
                tile = part[:, x : x + block]
                tile[:] = tile.mean(axis=(0, 1)) + np.float32(rng.normal(0, 0.12, 3))
