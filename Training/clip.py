"""A labelled piece of synthetic video: a scene, a camera, a fault, overlays and a codec, all from one seed."""

import numpy as np
from camera import Camera
from codec import Delivery, to_bytes
from faults import FAULTS
from labels import LABELS
from overlays import any_overlays
from overlays.clock import Clock
from scenes import any_scene

SIZES = ((456, 256), (342, 256), (480, 270), (512, 288), (384, 288), (640, 360), (480, 360), (640, 480), (854, 480), (256, 340))
SIZE_SHARES = (0.25, 0.16, 0.14, 0.1, 0.12, 0.08, 0.06, 0.03, 0.02, 0.04)


class Clip:
    """The same seed gives the same scene and camera under every label, and the same pictures always.

    size: (width, height), or None for a random one. Without `delivered` no codec is applied, for pictures
    that are about to go into a real encoder.
    """

    seen = {}

    def __init__(self, label, seed, size=None, delivered=True, scene=None, overlays=None):
        place, trouble = np.random.default_rng((seed, 0)), np.random.default_rng((seed, 1 + LABELS.index(label)))
        self.label, self.seed = label, seed
        self.size = size or SIZES[int(place.choice(len(SIZES), p=SIZE_SHARES))]
        self.fault = FAULTS[label](trouble) if label in FAULTS else None
        self.has_scene = self.fault is None or self.fault.place != "source"
        self.scene = (scene or any_scene)(place) if self.has_scene else None
        self.camera = Camera(place, dark=getattr(self.scene, "is_dark", False), grainy=delivered)
        if overlays is not None:
            self.overlays = overlays
        elif self.has_scene:
            self.overlays = any_overlays(place)
        else:
            # A recorder's clock stays when the picture is gone; test patterns and slates bring their own text.
            self.overlays = [Clock(place)] if label in ("black", "uniform") and place.random() < 0.3 else []
        self.delivery = Delivery(trouble) if delivered else None

    def _seen(self, t):
        """What the camera sees; kept once for the labels that come next, as they share it."""
        key = (self.seed, self.size, t, type(self.scene))
        if key not in Clip.seen:
            Clip.seen = {key: self.camera.look(self.scene.picture(self.size, t))}
        return Clip.seen[key]

    def picture(self, t):
        """uint8, H x W x 3, at `t` seconds."""
        rng = np.random.default_rng((self.seed, 99, int(round(t * 1000))))
        place = self.fault.place if self.fault else None
        if place == "source":
            picture = self.fault.apply(np.zeros((self.size[1], self.size[0], 3), np.float32), t, rng)
        else:
            picture = self._seen(t)
            if place == "light":
                picture = self.fault.apply(picture, t, rng)
            picture = self.camera.add_grain(picture, rng)
        picture = to_bytes(picture)
        for overlay in self.overlays:
            picture = overlay.apply(picture, t)
        if place == "signal":
            picture = to_bytes(self.fault.apply(picture.astype(np.float32) / 255, t, rng))
        return self.delivery(picture) if self.delivery else picture
