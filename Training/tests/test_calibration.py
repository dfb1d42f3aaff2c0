"""Calibration: exact errors of small examples, and a temperature that is known."""

import unittest

import numpy as np
import torch
from calibrate import fold
from calibration import calibration_error, reliability, reluctance, temperature
from labels import LABELS
from network import ShuffleNetV2
from train import average, renew_statistics


class CalibrationTests(unittest.TestCase):
    def test_bins_and_error_of_four_answers(self):
        probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [0.45, 0.55]])
        labels = np.array([0, 1, 1, 1])
        rows = [(count, round(sure, 3), right) for _, _, count, sure, right in reliability(probabilities, labels, bins=10)]
        self.assertEqual(rows, [(2, 0.575, 1.0), (2, 0.9, 0.5)])
        self.assertAlmostEqual(calibration_error(probabilities, labels, bins=10), (2 * 0.425 + 2 * 0.4) / 4)

    def test_a_certain_answer_is_in_the_last_bin(self):
        self.assertEqual(list(reliability(np.array([[1.0, 0.0]]), np.array([0]), bins=15)), [(14 / 15, 1.0, 1, 1.0, 1.0)])

    def test_temperature_of_answers_that_are_too_sure(self):
        # Three of four right asks for odds of three to one; logits 2 ln 3 apart are twice too sure.
        logits = np.array([[2 * np.log(3), 0.0]] * 4)
        self.assertAlmostEqual(temperature(logits, np.array([0, 0, 0, 1])), 2.0, places=3)

    def test_reluctance_of_each_class_is_no_more_than_its_alarms_ask_for(self):
        # Of eight good pictures one is called the first fault by 0.6, one by 1.1, and one the second by 0.3.
        healthy = np.array([[2.0, 0.0, 0.0]] * 5 + [[0.0, 0.6, 0.0], [0.0, 1.1, 0.0], [0.0, 0.0, 0.3]])
        for alarms, expected in ((0.25, [0, 0, 0]), (0.125, [0, -0.75, 0]), (0.0, [0, -1.25, -0.5])):
            self.assertEqual(reluctance(healthy, 0, alarms).tolist(), expected, alarms)
        self.assertEqual(reluctance(healthy, 0, 0.0, most=1.0).tolist(), [0, -1.0, -0.5])

    def test_reluctance_of_one_class_may_uncover_another(self):
        healthy = np.array([[0.0, 0.6, 0.5]] * 4)
        self.assertEqual(reluctance(healthy, 0, 0.0).tolist(), [0, -0.75, -0.5])

    def test_what_is_folded_in_shifts_and_divides_logits(self):
        torch.manual_seed(5)
        network = ShuffleNetV2(len(LABELS)).eval()
        torch.nn.init.normal_(network.fc.bias)
        x, shifts = torch.randn(2, 3, 224, 224), -np.arange(10.0)
        with torch.inference_mode():
            before = network(x)
        fold(network, shifts, 1.25)
        with torch.inference_mode():
            self.assertTrue(torch.allclose(network(x), (before + torch.from_numpy(shifts).float()) / 1.25, atol=1e-5))

    def test_the_first_step_of_an_average_is_the_network_and_the_second_halfway(self):
        networks = [torch.nn.Linear(1, 1, bias=False) for _ in range(2)]
        mean, network = networks
        with torch.no_grad():
            network.weight.fill_(4.0)
            average(mean, network, 0)
            self.assertEqual(mean.weight.item(), 4.0)
            network.weight.fill_(2.0)
            average(mean, network, 1)
            self.assertEqual(mean.weight.item(), 3.0)

    def test_renewed_statistics_are_those_of_the_data(self):
        network = torch.nn.Sequential(torch.nn.BatchNorm2d(3))
        grey = np.full((4, 240, 240, 3), 255, np.uint8)
        renew_statistics(network, grey, Still(), count=4, size=2)
        white = (1 - np.array((0.485, 0.456, 0.406))) / np.array((0.229, 0.224, 0.225))
        self.assertTrue(np.allclose(network[0].running_mean.numpy(), white, atol=2e-3))
        self.assertFalse(network.training)


class Still:
    """Random numbers that leave a picture as it is."""

    def permutation(self, count):
        return np.arange(count)

    def integers(self, low, high, size=None):
        return low if size is None else np.full(size, low)

    def random(self):
        return 0.99
