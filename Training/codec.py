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


def mpeg2(picture, scale):
    """uint8 H x W x 3 through one MPEG-2 intra picture; `scale` is the quantiser, 2 fine ... 31 coarse."""
    height, width = picture.shape[:2]
    encoder = av.CodecContext.create("mpeg2video", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base = Fraction(1, 25)
    encoder.thread_count = 1
    encoder.qmin = encoder.qmax = int(scale)
    encoder.bit_rate = 100_000
    packets = encoder.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")) + encoder.encode(None)
    decoder = av.CodecContext.create("mpeg2video", "r")
    frames = [frame for packet in packets for frame in decoder.decode(packet)] + decoder.decode(None)
    return frames[0].to_ndarray(format="rgb24")


class Delivery:
    """The codec between a camera and us, in good order: artefacts stay hard to see."""

    def __init__(self, rng):
        self.kind = rng.choice(("none", "jpeg", "h264"), p=(0.2, 0.5, 0.3))
        self.quality = int(rng.integers(42, 96))
        self.subsampling = int(rng.choice((0, 1, 2)))
        self.crf = int(rng.integers(16, 31))

    def __call__(self, picture):
        if self.kind == "jpeg":
            return jpeg(picture, self.quality, self.subsampling)
        if self.kind == "h264":
            return h264(picture, self.crf)
        return picture
