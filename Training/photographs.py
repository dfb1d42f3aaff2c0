"""A check on pictures the generator did not make: photographs that come with Python packages.

Nothing is trained on them. They are cropped in several places, shown as they are (`ok`) and with each fault
that acts on a scene.
"""

import numpy as np
import skimage.data
from codec import jpeg, to_bytes
from faults import FAULTS
from labels import LABELS
from preprocess import centre_crop, resize_shorter
from PIL import Image
from train import predict

# Those in the package itself; skimage.data's others would be downloaded.
NAMES = ("astronaut", "camera", "chelsea", "coffee", "rocket")
SCENE_LABELS = ("ok", "noise", "blurred", "overexposed", "underexposed", "blocky")


def crops(picture, count, rng):
    """Cuts of 60 to 100 % of the height, 4:3 or as wide as there is."""
    height, width = picture.shape[:2]
    for _ in range(count):
        rows = int(height * rng.uniform(0.6, 1.0))
        columns = min(width, rows * 4 // 3)
        top, left = int(rng.integers(0, height - rows + 1)), int(rng.integers(0, width - columns + 1))
        cut = Image.fromarray(picture[top : top + rows, left : left + columns])
        yield np.asarray(cut.resize((round(columns / rows * 288 / 2) * 2, 288), Image.BILINEAR))


def photograph(name):
    picture = getattr(skimage.data, name)()
    return np.repeat(picture[:, :, None], 3, 2) if picture.ndim == 2 else picture[:, :, :3]


def samples(label, per_photograph=8):
    rng = np.random.default_rng((77, LABELS.index(label)))
    for name in NAMES:
        for cut in crops(photograph(name), per_photograph, rng):
            picture = cut.astype(np.float32) / 255
            if label != "ok":
                picture = FAULTS[label](rng).apply(picture, 0.0, rng)
            yield centre_crop(resize_shorter(jpeg(to_bytes(picture), rng.integers(60, 95))))


def check_photographs(network):
    """Lines of a table for the report."""
    yield f"Photographs that come with scikit-image ({', '.join(NAMES)}), eight cuts of each, as they are and with each fault put on. Nothing was trained on them."
    yield ""
    yield "| shown as | right | taken for, when wrong |"
    yield "|---|---:|---|"
    for label in SCENE_LABELS:
        guess = predict(network, np.stack(list(samples(label)))).argmax(1)
        wrong = [LABELS[g] for g in guess if LABELS[g] != label]
        names = ", ".join(f"{name} {wrong.count(name)}" for name in LABELS if name in wrong)
        yield f"| {label} | {len(guess) - len(wrong)} of {len(guess)} | {names or '–'} |"
