"""All photographs with all faults, encoded and decoded: made once, kept on disk, the same on every machine."""

import os
from dataclasses import dataclass

import numpy as np
from foreign.faults import FAULTS, SEVERITIES
from foreign.photographs import cuts
from foreign.streams import h264
from labels import LABELS
from preprocess import centre_crop, resize_shorter

FINENESS = (18, 24, 30)  # x264's quantiser of pictures in good order, in the order of SEVERITIES
DRAWN = ("black", "uniform", "color-bars", "text-slate")  # every other turn is enough: these do not vary with the cut


def crf_of(label, severity, turn):
    return FINENESS[severity] if label == "ok" else (20, 24, 28)[turn % 3]


def rows(collection):
    """(label, severity, name of the photograph, uint8 picture as the network sees it)."""
    for label in LABELS:
        for severity in range(len(SEVERITIES)):
            for turn, cut in enumerate(cuts(collection)):
                if label in DRAWN and turn % 2:
                    continue
                # The turn moves on by one each photograph, so that every filter meets several of each.
                turn += turn // 4
                picture = h264(FAULTS[label](cut.picture, severity, turn), crf_of(label, severity, turn))
                yield label, severity, cut.name, centre_crop(resize_shorter(picture))


@dataclass
class Album:
    labels: np.ndarray
    severities: np.ndarray
    names: np.ndarray
    pictures: np.ndarray  # uint8, N x 224 x 224 x 3

    @property
    def plain(self):
        """What the targets are about. `ok` has no severity: all of its pictures count."""
        return (self.severities > 0) | (self.labels == LABELS.index("ok"))


def album(folder, collection="test"):
    path = os.path.join(folder, f"album-{collection}.npz")
    if not os.path.exists(path):
        labels, severities, names, pictures = zip(*rows(collection))
        os.makedirs(folder, exist_ok=True)
        np.savez(path, labels=[LABELS.index(label) for label in labels], severities=severities, names=names, pictures=np.stack(pictures))
    with np.load(path) as file:
        return Album(file["labels"], file["severities"], file["names"], file["pictures"])
