"""Every class at three severities, put on a cut of a photograph, or drawn, by ffmpeg.

A severity is a number for the filter, or what the filter must reach: the share of the picture that clips, its mean
brightness, the share of broken blocks. Mild ones are what two people may call by two names.
"""

import math

import numpy as np
from camera import luma
from foreign import streams
from foreign.filters import drawn, filtered, lettered
from foreign.photographs import SIZE
from lettering import path_of
from PIL import Image

SEVERITIES = ("mild", "clear", "severe")
# Typefaces and words that the generator does not use.
FACES = ("STIXGeneral.ttf", "STIXGeneralBol.ttf", "cmss10.ttf", "cmr10.ttf")
MESSAGES = ("NO INPUT", "Camera not connected", "Input 3 unavailable", "Please wait", "LINK DOWN", "Service interrupted", "No camera", "Check cable")
DETAILS = ("Error 404", "HDMI 2  1920 x 1080", "Device 10.0.0.17", "Retrying in 5 s", "Press MENU for help")
GROUNDS = ("black", "0x0000a0", "0x303030", "0x103020", "0xd0d0d0")
PATTERNS = ("smptebars", "smptehdbars", "pal75bars", "pal100bars", "testsrc")
COLOURS = ("0x0000ff", "0x808080", "0x00a000", "0xc0b090", "0x7a2f2f", "0xf0f0f0", "0x3a4a78")


def text(words, face, size, x, y, colour="white"):
    return f"drawtext=fontfile={path_of(FACES[face])}:text='{words}':fontsize={size}:fontcolor={colour}:x={x}:y={y}"


def stamp(turn):
    return text(f"2019-0{turn % 9 + 1}-14  0{turn % 8}-{turn % 50 + 10}-27", turn % 2, 15, 10, 10 if turn % 2 else 262)


def quantile(picture, share):
    return float(np.quantile(luma(picture.astype(np.float32) / 255), share))


def gain(picture, factor, turn):
    """Light times `factor`, by one of four filters."""
    if turn % 4 == 0:
        return filtered(picture, f"lutyuv=y='16+(val-16)*{factor:.4f}':u='128+(val-128)*{min(factor, 1.2):.3f}':v='128+(val-128)*{min(factor, 1.2):.3f}'")
    if turn % 4 == 1:
        knee = f"0/0 {1 / factor:.4f}/1 1/1" if factor > 1 else f"0/0 1/{factor:.4f}"
        return filtered(picture, f"curves=master='{knee}':interp=pchip")
    if turn % 4 == 2:
        stops = math.log2(factor)
        steps = math.ceil(abs(stops) / 3)
        return filtered(picture, ",".join([f"exposure=exposure={stops / steps:.4f}"] * steps))
    if factor > 1:
        return filtered(picture, f"colorlevels=rimax={1 / factor:.4f}:gimax={1 / factor:.4f}:bimax={1 / factor:.4f}")
    return filtered(picture, f"colorlevels=romax={factor:.4f}:gomax={factor:.4f}:bomax={factor:.4f}")


def ok(cut, severity, turn):
    return cut  # what differs is the encoding


def black(cut, severity, turn):
    if severity == 0:  # a cap on the lens that lets a little light in
        return gain(cut, 0.008 / luma(cut / 255).mean(), turn)
    if severity == 1:
        return drawn("color=c=black", f"noise=alls={turn % 3 * 4}:all_seed={turn},{stamp(turn)}", SIZE)
    return drawn("color=c=black", "", SIZE)


def uniform(cut, severity, turn):
    if severity == 0:  # a hand, a leaf, a cloth in front of the lens
        return filtered(cut, "gblur=sigma=70:steps=3,colorlevels=romin=0.35:gomin=0.3:bomin=0.25:romax=0.6:gomax=0.5:bomax=0.45")
    colour = f"color=c={COLOURS[turn % len(COLOURS)]}"
    return drawn(colour, f"vignette=angle=PI/9,noise=alls={4 + turn % 3 * 4}:all_seed={turn},{stamp(turn)}" if severity == 1 else "", SIZE)


def color_bars(cut, severity, turn):
    pattern = PATTERNS[turn % len(PATTERNS)]
    if severity == 0:  # at the end of a bad line
        return drawn(pattern, f"gblur=sigma=3,noise=alls=35:all_seed={turn}", SIZE)
    return drawn(pattern, f"noise=alls=10:all_seed={turn},{text('STUDIO ' + str(turn), turn % 4, 26, 140, 200)}" if severity == 1 else "", SIZE)


