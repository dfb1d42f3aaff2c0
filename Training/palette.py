"""Colours of things: tuples of red, green, blue in 0..1."""

import colorsys


def _hsv(hue, saturation, value):
    return colorsys.hsv_to_rgb(hue % 1.0, min(max(saturation, 0.0), 1.0), min(max(value, 0.0), 1.0))


def foliage(rng):
    return _hsv(rng.uniform(0.17, 0.38), rng.uniform(0.25, 0.7), rng.uniform(0.15, 0.55))


def earth(rng):
    return _hsv(rng.uniform(0.04, 0.14), rng.uniform(0.15, 0.5), rng.uniform(0.25, 0.7))


def asphalt(rng):
    return _hsv(rng.uniform(0.0, 1.0), rng.uniform(0.0, 0.08), rng.uniform(0.22, 0.5))


def masonry(rng):
    return _hsv(rng.uniform(0.0, 0.15), rng.uniform(0.05, 0.45), rng.uniform(0.35, 0.85))


def interior(rng):
    return _hsv(rng.uniform(0.0, 1.0), rng.uniform(0.02, 0.25), rng.uniform(0.45, 0.9))


def paint(rng):
    """A car's or a sign's finish: often grey, sometimes bright."""
    if rng.random() < 0.5:
        return _hsv(rng.random(), rng.uniform(0.0, 0.1), rng.uniform(0.1, 0.95))
    return _hsv(rng.random(), rng.uniform(0.4, 0.9), rng.uniform(0.25, 0.85))


def cloth(rng):
    return _hsv(rng.random(), rng.uniform(0.0, 0.75), rng.uniform(0.08, 0.85))


def skin(rng):
    return _hsv(rng.uniform(0.03, 0.09), rng.uniform(0.25, 0.55), rng.uniform(0.3, 0.92))


def sky(rng):
    """Colours at the zenith and at the horizon."""
    kind = rng.random()
    if kind < 0.55:
        hue = rng.uniform(0.54, 0.62)
        return _hsv(hue, rng.uniform(0.3, 0.7), rng.uniform(0.5, 0.85)), _hsv(hue, rng.uniform(0.05, 0.3), rng.uniform(0.75, 0.95))
    if kind < 0.85:
        grey = rng.uniform(0.5, 0.8)
        return _hsv(0.6, 0.05, grey), _hsv(0.6, 0.03, grey + 0.1)
    return _hsv(rng.uniform(0.6, 0.75), 0.45, rng.uniform(0.3, 0.6)), _hsv(rng.uniform(0.02, 0.1), rng.uniform(0.4, 0.7), 0.9)


def vivid(rng):
    return _hsv(rng.random(), rng.uniform(0.5, 1.0), rng.uniform(0.5, 1.0))


def any_colour(rng):
    return tuple(float(v) for v in rng.uniform(0.03, 0.97, 3))


def shade(colour, factor):
    """The same colour under more (factor > 1) or less light."""
    return tuple(min(max(v * factor, 0.0), 1.0) for v in colour)


def mix(one, other, share):
    return tuple(a + (b - a) * share for a, b in zip(one, other))
