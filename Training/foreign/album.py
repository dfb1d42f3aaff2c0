"""All photographs with all faults, encoded and decoded: made once, kept on disk, the same on every machine."""

import os

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


def rows():
    """(label, severity, name of the photograph, uint8 picture as the network sees it)."""
    for label in LABELS:
        for severity in range(len(SEVERITIES)):
            for turn, cut in enumerate(cuts()):
                if label in DRAWN and turn % 2:
                    continue
                # The turn moves on by one each photograph, so that every filter meets several of each.
                turn += turn // 4
                picture = h264(FAULTS[label](cut.picture, severity, turn), crf_of(label, severity, turn))
                yield label, severity, cut.name, centre_crop(resize_shorter(picture))


def album(path):
    """labels, severities and pictures as arrays."""
    if not os.path.exists(path):
        labels, severities, _, pictures = zip(*rows())
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        np.savez(path, labels=[LABELS.index(label) for label in labels], severities=severities, pictures=np.stack(pictures))
    with np.load(path) as file:
        return file["labels"], file["severities"], file["pictures"]
