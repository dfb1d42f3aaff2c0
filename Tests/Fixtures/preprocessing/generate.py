#!/usr/bin/env python3
"""Makes the pictures and videos of this folder, and what torchvision makes of them.

    python3 -m venv venv && venv/bin/pip install torch torchvision numpy pillow scikit-image
    venv/bin/python generate.py

Needs the ffmpeg command with libx264. The photographs come with scikit-image (skimage/data), which names their
origin and that they may be used freely: astronaut (Eileen Collins; NASA, public domain), chelsea (Stefan van der
Walt, CC0), coffee (Rachel Michetti and Pikolo Espresso Bar, CC0), rocket (SpaceX, public domain).

A golden is torchvision's Resize(256) and CenterCrop(224) on a Pillow image, before it is normalised. Pillow reads the
JPEG and PNG files itself. Of a video, the decoded samples are converted to RGB here, in double precision: chroma
brought to full size bilinearly from where its samples lie, then the matrix of the standard, then rounded once.
"""

import os
import subprocess
from pathlib import Path

import numpy as np
import skimage
from PIL import Image
from torchvision import transforms

HERE = Path(__file__).parent
PHOTOS = Path(skimage.__file__).parent / "data"
MATRICES = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722)}  # the weights of red and blue in luma
FFMPEG_NAMES = {"bt601": "smpte170m", "bt709": "bt709"}


def photo(name):
    return Image.open(PHOTOS / name).convert("RGB")


def golden(image, name, resize=256, crop=224):
    steps = transforms.Compose([transforms.Resize(resize), transforms.CenterCrop(crop)])
    steps(image).save(HERE / f"{name}.golden.png", optimize=True)


def upsample(plane, length, axis, first):
    """Bilinear; sample i of the plane lies at first + 2 i, in pixels."""
    position = (np.arange(length) - first) / 2
    low = np.floor(position).astype(int)
    weight = position - low
    count = plane.shape[axis]
    shape = [-1 if i == axis else 1 for i in range(2)]
    weight = weight.reshape(shape)
    a = np.take(plane, np.clip(low, 0, count - 1), axis)
    b = np.take(plane, np.clip(low + 1, 0, count - 1), axis)
    return a * (1 - weight) + b * weight


def rgb_of_yuv420p(data, width, height, matrix, full):
    """Chroma lies where MPEG puts it: on the left column, between the two rows."""
    samples = np.frombuffer(data, np.uint8).astype(np.float64)
    cw, ch = (width + 1) // 2, (height + 1) // 2
    y = samples[: width * height].reshape(height, width)
    cb, cr = samples[width * height :].reshape(2, ch, cw)
    cb, cr = (upsample(upsample(c, height, 0, 0.5), width, 1, 0.0) for c in (cb, cr))
    y = y / 255 if full else (y - 16) / 219
    cb, cr = ((c - 128) / (255 if full else 224) for c in (cb, cr))
    kr, kb = MATRICES[matrix]
    r = y + 2 * (1 - kr) * cr
    b = y + 2 * (1 - kb) * cb
    g = (y - kr * r - kb * b) / (1 - kr - kb)
    return Image.fromarray(np.clip(np.rint(np.stack([r, g, b], -1) * 255), 0, 255).astype(np.uint8))


def video(image, name, matrix, full, tagged=True, crf=20):
    image.save("/tmp/shuffled-source.png")
    ranges = "pc" if full else "tv"
    tags = ["-color_range", ranges, "-colorspace", FFMPEG_NAMES[matrix]] if tagged else []
    path = HERE / f"{name}.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-i", "/tmp/shuffled-source.png",
         "-vf", f"scale=out_color_matrix={matrix}:out_range={ranges}:flags=accurate_rnd+full_chroma_inp"]
        + ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-crf", str(crf), "-preset", "veryslow"] + tags
        + ["-fflags", "+bitexact", "-flags:v", "+bitexact", str(path)], check=True)
    data = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-f", "rawvideo", "-"], check=True, capture_output=True).stdout
    golden(rgb_of_yuv420p(data, image.width, image.height, matrix, full), name)


def main():
    os.chdir(HERE)
    chelsea, astronaut = photo("chelsea.png"), photo("astronaut.png")
    coffee, rocket = photo("coffee.png"), photo("rocket.jpg")

    chelsea.save("chelsea.png", optimize=True)
    golden(chelsea, "chelsea")
    golden(chelsea.convert("L").convert("RGB"), "chelsea-gray")
    golden(chelsea.resize((35, 23)), "tiny-up")
    chelsea.resize((35, 23)).save("tiny-up.png")
    golden(chelsea, "chelsea-padded", resize=192, crop=224)
    golden(chelsea.transpose(Image.Transpose.ROTATE_270), "chelsea-portrait")

    for name, image, subsampling in [
        ("astronaut-420", astronaut, 2), ("coffee-444", coffee, 0), ("rocket-422", rocket, 1)]:
        image.save(f"{name}.jpg", quality=88, subsampling=subsampling, optimize=True)
        golden(Image.open(f"{name}.jpg").convert("RGB"), name)

    coffee = coffee.crop((1, 1, 600, 400))
    even = lambda image: image.crop((0, 0, image.width & ~1, image.height & ~1))
    video(even(coffee), "coffee-bt601-limited", "bt601", False)
    video(even(coffee), "coffee-bt709-limited", "bt709", False)
    video(astronaut, "astronaut-bt601-full", "bt601", True)
    video(astronaut, "astronaut-bt709-full", "bt709", True)
    video(astronaut, "astronaut-untagged", "bt601", False, tagged=False)
    # A picture of 1920x1080 with detail in it: four photographs side by side.
    wide = Image.new("RGB", (1920, 1080))
    for index, image in enumerate([astronaut, coffee, chelsea, rocket]):
        wide.paste(image.resize((960, 540), Image.Resampling.LANCZOS), (index % 2 * 960, index // 2 * 540))
    video(wide, "wide-1080p", "bt709", False, tagged=False, crf=28)
    video(wide.transpose(Image.Transpose.ROTATE_90), "tall-1080p", "bt709", False, tagged=False, crf=30)


if __name__ == "__main__":
    main()
