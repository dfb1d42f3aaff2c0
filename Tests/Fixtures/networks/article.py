"""The dialect "article": units as an introduction to the papers arXiv 1707.01083 (V1) and 1807.11164 (V2) lists them,
with any stride from 1 to 3 and dilation.

Choices where such a listing leaves doubt:
- A whole network is the papers': conv1 and max pool, stages, conv5 in V2 only, mean, fully connected with bias.
- V1's 3x3 convolution is grouped by g like the pointwise ones, and has an activation.
- V1's first pointwise convolution is not grouped wherever the unit's input has exactly 24 channels, in any stage.
- V1's bottleneck has outputs // 4 channels, counted before the input's are taken off for joining by concatenation.
- V1's average counts the padding, as PyTorch does unless told otherwise.
- The joins of V1 are plain ReLU even where the other activations are ReLU6.
- A V2 unit with stride 1 that is dilated takes half of the channels that it gives.
"""
import torch
from torch import nn
from torch.nn import functional

import description


def shuffle(x, groups):
    """out[j * groups + i] = in[i * (channels / groups) + j]"""
    return x.unflatten(1, (groups, -1)).transpose(1, 2).flatten(1, 2)


def convolution(inputs, outputs, size, stride=1, dilation=1, groups=1):
    padding = dilation * (size // 2)
    return nn.Conv2d(inputs, outputs, size, stride, padding, dilation, groups, bias=False)


class Activated(nn.Module):
    """Convolution, batch normalisation, activation."""

    def __init__(self, activation, *shape, **options):
        super().__init__()
        self.conv = convolution(*shape, **options)
        self.bn = nn.BatchNorm2d(self.conv.out_channels)
        self.activation = activation

    def forward(self, x):
        return self.activation(self.bn(self.conv(x)))


class Depthwise(nn.Module):
    def __init__(self, channels, stride, dilation):
        super().__init__()
        self.conv = convolution(channels, channels, 3, stride, dilation, groups=channels)

    def forward(self, x):
        return self.conv(x)


class UnitV1(nn.Module):
    def __init__(self, unit, groups, activation):
        super().__init__()
        self.groups = groups
        self.stride = unit.stride
        self.joins_by_addition = unit.stride == 1 and unit.dilation == 1
        if self.joins_by_addition:
            assert unit.inputs == unit.outputs, unit
        bottleneck = unit.outputs // 4
        made = unit.outputs if self.joins_by_addition else unit.outputs - unit.inputs
        first_groups = 1 if unit.inputs == 24 else groups
        self.conv1 = Activated(activation, unit.inputs, bottleneck, 1, groups=first_groups)
        self.conv2 = Activated(activation, bottleneck, bottleneck, 3, unit.stride, unit.dilation, groups=groups)
        self.conv3 = nn.Sequential(convolution(bottleneck, made, 1, groups=groups), nn.BatchNorm2d(made))

    def forward(self, x):
        made = self.conv3(self.conv2(shuffle(self.conv1(x), self.groups)))
        if self.joins_by_addition:
            return functional.relu(x + made)
        if self.stride > 1:
            x = functional.avg_pool2d(x, 3, self.stride, 1)
        return functional.relu(torch.cat([made, x], 1))


class UnitV2(nn.Module):
    def __init__(self, unit, activation):
        super().__init__()
        half = unit.outputs // 2
        self.splits = unit.stride == 1 and unit.dilation == 1
        if unit.stride == 1:
            assert unit.inputs == (unit.outputs if self.splits else half), unit
        if not self.splits:
            self.branch1 = nn.Sequential(
                Depthwise(unit.inputs, unit.stride, unit.dilation),
                nn.BatchNorm2d(unit.inputs),
                Activated(activation, unit.inputs, half, 1),
            )
        self.branch2 = nn.Sequential(
            Activated(activation, unit.inputs if unit.stride > 1 else half, half, 1),
            Depthwise(half, unit.stride, unit.dilation),
            nn.BatchNorm2d(half),
            Activated(activation, half, half, 1),
        )

    def forward(self, x):
        if self.splits:
            kept, changed = x.chunk(2, 1)
            halves = [kept, self.branch2(changed)]
        else:
            halves = [self.branch1(x), self.branch2(x)]
        return shuffle(torch.cat(halves, 1), 2)


class Network(nn.Module):
    def __init__(self, architecture):
        super().__init__()
        activation = description.activation(architecture)
        channels = architecture["channels"]
        is_v1 = architecture["family"] == "shufflenet_v1"
        self.conv1 = Activated(activation, 3, channels[0], 3, 2)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.stage_names = []
        for number, units in enumerate(description.stages(architecture), start=2):
            made = [
                UnitV1(unit, architecture["groups"], activation) if is_v1 else UnitV2(unit, activation)
                for unit in units
            ]
            self.stage_names.append(f"stage{number}")
            self.add_module(self.stage_names[-1], nn.Sequential(*made))
        last = description.last_stage_channels(architecture)
        self.conv5 = nn.Identity() if is_v1 else Activated(activation, last, channels[-1], 1)
        self.fc = nn.Linear(channels[-1], architecture["classes"])

    def marked(self, x):
        """The activation after each stage, and the logits, as they come."""
        x = self.maxpool(self.conv1(x))
        for name in self.stage_names:
            x = getattr(self, name)(x)
            yield name, x
        yield "logits", self.fc(self.conv5(x).mean([2, 3]))
