"""Photographs of places and things that come inside Python packages."""

import importlib.util
import os
from dataclasses import dataclass

import numpy as np
from PIL import Image

# What scikit-image and scikit-learn carry in their wheels besides these is no picture of a camera's: surfaces that
# fill the view (brick, grass, gravel), microscopy, astronomy, pages of text, drawings, test images. motorcycle_right is
# motorcycle_left from a hand's breadth aside.
PLACES = (
    ("skimage", "data/astronaut.png"), ("skimage", "data/camera.png"), ("skimage", "data/chelsea.png"),
    ("skimage", "data/coffee.png"), ("skimage", "data/coins.png"), ("skimage", "data/motorcycle_left.png"),
    ("skimage", "data/rocket.jpg"), ("sklearn", "datasets/images/china.jpg"), ("sklearn", "datasets/images/flower.jpg"),
    ("matplotlib", "mpl-data/sample_data/grace_hopper.jpg"),
)
CUTS = 4  # of each photograph
SIZE = (384, 288)


@dataclass
class Cut:
    name: str
    picture: np.ndarray  # uint8, 288 x 384 x 3


def photograph(package, path):
    folder = os.path.dirname(importlib.util.find_spec(package).origin)
    return Image.open(os.path.join(folder, path)).convert("RGB")


def cuts():
    """The same ones always: 4:3, 60 to 100 % of the height, and no fewer rows than a cut is made of where there are as many."""
    rng = np.random.default_rng(77)
    for package, path in PLACES:
        whole = photograph(package, path)
        for _ in range(CUTS):
            rows = min(whole.height, whole.width * 3 // 4)
            rows = int(rng.uniform(min(rows, max(0.6 * rows, SIZE[1])), rows))
            left, top = int(rng.integers(0, whole.width - rows * 4 // 3 + 1)), int(rng.integers(0, whole.height - rows + 1))
            part = whole.crop((left, top, left + rows * 4 // 3, top + rows)).resize(SIZE, Image.LANCZOS)
            yield Cut(os.path.basename(path).split(".")[0], np.asarray(part))
