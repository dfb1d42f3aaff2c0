"""The tiny networks: every family, dialect, stride, dilation, number of groups and activation there is.

With ReLU a stage is the unit that a case is about, then one with stride 1; the next stage is that unit again, where
what comes is neither the stem's nor 24 channels. With ReLU6 it comes after some plain units, because only they make
activations large enough to be cut off.
"""
from answers import Case

GROUPS = (1, 2, 3, 4, 8)
# conv1, stage 2, stage 3. A quarter of a stage is never the square of groups: a shuffle would be its own inverse.
V1_CHANNELS = {1: (10, 36, 64), 2: (14, 40, 72), 3: (15, 60, 108), 4: (20, 48, 112), 8: (16, 96, 160)}
# Odd halves for those that split in halves; Megvii's wants multiples of four.
V2_CHANNELS = {"article": (13, 18, 38), "torchvision": (13, 18, 38), "megvii": (13, 20, 44)}
PLAIN_UNITS = {"shufflenet_v1": 5, "shufflenet_v2": 6}
CONV5 = 30
CLASSES = 5
SMALL, OTHER, EVEN = (45, 61), (51, 75), (48, 64)


def architecture(family, dialect, groups, channels, strides, dilations, activation):
    """Strides and dilations are said only where they are not what they are without."""
    found = {"family": family, "dialect": dialect}
    if family == "shufflenet_v1":
        found["groups"] = groups
    else:
        channels = (*channels, CONV5)
    found |= {"stage_repeats": [len(units) for units in strides], "channels": list(channels)}
    if any(units != [2] + [1] * (len(units) - 1) for units in strides):
        found["strides"] = strides
    if any(dilation != 1 for units in dilations for dilation in units):
        found["dilations"] = dilations
    return found | {"activation": activation, "classes": CLASSES}


def channels_of_unit(family, dialect, groups, stride, dilation):
    conv1, stage2, stage3 = V1_CHANNELS[groups] if family == "shufflenet_v1" else V2_CHANNELS[dialect]
    if stride > 1:
        return conv1, stage2, stage3
    if dilation == 1:
        return stage2, stage2, stage2
    return (conv1, stage2, stage3) if family == "shufflenet_v1" else (stage2 // 2, stage2, stage2 * 2)


def row(family, dialect, groups, stride, dilation, activation):
    channels = channels_of_unit(family, dialect, groups, stride, dilation)
    if activation == "relu":
        size, strides, dilations = SMALL, [[stride, 1], [stride]], [[dilation, 1], [dilation]]
    else:
        plain = [1] * PLAIN_UNITS[family]
        size, strides, dilations = OTHER, [plain, [stride, 1]], [plain, [dilation, 1]]
        channels = (channels[1], *channels[1:])
    version = f"v1.{dialect}.g{groups}" if family == "shufflenet_v1" else f"v2.{dialect}"
    return Case(
        f"{version}.s{stride}.d{dilation}.{activation}",
        architecture(family, dialect, groups, channels, strides, dilations, activation), *size)


def rows():
    for activation in ("relu", "relu6"):
        for groups in GROUPS:
            for stride in (1, 2, 3):
                for dilation in (1, 2):
                    yield row("shufflenet_v1", "article", groups, stride, dilation, activation)
            for stride in (1, 2):
                yield row("shufflenet_v1", "megvii", groups, stride, 1, activation)
        for stride in (1, 2, 3):
            for dilation in (1, 2):
                yield row("shufflenet_v2", "article", 1, stride, dilation, activation)
            yield row("shufflenet_v2", "torchvision", 1, stride, 1, activation)
        for stride in (1, 2):
            yield row("shufflenet_v2", "megvii", 1, stride, 1, activation)
    for stride in (1, 2):
        yield row("shufflenet_v1", "article", 3, stride, 3, "relu")
        yield row("shufflenet_v2", "article", 1, stride, 3, "relu")


def corners():
    """What no row has."""

    def v1(name, dialect, groups, channels, strides=([2, 1], [2])):
        ones = [[1] * len(units) for units in strides]
        return Case(
            f"v1.{dialect}.g{groups}.{name}",
            architecture("shufflenet_v1", dialect, groups, channels, list(strides), ones, "relu"), *EVEN)

    def v2(name, dialect, channels, strides, dilations):
        return Case(
            f"v2.{dialect}.{name}",
            architecture("shufflenet_v2", dialect, 1, channels, strides, dilations, "relu"), *EVEN)

    # 24 channels make the article's first pointwise convolution ungrouped wherever they come; Megvii's only at first.
    for groups in GROUPS[1:]:
        _, stage2, stage3 = V1_CHANNELS[groups]
        yield v1("first24", "article", groups, (24, stage2, stage3))
    for dialect in ("article", "megvii"):
        yield v1("later24", dialect, 3, (12, 24, 48))
        yield v1("only24", dialect, 2, (24, 24, 24), ([1, 1], [1]))
    ones = [[1, 1], [1]]
    for dialect in ("article", "torchvision"):
        yield v2("later-stride", dialect, (13, 18, 38), [[2, 2], [3]], ones)
        yield v2("first-stride1", dialect, (18, 18, 38), [[1, 1], [2]], ones)
    yield v2("first-stride1", "megvii", (20, 20, 44), [[1, 1], [2]], ones)
    yield v2("later-dilation", "article", (13, 18, 36), [[2, 2], [1]], [[1, 2], [2]])


def cases():
    return [*rows(), *corners()]