def noise(cut, severity, turn):
    strength = (25, 60, 100)[severity]  # deviations of about 5, 13 and 22 % of white
    snow = f"noise=alls={strength}:all_seed={turn}:allf=t"
    if turn % 4 == 0:
        return filtered(cut, snow)
    if turn % 4 == 1:  # without color
        return filtered(cut, f"format=yuv444p,noise=c0s={strength}:c0_seed={turn}:c0f=t+u")
    if turn % 4 == 2:  # coarse grains
        small = np.asarray(Image.fromarray(cut).resize((SIZE[0] // 2, SIZE[1] // 2), Image.BOX))
        return filtered(small, f"{snow},scale={SIZE[0]}:{SIZE[1]}:flags=neighbor")
    # A signal that fades: less picture, more snow.
    left = (0.8, 0.45, 0.15)[severity]
    faded = filtered(cut, f"colorlevels=romin={0.4 * (1 - left):.3f}:romax={0.4 + 0.6 * left:.3f}:gomin={0.4 * (1 - left):.3f}:gomax={0.4 + 0.6 * left:.3f}:bomin={0.4 * (1 - left):.3f}:bomax={0.4 + 0.6 * left:.3f}")
    return filtered(faded, snow)


def blurred(cut, severity, turn):
    if turn % 4 == 0:
        return filtered(cut, f"gblur=sigma={(1.6, 4, 9)[severity]}:steps=2")
    if turn % 4 == 1:
        return filtered(cut, f"avgblur=sizeX={(2, 6, 13)[severity]}")
    if turn % 4 == 2:
        return filtered(cut, f"dblur=angle={turn * 37 % 180}:radius={(4, 14, 32)[severity]}")
    low, high = ((0.15, 0.9), (0.3, 0.8), (0.45, 0.75))[severity]  # fog on the glass
    return filtered(cut, f"gblur=sigma={(1.6, 3.5, 6)[severity]}," + "colorlevels=" + ":".join(f"{c}omin={low}:{c}omax={high}" for c in "rgb"))


def overexposed(cut, severity, turn):
    return gain(cut, 1 / max(0.02, quantile(cut, 1 - (0.2, 0.5, 0.8)[severity])), turn)


def underexposed(cut, severity, turn):
    return gain(cut, (0.13, 0.065, 0.035)[severity] / float(luma(cut / 255).mean()), turn)


def scaled(cut, rows):
    return np.asarray(Image.fromarray(cut).resize((rows * 4 // 3, rows), Image.BILINEAR))


def enlarged(picture):
    return filtered(picture, f"scale={SIZE[0]}:{SIZE[1]}:flags=neighbor")


def blocky(cut, severity, turn):
    kind = turn % 6
    if kind == 0:
        return enlarged(streams.h264(scaled(cut, 144), (38, 45, 51)[severity], more="bframes=0:no-deblock=1"))
    if kind == 1:
        return enlarged(streams.mpeg2(scaled(cut, (240, 144, 108)[severity]), (20, 31, 31)[severity]))
    if kind == 2:
        return enlarged(streams.mjpeg(scaled(cut, (240, 144, 108)[severity]), (20, 31, 31)[severity]))
    if kind == 3:
        return filtered(cut, f"pixelize=w={(4, 9, 18)[severity]}:h={(4, 9, 18)[severity]}")
    return streams.lost(cut, "libx264" if kind == 4 else "mpeg2video", (0.04, 0.15, 0.35)[severity], turn)[0]


def text_slate(cut, severity, turn):
    message, face = MESSAGES[turn % len(MESSAGES)], turn % len(FACES)
    ground = GROUNDS[turn % len(GROUNDS)]
    ink = "black" if ground == "0xd0d0d0" else "white"
    title = text(message, face, 34 if severity < 2 else 42, "(w-tw)/2", "(h-th)/2", ink)
    if severity == 0:  # over what is left of the picture
        return lettered(filtered(cut, "gblur=sigma=20,colorlevels=romax=0.3:gomax=0.3:bomax=0.3"), text(message, face, 34, "(w-tw)/2", "(h-th)/2"))
    if severity == 1:
        lines = [text(DETAILS[(turn + i) % len(DETAILS)], face, 17, 60, 190 + 24 * i, ink) for i in range(turn % 4)]
        return drawn(f"color=c={ground}", ",".join([title, *lines, f"drawbox=x=20:y=20:w=344:h=248:color={ink}:t=2"]), SIZE)
    return drawn(f"color=c={ground}", title, SIZE)


FAULTS = {
    "ok": ok, "black": black, "uniform": uniform, "color-bars": color_bars, "noise": noise, "blurred": blurred,
    "overexposed": overexposed, "underexposed": underexposed, "blocky": blocky, "text-slate": text_slate,
}
