"""The whole networks: V1 (arXiv 1707.01083) at five widths and all numbers of groups, V2 (arXiv 1807.11164) at four.

Choices where the papers leave doubt: V1's stage outputs at another width are the paper's times the width, rounded up to
a multiple of 4 groups; conv1 has 24 channels at every width, but in Megvii's ShuffleNet-Series with 3 or 8 groups those
that it publishes (24 at 0.25, which it does not). Images are small to save time, except for one width of each dialect.
"""
import math

from answers import Case

V1_STAGES = {
    1: (144, 288, 576), 2: (200, 400, 800), 3: (240, 480, 960), 4: (272, 544, 1088), 8: (384, 768, 1536),
}
V1_WIDTHS = (0.25, 0.5, 1.0, 1.5, 2.0)
MEGVII_CONV1 = {3: {0.5: 12, 1.0: 24, 1.5: 24, 2.0: 48}, 8: {0.5: 16, 1.0: 24, 1.5: 24, 2.0: 48}}
V2_CHANNELS = {
    "x0.5": (24, 48, 96, 192, 1024),
    "x1.0": (24, 116, 232, 464, 1024),
    "x1.5": (24, 176, 352, 704, 1024),
    "x2.0": (24, 244, 488, 976, 2048),
}
REPEATS = [4, 8, 4]
CLASSES = 1000
SMALL, USUAL = 64, 224


def v1(dialect, groups, width):
    conv1 = MEGVII_CONV1.get(groups, {}).get(width, 24) if dialect == "megvii" else 24
    step = 4 * groups
    stages = [math.ceil(outputs * width / step) * step for outputs in V1_STAGES[groups]]
    size = USUAL if groups == 3 and width == 1 else SMALL
    return Case(
        f"v1.{dialect}.g{groups}.x{width}",
        {
            "family": "shufflenet_v1", "dialect": dialect, "groups": groups, "stage_repeats": REPEATS,
            "channels": [conv1, *stages], "activation": "relu", "classes": CLASSES,
        },
        size, size)


def v2(dialect, name):
    size = USUAL if name == "x1.0" else SMALL
    return Case(
        f"v2.{dialect}.{name}",
        {
            "family": "shufflenet_v2", "dialect": dialect, "stage_repeats": REPEATS,
            "channels": list(V2_CHANNELS[name]), "activation": "relu", "classes": CLASSES,
        },
        size, size)


def cases():
    found = [v1(d, g, w) for d in ("article", "megvii") for g in V1_STAGES for w in V1_WIDTHS]
    return found + [v2(d, name) for d in ("article", "torchvision", "megvii") for name in V2_CHANNELS]
