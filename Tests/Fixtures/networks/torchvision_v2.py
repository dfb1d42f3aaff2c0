"""The dialect "torchvision": torchvision's own modules of V2 (arXiv 1807.11164), which know strides from 1 to 3 but no
dilation.

torchvision's network class wants three stages that each begin with stride 2. It is used for those; what it does not
accept is put together here from its units, by the same names. Its ReLUs are exchanged where ReLU6 is asked for.
"""
from torch import nn
from torchvision.models import shufflenetv2

import description


def pieced_together(architecture):
    """What torchvision's network class makes, with any number of stages and any strides."""
    channels = architecture["channels"]
    model = nn.Module()
    model.conv1 = nn.Sequential(
        nn.Conv2d(3, channels[0], 3, 2, 1, bias=False), nn.BatchNorm2d(channels[0]), nn.ReLU())
    model.maxpool = nn.MaxPool2d(3, 2, 1)
    for number, units in enumerate(description.stages(architecture), start=2):
        made = [shufflenetv2.InvertedResidual(unit.inputs, unit.outputs, unit.stride) for unit in units]
        model.add_module(f"stage{number}", nn.Sequential(*made))
    last = description.last_stage_channels(architecture)
    model.conv5 = nn.Sequential(
        nn.Conv2d(last, channels[-1], 1, bias=False), nn.BatchNorm2d(channels[-1]), nn.ReLU())
    model.fc = nn.Linear(channels[-1], architecture["classes"])
    return model


def exchange_activations(module, activation):
    for name, child in module.named_children():
        if isinstance(child, nn.ReLU):
            setattr(module, name, activation)
        else:
            exchange_activations(child, activation)


class Network(nn.Module):
    def __init__(self, architecture):
        super().__init__()
        assert "dilations" not in architecture, architecture
        if len(architecture["stage_repeats"]) == 3 and "strides" not in architecture:
            model = shufflenetv2.ShuffleNetV2(
                architecture["stage_repeats"], architecture["channels"], architecture["classes"])
        else:
            model = pieced_together(architecture)
        exchange_activations(model, description.activation(architecture))
        for name, child in model.named_children():
            self.add_module(name, child)
        self.stage_names = [f"stage{number + 2}" for number in range(len(architecture["stage_repeats"]))]

    def marked(self, x):
        """The activation after each stage, and the logits, as they come."""
        x = self.maxpool(self.conv1(x))
        for name in self.stage_names:
            x = getattr(self, name)(x)
            yield name, x
        yield "logits", self.fc(self.conv5(x).mean([2, 3]))
