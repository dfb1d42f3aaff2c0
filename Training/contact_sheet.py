"""Pages of small pictures for a person to look at: one row a class, and the demo video."""

import argparse
import os

import numpy as np
from clip import Clip
from labels import LABELS
from PIL import Image, ImageDraw
from preprocess import centre_crop, resize_shorter


def sheet(rows, names, path, side=160):
    page = Image.new("RGB", (90 + side * max(len(row) for row in rows), side * len(rows)))
    pen = ImageDraw.Draw(page)
    for j, (row, name) in enumerate(zip(rows, names)):
        pen.text((4, j * side + side // 2), name, fill=(255, 255, 255))
        for i, picture in enumerate(row):
            page.paste(Image.fromarray(picture).resize((side, side), Image.BILINEAR), (90 + i * side, j * side))
    page.save(path, quality=82)


def examples(first_seed):
    """For docs/MODELS.md: four frames of the generator's, then two photographs that belong to nobody, spoilt clearly."""
    from foreign.faults import FAULTS
    from foreign.photographs import cuts

    public = [cut.picture for cut in cuts() if cut.name in ("astronaut", "chelsea")][2:6:3]
    for number, label in enumerate(LABELS):
        drawn = [centre_crop(resize_shorter(Clip(label, first_seed + 20 * number + i).picture(i))) for i in range(4)]
        yield drawn + [centre_crop(resize_shorter(FAULTS[label](cut, 1, turn))) for turn, cut in enumerate(public)]


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", default="out/sheets")
    options.add_argument("--seed", type=int, default=5_000_000)
    options.add_argument("--columns", type=int, default=10)
    options.add_argument("--label", help="a whole page of this class instead of a row of each")
    options.add_argument("--examples", help="the page of docs/MODELS.md, to this file")
    choice = options.parse_args()
    if choice.examples:
        sheet(list(examples(choice.seed)), LABELS, choice.examples, side=128)
        return print(choice.examples)
    os.makedirs(choice.out, exist_ok=True)
    labels = [choice.label] * 8 if choice.label else LABELS
    rows = []
    for j, label in enumerate(labels):
        seeds = [choice.seed + j * 1000 + i for i in range(choice.columns)]
        rows.append([centre_crop(resize_shorter(Clip(label, seed).picture(seed % 7))) for seed in seeds])
    path = os.path.join(choice.out, f"{choice.label or 'classes'}.png")
    sheet(rows, labels, path)
    print(path)


if __name__ == "__main__":
    main()
