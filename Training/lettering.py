"""Fonts and text: the typefaces that come with matplotlib, so that any machine draws the same."""

import functools
import importlib.util
import os

from PIL import ImageFont

FACES = (
    "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSansMono.ttf",
    "DejaVuSansMono-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf",
)


def path_of(name):
    package = os.path.dirname(importlib.util.find_spec("matplotlib").origin)
    return os.path.join(package, "mpl-data", "fonts", "ttf", name)


@functools.lru_cache(maxsize=512)
def face(name, pixels):
    return ImageFont.truetype(path_of(name), max(5, int(pixels)))


def width_of(text, font):
    return font.getlength(text)
