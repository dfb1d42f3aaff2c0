"""The photographs and what ffmpeg does to them: the same always, and each label true."""

import unittest

import numpy as np
from camera import luma
from foreign import streams
from foreign.faults import FAULTS, MESSAGES, SEVERITIES
from foreign.filters import filtered
from foreign.photographs import COLLECTIONS, CUTS, SIZE, Collection, cuts
from labels import LABELS
from words import NOTICES


def brightness(picture):
    return luma(picture.astype(np.float32) / 255)


class ForeignTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cuts = list(cuts())

    def test_ten_photographs_four_cuts_each(self):
        self.assertEqual(len(self.cuts), len(COLLECTIONS["test"].names) * CUTS)
        self.assertEqual(len(self.cuts), 40)
        self.assertEqual({cut.picture.shape for cut in self.cuts}, {(SIZE[1], SIZE[0], 3)})

    def test_collections_share_no_photograph(self):
        names = [name for collection in COLLECTIONS.values() for name in collection.names]
        self.assertEqual((len(names), len(set(names))), (38, 38))

    def test_a_photograph_that_is_not_there_is_named(self):
        absent = Collection("out/nowhere", ("a.jpg",), 1)
        self.assertFalse(absent.available())
        with self.assertRaisesRegex(FileNotFoundError, "^a.jpg is not in out/nowhere: run `make opencv`$"):
            absent.path("a.jpg")

    def test_every_class_at_every_severity_is_a_picture_and_the_same_again(self):
        self.assertEqual(tuple(FAULTS), LABELS)
        for label, fault in FAULTS.items():
            for severity in range(len(SEVERITIES)):
                first, second = (fault(self.cuts[5].picture, severity, 2) for _ in range(2))
                self.assertEqual((first.shape, first.dtype), ((SIZE[1], SIZE[0], 3), np.uint8), label)
                self.assertTrue(np.array_equal(first, second), label)

    def test_a_worse_blur_has_less_detail(self):
        for turn in range(4):
            detail = [np.abs(np.diff(brightness(FAULTS["blurred"](self.cuts[0].picture, severity, turn)), axis=1)).mean() for severity in range(3)]
            self.assertGreater(detail[0], detail[1] * 1.2, turn)
            self.assertGreater(detail[1], detail[2] * 1.2, turn)

    def test_a_clear_overexposure_clips_half_and_an_underexposure_has_its_mean(self):
        for turn in range(4):
            bright = brightness(FAULTS["overexposed"](self.cuts[12].picture, 1, turn))
            self.assertGreater((bright > 0.85).mean(), 0.35, turn)
            self.assertAlmostEqual(brightness(FAULTS["underexposed"](self.cuts[12].picture, 1, turn)).mean(), 0.065, delta=0.02)

    def test_noise_deviates_as_its_severity_says(self):
        grey = np.full((288, 384, 3), 128, np.uint8)
        self.assertEqual([round(float(FAULTS["noise"](grey, severity, 0).std() / 255), 2) for severity in range(3)], [0.05, 0.13, 0.22])

    def test_coarse_quantisers_reach_the_encoders(self):
        cut = self.cuts[8].picture
        for codec in (streams.mpeg2, streams.mjpeg):
            fine, coarse = (np.abs(codec(cut, quantiser).astype(int) - cut).mean() for quantiser in (2, 31))
            self.assertGreater(coarse, 2 * fine, codec.__name__)

    def test_lost_data_spoils_about_as_much_as_asked(self):
        for codec in ("libx264", "mpeg2video"):
            picture, found = streams.lost(self.cuts[36].picture, codec, 0.35, 4)
            self.assertEqual(picture.shape, (288, 384, 3))
            self.assertGreater(found, 0.15, codec)
            self.assertLess(found, 0.7, codec)

    def test_a_picture_that_was_sent_has_no_damage(self):
        sent = np.stack([self.cuts[0].picture, self.cuts[1].picture])
        self.assertEqual(streams.damage(sent[1], streams.block_means(sent)), 0.0)

    def test_filters_follow_one_another(self):
        grey = np.full((32, 48, 3), 100, np.uint8)
        self.assertEqual(filtered(grey, "scale=24:16,vflip").shape, (16, 24, 3))

    def test_the_generator_uses_other_words(self):
        self.assertEqual(set(MESSAGES) & set(NOTICES), set())
