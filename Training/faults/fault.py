"""What every fault has in common."""


class Fault:
    """One way in which a picture goes wrong. Made from random numbers once, then applied to each picture.

    place says where it happens on the way from scene to viewer:
      "source"  there is no scene; the fault draws the whole picture,
      "light"   before the sensor adds grain and equipment burns in its overlays,
      "signal"  after the overlays, in transmission.
    A picture is float32, H x W x 3, 0..1. `rng` is for what changes from picture to picture.
    """

    place = "light"

    def apply(self, picture, t, rng):
        raise NotImplementedError
