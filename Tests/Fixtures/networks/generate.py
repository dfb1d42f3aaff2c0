#!/usr/bin/env python3
"""Makes the golden answers that the network tests compare with, by PyTorch in double precision.

    python3 -m venv .venv && .venv/bin/pip install torch torchvision numpy
    .venv/bin/python Tests/Fixtures/networks/generate.py [custom] [published] [units] [architectures]

Four kinds, without a name all of them, in some ten minutes on two cores; README.md says what is in them.
"""
import json
import pathlib
import sys

import torch

import answers
import architectures
import container
import torchvision_widths
import units

HERE = pathlib.Path(__file__).parent
MADE_BY = {"made-by": f"torch {torch.__version__}, double precision"}


def family(name, cases, marks_wanted):
    """A file of many networks: their answers, and in the metadata what each of them is."""
    goldens, metadata, shares = {}, dict(MADE_BY), answers.Shares()
    for case in cases:
        assert case.name not in metadata, case.name
        metadata[case.name] = json.dumps(
            {"architecture": case.architecture, "height": case.height, "width": case.width})
        found, its_shares = answers.golden(case)
        shares = shares.worst(its_shares)
        for mark, values in found.items():
            if marks_wanted is None or mark in marks_wanted:
                goldens[f"{case.name}/{mark}"] = answers.stored(mark, values)
    container.write(HERE / f"{name}.golden.safetensors", goldens, metadata)
    print(f"{name}: {len(cases)} networks, {len(goldens)} answers, {shares}")


KINDS = {
    "custom": lambda: torchvision_widths.custom_width(HERE, MADE_BY),
    "published": lambda: torchvision_widths.published_widths(HERE, MADE_BY),
    "units": lambda: family("units", units.cases(), None),
    "architectures": lambda: family("architectures", architectures.cases(), ["logits"]),
}


if __name__ == "__main__":
    for kind in sys.argv[1:] or KINDS:
        KINDS[kind]()
    for path in sorted(HERE.glob("*.safetensors")):
        print(path.name, path.stat().st_size)
