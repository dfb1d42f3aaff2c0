"""Pictures through libavfilter: by PyAV's own copy, or by the ffmpeg program where that lacks a filter (drawtext)."""

import subprocess
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph

RATE = Fraction(1, 25)


def filtered(picture, chain, frames=3):
    """uint8 H x W x 3 through a chain such as `gblur=sigma=4,noise=alls=9`; the last of `frames` equal pictures."""
    graph = Graph()
    graph.threads = 1
    last = graph.add_buffer(width=picture.shape[1], height=picture.shape[0], format=av.VideoFormat("rgb24"), time_base=RATE)
    for step in [*chain.split(","), "format=rgb24", "buffersink"]:
        name, _, options = step.partition("=")
        after = graph.add(name, options or None)
        last.link_to(after)
        last = after
    graph.configure()
    for number in range(frames):
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = number, RATE
        graph.push(frame)
        result = graph.pull()
    return result.to_ndarray(format="rgb24")


def drawn(source, chain, size):
    """One picture of a lavfi source such as `color=c=red` through a chain, by the ffmpeg program."""
    command = [
        "ffmpeg", "-v", "error", "-threads", "1", "-f", "lavfi", "-i", f"{source}{'=' if '=' not in source else ':'}s={size[0]}x{size[1]}:r=25",
        "-vf", chain or "null", "-frames:v", "1", "-pix_fmt", "rgb24", "-f", "rawvideo", "-",
    ]
    data = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return np.frombuffer(data, np.uint8).reshape(size[1], size[0], 3)


def lettered(picture, chain):
    """A picture through the ffmpeg program."""
    size = f"{picture.shape[1]}x{picture.shape[0]}"
    command = [
        "ffmpeg", "-v", "error", "-threads", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-i", "-",
        "-vf", chain, "-frames:v", "1", "-pix_fmt", "rgb24", "-f", "rawvideo", "-",
    ]
    data = subprocess.run(command, check=True, input=picture.tobytes(), stdout=subprocess.PIPE).stdout
    return np.frombuffer(data, np.uint8).reshape(picture.shape)
