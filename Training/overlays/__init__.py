"""What equipment burns into a picture: a clock, a logo, a caption."""

from overlays.caption import Caption
from overlays.clock import Clock
from overlays.logo import Logo


def any_overlays(rng):
    """Zero or more overlays for a picture with a scene in it."""
    chances = ((Clock, 0.45), (Logo, 0.2), (Caption, 0.12))
    return [kind(rng) for kind, chance in chances if rng.random() < chance]
