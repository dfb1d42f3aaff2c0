"""The dialect "megvii": V1 (arXiv 1707.01083) and V2 (arXiv 1807.11164) as Megvii's ShuffleNet-Series has them,
strides 1 and 2, no dilation.

Choices where the original leaves doubt:
- It averages 7 x 7 positions at the end, which is all of them for an input of 224 x 224. Here it is the mean over all
  positions for any input.
- It writes groups = 3 and 8 only; others are made the same way. With one group nothing is shuffled.
- The first pointwise convolution of the very first unit is not grouped, whatever its stride.
- A V1 unit with stride 2 applies plain ReLU to what it made, and none to the average. The average counts the padding.
- The joins of V1 are plain ReLU even where the other activations are ReLU6.
"""
import torch
from torch import nn
from torch.nn import functional

import description


def pointwise(inputs, outputs, groups=1):
    return [nn.Conv2d(inputs, outputs, 1, groups=groups, bias=False), nn.BatchNorm2d(outputs)]


def depthwise(channels, stride):
    return [nn.Conv2d(channels, channels, 3, stride, 1, groups=channels, bias=False), nn.BatchNorm2d(channels)]


def unshuffle(x, groups):
    """out[i * (channels / groups) + j] = in[j * groups + i]"""
    return x.unflatten(1, (-1, groups)).transpose(1, 2).flatten(1, 2)


class UnitV1(nn.Module):
    def __init__(self, unit, groups, is_first, activation):
        super().__init__()
        assert unit.stride in (1, 2) and unit.dilation == 1, unit
        assert unit.stride == 2 or unit.inputs == unit.outputs, unit
        self.groups = groups
        self.stride = unit.stride
        bottleneck = unit.outputs // 4
        made = unit.outputs - unit.inputs if unit.stride == 2 else unit.outputs
        self.branch_main_1 = nn.Sequential(
            *pointwise(unit.inputs, bottleneck, 1 if is_first else groups),
            activation,
            *depthwise(bottleneck, unit.stride),
        )
        self.branch_main_2 = nn.Sequential(*pointwise(bottleneck, made, groups))

    def forward(self, x):
        made = self.branch_main_1(x)
        if self.groups > 1:
            made = unshuffle(made, self.groups)
        made = self.branch_main_2(made)
        if self.stride == 1:
            return functional.relu(x + made)
        return torch.cat([functional.avg_pool2d(x, 3, 2, 1), functional.relu(made)], 1)


class UnitV2(nn.Module):
    def __init__(self, unit, activation):
        super().__init__()
        assert unit.stride in (1, 2) and unit.dilation == 1, unit
        assert unit.stride == 2 or unit.inputs == unit.outputs, unit
        self.stride = unit.stride
        inputs = unit.inputs if unit.stride == 2 else unit.inputs // 2
        middle = unit.outputs // 2
        self.branch_main = nn.Sequential(
            *pointwise(inputs, middle),
            activation,
            *depthwise(middle, unit.stride),
            *pointwise(middle, unit.outputs - inputs),
            activation,
        )
        if unit.stride == 2:
            self.branch_proj = nn.Sequential(*depthwise(inputs, 2), *pointwise(inputs, inputs), activation)

    def forward(self, x):
        if self.stride == 1:
            return torch.cat([x[:, 0::2], self.branch_main(x[:, 1::2])], 1)
        return torch.cat([self.branch_proj(x), self.branch_main(x)], 1)


class Network(nn.Module):
    def __init__(self, architecture):
        super().__init__()
        activation = description.activation(architecture)
        channels = architecture["channels"]
        is_v1 = architecture["family"] == "shufflenet_v1"
        self.stage_repeats = architecture["stage_repeats"]
        self.first_conv = nn.Sequential(
            nn.Conv2d(3, channels[0], 3, 2, 1, bias=False), nn.BatchNorm2d(channels[0]), activation)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.features = nn.Sequential()
        for unit in sum(description.stages(architecture), []):
            is_first = len(self.features) == 0
            self.features.append(
                UnitV1(unit, architecture["groups"], is_first, activation) if is_v1 else UnitV2(unit, activation))
        last = description.last_stage_channels(architecture)
        self.conv_last = nn.Identity() if is_v1 else nn.Sequential(*pointwise(last, channels[-1]), activation)
        self.classifier = nn.Sequential(nn.Linear(channels[-1], architecture["classes"], bias=False))

    def marked(self, x):
        """The activation after each stage, and the logits, as they come."""
        x = self.maxpool(self.first_conv(x))
        begin = 0
        for number, repeats in enumerate(self.stage_repeats, start=2):
            x = self.features[begin : begin + repeats](x)
            begin += repeats
            yield f"stage{number}", x
        yield "logits", self.classifier(self.conv_last(x).mean([2, 3]))
