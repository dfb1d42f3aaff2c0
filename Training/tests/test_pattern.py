"""Surfaces that repeat: shares of a colour, and all kinds of them."""

import unittest

import numpy as np
from pattern import KINDS, Pattern


class PatternTests(unittest.TestCase):
    def test_every_kind_has_two_colours_and_no_more_than_all_of_one(self):
        y, x = np.mgrid[0:256, 0:342].astype(np.float32) / 256
        seen = set()
        for seed in range(120):
            pattern = Pattern(np.random.default_rng(seed))
            share = pattern.at(x.ravel(), y.ravel())
            self.assertEqual((share.dtype, share.shape), (np.float32, (256 * 342,)))
            self.assertTrue(share.min() >= 0 and share.max() <= 1, pattern.kind)
            self.assertGreater(share.max() - share.min(), 0.1, pattern.kind)
            seen.add(pattern.kind)
        self.assertEqual(seen, set(KINDS))

    def test_stripes_are_as_wide_as_their_pitch(self):
        pattern = Pattern(np.random.default_rng(1))
        pattern.kind, pattern.pitch, pattern.angle, pattern.lean, pattern.wave, pattern.uneven, pattern.strength = "stripes", 0.1, 0.0, 0.0, 0.0, 0.0, 1.0
        down = np.arange(0.05, 1, 0.1).astype(np.float32)
        self.assertEqual(pattern.at(np.zeros_like(down), down).tolist(), [1, 0] * 5)
