"""What PyTorch answers for a network that is described, and whether the answer is one to test with."""
from typing import NamedTuple

import numpy as np
import torch

import article
import megvii
import torchvision_v2
from seeded import fill, seeded

DIALECTS = {"article": article, "torchvision": torchvision_v2, "megvii": megvii}


class Case(NamedTuple):
    name: str
    architecture: dict
    height: int
    width: int

    def image(self, what="input"):
        return seeded(f"{self.name}.{what}", (3, self.height, self.width))


class Shares(NamedTuple):
    """Differences as shares of the answer's range, the worst of all cases."""

    least_by_image: float = 1.0
    least_by_first_unit: float = 1.0
    least_by_relu6: float = 1.0
    most_by_precision: float = 0.0

    def worst(self, other):
        least = [min(pair) for pair in zip(self[:3], other[:3])]
        return Shares(*least, max(self[3], other[3]))


def network(architecture, precision=torch.float64):
    model = DIALECTS[architecture["dialect"]].Network(architecture)
    fill(model)
    return model.to(precision).eval()


def answer(model, image):
    """The activation at each mark. In float64 even if the model computes in float32."""
    weight = next(model.parameters())
    with torch.no_grad():
        marked = model.marked(torch.from_numpy(image).to(weight.dtype)[None])
        return {mark: x[0].double().numpy().copy() for mark, x in marked}


def stored(mark, values):
    """All logits, about 400 values of anything larger."""
    flat = values.astype(np.float32).reshape(-1)
    step = 1 if mark == "logits" else max(1, flat.size // 400)
    return flat[::step]


def difference(found, expected):
    return float(np.abs(found - expected).max() / (expected.max() - expected.min()))


def replace_first_unit(model):
    """Other values for the first convolution after the stem."""
    name = next(n for n, t in model.named_parameters() if t.dim() == 4 and t.shape[1:] != (3, 3, 3))
    tensor = model.get_parameter(name)
    with torch.no_grad():
        tensor.copy_(torch.from_numpy(seeded(f"other.{name}", tuple(tensor.shape))))


def golden(case):
    """The answer in double precision, and how much it depends on what it should depend on."""
    image = case.image()
    model = network(case.architecture)
    found = answer(model, image)
    by_precision = answer(network(case.architecture, torch.float32), image)
    by_image = difference(answer(model, case.image("other"))["logits"], found["logits"])
    by_relu6 = 1.0
    if case.architecture["activation"] == "relu6":
        unclipped = answer(network(case.architecture | {"activation": "relu"}), image)
        # The last stage is where the unit lies that the case is about.
        last = list(found)[-2]
        by_relu6 = difference(unclipped[last], found[last])
    replace_first_unit(model)
    by_first_unit = difference(answer(model, image)["logits"], found["logits"])
    shares = Shares(
        by_image, by_first_unit, by_relu6, max(difference(by_precision[mark], found[mark]) for mark in found))
    assert shares.least_by_image > 1e-4 and shares.least_by_first_unit > 1e-3, (case, shares)
    assert shares.least_by_relu6 > 1e-2 and shares.most_by_precision < 1e-5, (case, shares)
    return found, shares
