"""Renders the demo video: one camera after another goes wrong, in segments whose labels are known."""

import argparse
import csv
import os
import subprocess
from dataclasses import dataclass

from clip import Clip
from scenes.night import Night
from scenes.parking import Parking
from scenes.plaza import Plaza
from scenes.road import Road
from scenes.room import Room

SIZE = (640, 360)
RATE = 25
FIRST_SEED = 20_000_000


@dataclass
class Segment:
    label: str
    seed: int  # added to FIRST_SEED
    seconds: int = 4
    scene: type = None
    quality: int = 27  # x264's quantiser; higher is coarser


SEGMENTS = (
    Segment("ok", 306, 5, Plaza, quality=32),
    Segment("overexposed", 306, 4, Plaza, quality=32),
    Segment("blurred", 306, 4, Plaza),
    Segment("ok", 75, 4, Road, quality=29),
    Segment("blocky", 75, 4, Road, quality=29),
    Segment("text-slate", 79),
    Segment("ok", 159, 4, Parking, quality=31),
    Segment("underexposed", 159, 4, Parking, quality=28),
    Segment("noise", 229, 4, Room, quality=49),
    Segment("uniform", 147, 3),
    Segment("color-bars", 15, 4),
    Segment("ok", 71, 4, Night, quality=25),
    Segment("black", 8, 3),
)


def clip_of(segment):
    return Clip(segment.label, FIRST_SEED + segment.seed, size=SIZE, delivered=False, scene=segment.scene)


def frames():
    """uint8 pictures in the video's order. A camera's time runs on across its segments."""
    elapsed = 0
    for segment in SEGMENTS:
        clip = clip_of(segment)
        for index in range(segment.seconds * RATE):
            yield clip.picture(elapsed + index / RATE)
        elapsed += segment.seconds


def boundaries():
    """(start, end, label) in seconds, half-open."""
    start = 0
    for segment in SEGMENTS:
        yield start, start + segment.seconds, segment.label
        start += segment.seconds


def encoder(path):
    """An ffmpeg process that takes raw RGB on its standard input."""
    spans = [(start * RATE, end * RATE - 1, segment.quality) for (start, end, _), segment in zip(boundaries(), SEGMENTS)]
    zones = "/".join(f"{first},{last},q={quality}" for first, last, quality in spans)
    cuts = ",".join(str(start) for start, _, _ in boundaries())
    command = [
        "ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "%dx%d" % SIZE, "-r", str(RATE), "-i", "-",
        "-vf", "scale=out_color_matrix=bt709:out_range=tv", "-pix_fmt", "yuv420p",
        "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
        "-c:v", "libx264", "-preset", "slow", "-crf", "27", "-x264-params", f"zones={zones}", "-threads", "1",
        "-force_key_frames", cuts, "-bitexact", "-movflags", "+faststart", path,
    ]
    return subprocess.Popen(command, stdin=subprocess.PIPE)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", default="../demo")
    choice = options.parse_args()
    os.makedirs(choice.out, exist_ok=True)
    path = os.path.join(choice.out, "demo.mp4")
    process = encoder(path)
    for picture in frames():
        process.stdin.write(picture.tobytes())
    process.stdin.close()
    if process.wait() != 0:
        raise SystemExit("ffmpeg failed; is it installed with libx264?")
    with open(os.path.join(choice.out, "segments.csv"), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("start_seconds", "end_seconds", "label"))
        writer.writerows((f"{start:.3f}", f"{end:.3f}", label) for start, end, label in boundaries())
    print(f"{path}: {os.path.getsize(path)} bytes, {sum(s.seconds for s in SEGMENTS)} s")


if __name__ == "__main__":
    main()
