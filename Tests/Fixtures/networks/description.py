"""A network's description, the JSON of a model file's metadata, read unit by unit."""
from typing import NamedTuple

from torch import nn


class Unit(NamedTuple):
    inputs: int
    outputs: int
    stride: int
    dilation: int


def stages(architecture):
    """For each stage its units. A stage's first unit takes what the stage before gives, the others what theirs
    gives. Strides are 2 for a stage's first unit and 1 for others, dilations 1, unless they are said."""
    found = []
    inputs = architecture["channels"][0]
    for number, repeats in enumerate(architecture["stage_repeats"]):
        outputs = architecture["channels"][number + 1]
        strides = architecture["strides"][number] if "strides" in architecture else [2] + [1] * (repeats - 1)
        dilations = architecture["dilations"][number] if "dilations" in architecture else [1] * repeats
        units = []
        for stride, dilation in zip(strides, dilations, strict=True):
            units.append(Unit(inputs, outputs, stride, dilation))
            inputs = outputs
        assert len(units) == repeats, architecture
        found.append(units)
    return found


def last_stage_channels(architecture):
    return architecture["channels"][len(architecture["stage_repeats"])]


def activation(architecture):
    """The activation of everything but V1's joins, a module that has no state."""
    return {"relu": nn.ReLU, "relu6": nn.ReLU6}[architecture["activation"]]()
