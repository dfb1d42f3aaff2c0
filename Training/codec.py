"""Compression a picture may have gone through on its way here."""

import io
from fractions import Fraction

import av
import numpy as np
from PIL import Image


def to_bytes(picture):
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def jpeg(picture, quality, subsampling=2):
    """uint8 H x W x 3 through JPEG at Pillow's `quality`."""
    store = io.BytesIO()
    Image.fromarray(picture).save(store, "JPEG", quality=int(quality), subsampling=int(subsampling))
    return np.asarray(Image.open(store).convert("RGB"))


def h264(picture, crf, deblock=True):
    """uint8 H x W x 3 through one intra-coded H.264 picture. Height and width must be even."""
    height, width = picture.shape[:2]
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base = Fraction(1, 25)
    encoder.thread_count = 1
    encoder.options = {
        "crf": str(int(crf)), "preset": "veryfast", "tune": "zerolatency",
        "x264-params": "log-level=error:aq-mode=0" + ("" if deblock else ":no-deblock=1"),
    }
    packets = encoder.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")) + encoder.encode(None)
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    frames = [frame for packet in packets for frame in decoder.decode(packet)] + decoder.decode(None)
    return frames[0].to_ndarray(format="rgb24")


def quantised(picture, name, scale, pixels):
    """uint8 H x W x 3 through one intra picture; `scale` is the quantiser, 2 fine ... 31 coarse."""
    height, width = picture.shape[:2]
    encoder = av.CodecContext.create(name, "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, pixels
    encoder.time_base = Fraction(1, 25)
    encoder.thread_count = 1
    # Without +qscale the encoder takes its own from a bit rate, and a coarse picture comes out fine.
    encoder.options = {"flags": "+qscale", "global_quality": str(118 * int(scale)), "qmin": "1", "qmax": str(max(2, int(scale)))}
    packets = encoder.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")) + encoder.encode(None)
    decoder = av.CodecContext.create(name, "r")
    decoder.thread_count = 1
    frames = [frame for packet in packets for frame in decoder.decode(packet)] + decoder.decode(None)
    return frames[0].to_ndarray(format="rgb24")


def mpeg2(picture, scale):
    return quantised(picture, "mpeg2video", scale, "yuv420p")


def mjpeg(picture, scale):
    return quantised(picture, "mjpeg", scale, "yuvj420p")


class Delivery:
    """The codec between a camera and us, in good order: artefacts stay hard to see."""

    def __init__(self, rng):
        self.kind = rng.choice(("mjpeg", "jpeg", "h264"), p=(0.2, 0.3, 0.5))
        self.quality = int(rng.integers(42, 96))
        self.subsampling = int(rng.choice((0, 1, 2)))
        self.crf = int(rng.integers(16, 32))
        self.scale = int(rng.integers(2, 8))
        self.before = int(rng.integers(70, 97)) if rng.random() < 0.25 else None  # what was stored once before, or came as MJPEG

    def __call__(self, picture):
        if self.before:
            picture = jpeg(picture, self.before, self.subsampling)
        if self.kind == "jpeg":
            return jpeg(picture, self.quality, self.subsampling)
        if self.kind == "h264":
            return h264(picture, self.crf)
        return mjpeg(picture, self.scale)
