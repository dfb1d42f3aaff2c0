"""From a picture to the network's input, exactly as the model file describes it."""

import numpy as np
from PIL import Image

RESIZE_SHORTER = 256
CROP = 224
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def resize_shorter(picture, length=RESIZE_SHORTER):
    """uint8 H x W x 3 to one whose shorter side is `length`; Pillow's bilinear filter is antialiased."""
    height, width = picture.shape[:2]
    if min(height, width) == length:
        return picture
    if width >= height:
        size = (int(length * width / height), length)
    else:
        size = (length, int(length * height / width))
    return np.asarray(Image.fromarray(picture).resize(size, Image.BILINEAR))


def centre_crop(picture, length=CROP):
    height, width = picture.shape[:2]
    top, left = round((height - length) / 2), round((width - length) / 2)
    return picture[top : top + length, left : left + length]


def normalise(pictures):
    """uint8 N x H x W x 3 to float32 N x 3 x H x W."""
    scaled = pictures.astype(np.float32) / 255
    return np.ascontiguousarray(((scaled - np.float32(MEAN)) / np.float32(STD)).transpose(0, 3, 1, 2))
