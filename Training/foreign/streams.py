"""Pictures through real streams: coarse ones, and ones that lost some of their data on the way."""

import math

import av
import numpy as np
from av.bitstream import BitStreamFilterContext
from foreign.filters import RATE

BLOCK = 16


def fixed(quantiser):
    """Options for MPEG-2 and MJPEG: every block with this quantiser, 2 fine ... 31 coarse."""
    return {"flags": "+qscale", "global_quality": str(118 * quantiser), "qmin": str(quantiser), "qmax": str(quantiser)}


def encoded(pictures, codec, options):
    """Packets of uint8 H x W x 3 pictures."""
    encoder = av.CodecContext.create(codec, "w")
    encoder.height, encoder.width = pictures[0].shape[:2]
    encoder.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    encoder.time_base, encoder.thread_count = RATE, 1
    encoder.options = options
    packets = []
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts = number
        packets += encoder.encode(frame)
    return packets + encoder.encode(None)


def decoded(packets, codec):
    """What a decoder makes of the packets; what it refuses, or calls a picture of a kind there is not, is left out."""
    decoder = av.CodecContext.create(codec, "r")
    decoder.thread_count = 1
    pictures = []
    for packet in [*packets, None]:
        try:
            pictures += [frame.to_ndarray(format="rgb24") for frame in decoder.decode(packet)]
        except (av.error.FFmpegError, OSError, ValueError):
            continue
    return pictures


def h264(picture, crf, **options):
    """The third of three equal pictures in an H.264 stream."""
    settings = {"crf": str(crf), "preset": "medium", "x264-params": "log-level=error:" + options.get("more", "bframes=0")}
    return decoded(encoded([picture] * 3, "libx264", settings), "h264")[-1]


def mpeg2(picture, quantiser):
    return decoded(encoded([picture] * 3, "mpeg2video", fixed(quantiser)), "mpeg2video")[-1]


def mjpeg(picture, quantiser):
    return decoded(encoded([picture], "mjpeg", fixed(quantiser)), "mjpeg")[-1]


def _panned(picture, count=12):
    """A camera that turns by three columns and one row a picture."""
    return [np.roll(picture, (number, 3 * number), (0, 1)) for number in range(count)]


def block_means(pictures):
    """N x rows x columns x 3: the mean colour of each block of the centre, which is what the network sees."""
    _, height, width, _ = pictures.shape
    side = min(height, width) * 7 // 8 // BLOCK * BLOCK
    top, left = (height - side) // 2, (width - side) // 2
    centre = pictures[:, top : top + side, left : left + side].astype(np.float32)
    return centre.reshape(len(pictures), side // BLOCK, BLOCK, side // BLOCK, BLOCK, 3).mean((2, 4))


def damage(broken, sent):
    """The share of blocks whose colour is not that of any picture that was sent.

    A slice that stands still, or that moved a little wrongly, is damage too, but none that anybody sees.
    """
    return float((np.abs(block_means(broken[None]) - sent).max(3).min(0) > 18).mean())


def far(one, other):
    return abs(math.log((one + 0.005) / (other + 0.005)))


def lost(picture, codec, share, seed):
    """Of streams with more and less noise in their bits, the picture whose damage is nearest to `share`, and its damage."""
    options = {"preset": "veryfast", "crf": "24", "x264-params": "log-level=error:bframes=0:slices=6"} if codec == "libx264" else fixed(5)
    name, moving = "h264" if codec == "libx264" else codec, _panned(picture)
    sent = block_means(np.stack(decoded(encoded(moving, codec, options), name)))
    best, found = picture, 0.0
    for amount in (900, 350, 150, 70, 35):
        for spared in (1, 0):  # whether the first picture, which the others build on, arrives whole
            packets = encoded(moving, codec, options)
            bits = BitStreamFilterContext(f"noise=amount={amount + seed % 53}")
            spoilt = [*packets[:spared], *(part for packet in packets[spared:] for part in bits.filter(packet))]
            for broken in decoded(spoilt, name)[1::2]:
                if broken.shape != picture.shape or block_means(broken[None]).std() < 20:
                    continue  # of a picture that is gone nobody would say that it has blocks
                now = damage(broken, sent)
                if far(now, share) < far(found, share):
                    best, found = broken, now
            if far(found, share) < 0.15:
                return best, found
    return best, found
