"""ShuffleNet V2 as torchvision lays it out, so that its state dict carries the same keys."""

import torch
from torch import nn

STAGE_REPEATS = (4, 8, 4)
CHANNELS = (24, 48, 96, 192, 1024)  # conv1, stage2, stage3, stage4, conv5: width x0.5


def shuffle_halves(x):
    """Interleaves the first half of the channels with the second: out[2j + i] = in[i * C/2 + j]."""
    n, c, h, w = x.shape
    return x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)


def pointwise(inputs, outputs):
    return [nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs)]


def depthwise(channels, stride):
    return [nn.Conv2d(channels, channels, 3, stride, 1, groups=channels, bias=False), nn.BatchNorm2d(channels)]


class Unit(nn.Module):
    """Stride 1: half of the channels pass by. Stride 2: both branches see all of them."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        half = outputs // 2
        self.stride = stride
        self.branch1 = nn.Sequential(*depthwise(inputs, stride), *pointwise(inputs, half), nn.ReLU(True)) if stride > 1 else nn.Sequential()
        entering = inputs if stride > 1 else half
        self.branch2 = nn.Sequential(
            *pointwise(entering, half), nn.ReLU(True), *depthwise(half, stride), *pointwise(half, half), nn.ReLU(True)
        )

    def forward(self, x):
        if self.stride == 1:
            passing, working = x.chunk(2, dim=1)
            return shuffle_halves(torch.cat((passing, self.branch2(working)), 1))
        return shuffle_halves(torch.cat((self.branch1(x), self.branch2(x)), 1))


class ShuffleNetV2(nn.Module):
    """N x 3 x 224 x 224 normalised pictures to N x classes logits."""

    def __init__(self, classes, repeats=STAGE_REPEATS, channels=CHANNELS):
        super().__init__()
        first, *stages, last = channels
        self.conv1 = nn.Sequential(nn.Conv2d(3, first, 3, 2, 1, bias=False), nn.BatchNorm2d(first), nn.ReLU(True))
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        inputs = first
        for number, (count, outputs) in enumerate(zip(repeats, stages), 2):
            units = [Unit(inputs, outputs, 2)] + [Unit(outputs, outputs, 1) for _ in range(count - 1)]
            setattr(self, f"stage{number}", nn.Sequential(*units))
            inputs = outputs
        self.conv5 = nn.Sequential(*pointwise(inputs, last), nn.ReLU(True))
        self.fc = nn.Linear(last, classes)
        self._start()

    def _start(self):
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        nn.init.normal_(self.fc.weight, std=0.01)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x):
        x = self.maxpool(self.conv1(x))
        x = self.stage4(self.stage3(self.stage2(x)))
        return self.fc(self.conv5(x).mean((2, 3)))
