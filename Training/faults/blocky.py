"""Compression that shows, and blocks lost in transmission."""

import numpy as np
from codec import h264, jpeg, mpeg2, to_bytes
from faults.fault import Fault
from PIL import Image


class Blocky(Fault):
    place = "signal"

    def __init__(self, rng):
        self.kind = str(rng.choice(("jpeg", "mpeg2", "h264", "mosaic", "lost"), p=(0.25, 0.2, 0.1, 0.15, 0.3)))
        self.rows = int(rng.choice((144, 180, 216, 256, 288)))  # height it was compressed at
        self.quality = int(rng.integers(1, 9))
        self.scale = int(rng.integers(22, 32))
        self.crf = int(rng.integers(46, 52))
        self.cell = rng.uniform(1 / 60, 1 / 16)  # a mosaic cell or lost block in picture heights
        self.density = rng.uniform(0.012, 0.05)
        self.fill = str(rng.choice(("shift", "grey", "smear", "green", "mean")))
        self.hold = rng.uniform(0.2, 0.8)  # seconds a pattern of lost blocks stays
        self.seed = int(rng.integers(2**62))
        self.smooth = rng.random() < 0.3

    def apply(self, picture, t, rng):
        if self.kind == "lost":
            return self._lost(picture, np.random.default_rng((self.seed, int(t / self.hold))))
        height, width = picture.shape[:2]
        image = Image.fromarray(to_bytes(picture))
        if self.kind == "mosaic":
            small = image.resize((max(2, round(width / height / self.cell)), max(2, round(1 / self.cell))), Image.BOX)
            return np.asarray(small.resize((width, height), Image.NEAREST), dtype=np.float32) / 255
        rows = min(self.rows, height // 2 * 2)
        small = np.asarray(image.resize((round(width * rows / height / 2) * 2, rows), Image.BILINEAR))
        if self.kind == "jpeg":
            small = jpeg(small, self.quality)
        elif self.kind == "mpeg2":
            small = mpeg2(small, self.scale)
        else:
            small = h264(small, self.crf, deblock=False)
        if self.kind == "mpeg2" or self.kind == "h264":
            # A single intra picture is kinder than a starved stream: coarsen the blocks once more.
            small = jpeg(small, self.quality + 2)
        way = Image.BILINEAR if self.smooth else Image.NEAREST
        return np.asarray(Image.fromarray(small).resize((width, height), way), dtype=np.float32) / 255

    def _lost(self, picture, rng):
        height, width = picture.shape[:2]
        broken = picture.copy()
        block = max(8, round(max(self.cell, 1 / 32) * height))
        rows, columns = -(-height // block), -(-width // block)
        runs = max(6, int(self.density * rows * columns))
        for _ in range(runs):
            row, column = int(rng.integers(rows)), int(rng.integers(columns))
            length = int(rng.integers(1, max(3, columns // 2)))
            top, left = row * block, column * block
            bottom, right = min(height, top + block), min(width, left + length * block)
            part = broken[top:bottom, left:right]
            if self.fill == "shift":
                dy, dx = (int(rng.integers(-3, 4)) * block for _ in range(2))
                source = np.roll(picture, (dy, dx + block // 2), axis=(0, 1))[top:bottom, left:right]
                part[:] = source
            elif self.fill == "grey":
                part[:] = 0.5 + rng.normal(0, 0.05)
            elif self.fill == "green":
                part[:] = np.float32((0.0, 0.53, 0.0))
            elif self.fill == "smear":
                part[:] = picture[top : top + 1, left:right]
            else:
                for x in range(0, part.shape[1], block):
                    tile = part[:, x : x + block]
                    tile[:] = tile.mean(axis=(0, 1)) + np.float32(rng.normal(0, 0.12, 3))
        return np.clip(broken, 0, 1)
