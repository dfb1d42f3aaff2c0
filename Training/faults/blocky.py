"""Compression that shows, and blocks lost in transmission."""

import copy
import math

import numpy as np
from codec import h264, jpeg, mjpeg, mpeg2, to_bytes
from faults.fault import Fault
from faults.lost_blocks import LostBlocks
from PIL import Image

STEPS = (1.0, 1.5, 2.4, 4.0)


class Blocky(Fault):
    """A label must show, and leave a gap to what a codec does to healthy pictures: a fault that leaves the picture's centre as it was is tried again, stronger."""

    place = "signal"

    def __init__(self, rng):
        self.kind = str(rng.choice(("jpeg", "mjpeg", "mpeg2", "h264", "mosaic", "lost"), p=(0.12, 0.1, 0.15, 0.15, 0.13, 0.35)))
        self.rows = int(rng.choice((108, 144, 180, 216, 256, 288)))  # height it was compressed at
        self.quality = rng.uniform(2, 10)
        self.scale = rng.uniform(17, 31)
        self.crf = rng.uniform(41, 51)
        self.deblock = rng.random() < 0.1
        self.cell = math.exp(rng.uniform(math.log(1 / 64), math.log(1 / 12)))  # of a mosaic, in picture heights
        self.blocks = LostBlocks(rng)
        self.hold = rng.uniform(0.2, 0.8)  # seconds a pattern of lost blocks stays
        self.seed = int(rng.integers(2**62))
        self.plain = LostBlocks(rng)  # the last resort: of fillings that are seen on anything
        self.plain.fills, self.plain.bands, self.plain.density = [str(rng.choice(("grey", "green", "mean", "waves", "tint")))], 0, rng.uniform(0.1, 0.25)
        self.way = Image.BILINEAR if rng.random() < 0.3 else Image.NEAREST

    def apply(self, picture, t, rng):
        for step in STEPS:
            spoilt, edges = self._spoilt(picture, t, step)
            if self.shows(self.kind, picture, spoilt, edges):
                return spoilt
        # Of a dim or a plain picture coarse coding leaves nothing but a blur, and what is drawn out over a sky is sky.
        plain = copy.copy(self.plain)
        for attempt in range(12):
            if attempt == 6:  # its own filling is the picture's own colour
                plain.fills = ["waves"]
            spoilt = plain.apply(picture, np.random.default_rng((self.seed, int(t / self.hold), attempt)), 1 + 0.5 * attempt)
            if self.shows("lost", picture, spoilt, None):
                break
        return spoilt

    def shows(self, kind, picture, spoilt, edges):
        """Whether a person would see it: blocks with edges, or enough of the centre, all that the network sees, lost."""
        if edges is not None:
            return edges[0] > 0.035 and edges[0] > 0.9 * edges[1]
        height, width = picture.shape[:2]
        half = min(height, width) * 7 // 16
        top, left = height // 2 - half, width // 2 - half
        apart = np.abs(picture - spoilt)[top : top + 2 * half, left : left + 2 * half].mean(2)
        if kind != "lost":
            return apart.mean() > (0.045 if kind == "h264" else 0.02)
        block = max(1, half // 8)
        side = 2 * half // block * block
        blocks = apart[:side, :side].reshape(side // block, block, side // block, block).mean((1, 3))
        return (blocks > 0.09).mean() > 0.21

    def _spoilt(self, picture, t, step):
        if self.kind == "lost":
            return self.blocks.apply(picture, np.random.default_rng((self.seed, int(t / self.hold))), step), None
        height, width = picture.shape[:2]
        image = Image.fromarray(to_bytes(picture))
        if self.kind == "mosaic":
            cell = self.cell * step
            small = image.resize((max(2, round(width / height / cell)), max(2, round(1 / cell))), Image.BOX)
            return np.asarray(small.resize((width, height), Image.NEAREST), dtype=np.float32) / 255, None
        rows = min(max(72, int(self.rows / step) // 2 * 2), height // 2 * 2)
        small = np.asarray(image.resize((round(width * rows / height / 2) * 2, rows), Image.BILINEAR))
        if self.kind == "jpeg":
            small = jpeg(small, max(1, self.quality / step))
        elif self.kind == "mjpeg":
            small = mjpeg(small, min(31, self.scale * step))
        elif self.kind == "mpeg2":
            small = mpeg2(small, min(31, self.scale * step))
        else:
            small = h264(small, min(51, self.crf + 4 * (step - 1)), deblock=self.deblock)
        way = self.way if rows >= 180 else Image.NEAREST  # of fewer rows, made smooth, nothing but a blur would be left
        edges = None if self.kind == "h264" and self.deblock else edges_of_blocks(small)
        return np.asarray(Image.fromarray(small).resize((width, height), way), dtype=np.float32) / 255, edges


def edges_of_blocks(picture):
    """How much larger steps are across the sides of 8 x 8 blocks than inside, and those inside; white is 1."""
    grey = picture.astype(np.float32).mean(2) / 255
    more, inside = 0.0, 0.0
    for steps in (np.abs(np.diff(grey, axis=0)), np.abs(np.diff(grey, axis=1)).T):
        across = np.arange(len(steps)) % 8 == 7
        inside += steps[~across].mean() / 2
        more += (steps[across].mean() - steps[~across].mean()) / 2
    return float(more), float(inside)
