"""Photographs of places and things that nobody made for us: from Python packages and from OpenCV's documentation."""

import glob
import importlib.util
import os
from dataclasses import dataclass

import numpy as np
from PIL import Image

CUTS = 4  # of each photograph
SIZE = (384, 288)

# What scikit-image and scikit-learn carry in their wheels besides these is no picture of a camera's: surfaces that
# fill the view (brick, grass, gravel), microscopy, astronomy, pages of text, drawings, test images. motorcycle_right is
# motorcycle_left from a hand's breadth aside.
PACKAGED = (
    "skimage/data/astronaut.png", "skimage/data/camera.png", "skimage/data/chelsea.png", "skimage/data/coffee.png",
    "skimage/data/coins.png", "skimage/data/motorcycle_left.png", "skimage/data/rocket.jpg",
    "sklearn/datasets/images/china.jpg", "sklearn/datasets/images/flower.jpg", "matplotlib/mpl-data/sample_data/grace_hopper.jpg",
)
# Every photograph of something sharp in Debian's opencv-doc, one of each subject, in the order of their names: in turns to
# look at as often as one likes, and to look at once, when there is a model to ship.
EXAMPLES = (
    "aero1.jpg", "aloeL.jpg", "apple.jpg", "baboon.jpg", "basketball1.png", "board.jpg", "box_in_scene.png", "building.jpg",
    "butterfly.jpg", "chicky_512.png", "ela_original.jpg", "fruits.jpg", "graf1.png", "home.jpg", "left.jpg", "left01.jpg",
    "leuvenA.jpg", "messi5.jpg", "plant.jpg", "rubberwhale1.png", "scenetext01.jpg", "scenetext02.jpg", "scenetext03.jpg",
    "scenetext04.jpg", "scenetext05.jpg", "scenetext06.jpg", "squirrel_cls.jpg", "stuff.jpg",
)
OPENCV = "out/opencv-doc"  # where `make opencv` puts it


@dataclass
class Collection:
    """Photographs that are measured together; `seed` says where the cuts are."""

    origin: str
    names: tuple
    seed: int

    def available(self):
        return self.origin == "packages" or os.path.isdir(self.origin)

    def path(self, name):
        if self.origin == "packages":
            package, _, rest = name.partition("/")
            return os.path.join(os.path.dirname(importlib.util.find_spec(package).origin), rest)
        found = sorted(glob.glob(os.path.join(self.origin, "**", "examples", "**", name), recursive=True))
        if not found:
            raise FileNotFoundError(f"{name} is not in {self.origin}: run `make opencv`")
        return found[0]


COLLECTIONS = {
    "test": Collection("packages", PACKAGED, 77),
    "development": Collection(OPENCV, EXAMPLES[1::2], 78),
    "fresh": Collection(OPENCV, EXAMPLES[0::2], 78),
}


@dataclass
class Cut:
    name: str
    picture: np.ndarray  # uint8, 288 x 384 x 3


def cuts(collection="test"):
    """The same ones always: 4:3, 60 to 100 % of the height, and no fewer rows than a cut is made of where there are as many."""
    collection = COLLECTIONS[collection]
    rng = np.random.default_rng(collection.seed)
    for name in collection.names:
        whole = Image.open(collection.path(name)).convert("RGB")
        for _ in range(CUTS):
            rows = min(whole.height, whole.width * 3 // 4)
            rows = int(rng.uniform(min(rows, max(0.6 * rows, SIZE[1])), rows))
            left, top = int(rng.integers(0, whole.width - rows * 4 // 3 + 1)), int(rng.integers(0, whole.height - rows + 1))
            part = whole.crop((left, top, left + rows * 4 // 3, top + rows)).resize(SIZE, Image.LANCZOS)
            yield Cut(os.path.basename(name).split(".")[0], np.asarray(part))
