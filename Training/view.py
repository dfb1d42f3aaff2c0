"""Flat surfaces of solid things, seen by a pinhole camera."""

import math

import numpy as np
from PIL import Image


class View:
    """A camera `away` from the origin and `up` above it, turned by `yaw`, that looks at `aim`; lengths in the scene's own units.

    x is to the right, y is up, z is towards the camera. Places in the picture are in pixels.
    """

    def __init__(self, size, away, up, aim, yaw, reach, roll=0.0):
        self.size = size
        self.eye = np.array((away * math.sin(yaw), up, away * math.cos(yaw)))
        ahead = np.asarray(aim, float) - self.eye
        self.distance = np.linalg.norm(ahead)
        ahead /= self.distance
        right = np.cross(ahead, (math.sin(roll), math.cos(roll), 0))
        right /= np.linalg.norm(right)
        self.axes = np.stack([right, -np.cross(right, ahead), ahead])
        self.focal = size[1] * self.distance / reach  # `reach` fills the picture's height where it is aimed at

    def project(self, points):
        """N x 3 to N x 2, and how far ahead each is."""
        seen = (np.asarray(points, float) - self.eye) @ self.axes.T
        depth = np.maximum(seen[:, 2], 0.05 * self.distance)
        return seen[:, :2] * (self.focal / depth)[:, None] + np.array(self.size) / 2, seen[:, 2]

    def faces(self, corners):
        """Whether the camera sees the front of a quad: its corners are given clockwise from its upper left."""
        p, _ = self.project(corners)
        a, b = p[1] - p[0], p[3] - p[0]
        return a[0] * b[1] - a[1] * b[0] > 0

    def extent(self, corners, most=1400):
        """Columns and rows that a drawing on a quad needs so that none of it is lost or averaged away, or None of one that is not in view."""
        p, depth = self.project(corners)
        low, high = p.min(0), p.max(0)
        if (depth < 0.1 * self.distance).any() or (high < 0).any() or (low > self.size).any():
            return None
        wide, tall = max(np.linalg.norm(p[1] - p[0]), np.linalg.norm(p[2] - p[3])), max(np.linalg.norm(p[3] - p[0]), np.linalg.norm(p[2] - p[1]))
        return None if min(wide, tall) < 2 else (min(most, int(wide) + 2), min(most, int(tall) + 2))

    def lay(self, picture, drawing, corners):
        """Puts a drawing (an RGB or RGBA image) on a quad in the picture (an RGB image), in place."""
        p, _ = self.project(corners)
        left, top = np.maximum(np.floor(p.min(0)), 0).astype(int)
        right, bottom = np.minimum(np.ceil(p.max(0)) + 1, self.size).astype(int)
        if right - left < 1 or bottom - top < 1:
            return
        w, h = drawing.size
        corner = ((0, 0), (w, 0), (w, h), (0, h))
        rows = []
        for (x, y), (u, v) in zip(p - (left, top), corner):
            rows += [(x, y, 1, 0, 0, 0, -u * x, -u * y), (0, 0, 0, x, y, 1, -v * x, -v * y)]
        rows = np.array(rows)
        try:
            found = np.linalg.solve(rows, np.array(corner, float).ravel())
        except np.linalg.LinAlgError:  # seen edge on
            return
        part = drawing.convert("RGBA").transform((int(right - left), int(bottom - top)), Image.PERSPECTIVE, tuple(found), Image.BICUBIC)
        picture.paste(part, (int(left), int(top)), part)
