#!/usr/bin/env python3
"""Makes the golden answers that the network tests compare with, by PyTorch in double precision.

    python3 -m venv .venv && .venv/bin/pip install torch torchvision numpy
    .venv/bin/python Tests/Fixtures/networks/generate.py [custom] [published]

Two kinds, without a name both of them; torchvision_widths.py says what is in them.
"""
import pathlib
import sys

import torch

import torchvision_widths

HERE = pathlib.Path(__file__).parent
MADE_BY = {"made-by": f"torch {torch.__version__}, double precision"}


KINDS = {
    "custom": lambda: torchvision_widths.custom_width(HERE, MADE_BY),
    "published": lambda: torchvision_widths.published_widths(HERE, MADE_BY),
}


if __name__ == "__main__":
    for kind in sys.argv[1:] or KINDS:
        KINDS[kind]()
    for path in sorted(HERE.glob("*.safetensors")):
        print(path.name, path.stat().st_size)
