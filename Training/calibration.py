"""Whether a confidence means what it says, and the temperature that makes it so."""

import numpy as np
import torch

BINS = 15


def reliability(probabilities, labels, bins=BINS):
    """(lower edge, upper edge, answers, mean confidence, share right) of each bin of confidence that has answers."""
    confidence, right = probabilities.max(1), probabilities.argmax(1) == labels
    bin_of = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    for number in range(bins):
        inside = bin_of == number
        if inside.any():
            yield number / bins, (number + 1) / bins, int(inside.sum()), float(confidence[inside].mean()), float(right[inside].mean())


def calibration_error(probabilities, labels, bins=BINS):
    """The expected calibration error: how far confidence and accuracy are apart, weighed by answers."""
    return sum(count * abs(sure - right) for _, _, count, sure, right in reliability(probabilities, labels, bins)) / len(labels)


def temperature(logits, labels):
    """What to divide logits by so that the likelihood of `labels` is largest."""
    logits, labels = torch.as_tensor(logits, dtype=torch.float64), torch.as_tensor(labels)
    log = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([log], max_iter=100, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(logits / log.exp(), labels)
        loss.backward()
        return loss

    optimiser.step(closure)
    return float(log.detach().exp())


def reluctance(healthy, good, alarms=0.005, step=0.25, most=3.0):
    """What to add to each class's logit so that none but `good` is the answer for more than `alarms` of healthy pictures.

    healthy: their logits, N x classes. In steps down, of the class with the most alarms first, and none by more than `most`:
    what would need more is no matter of reluctance. Pictures are good most of the time, much more often than among the
    frames of a training, so an answer that cries wolf has to be surer than they make it; and where a class shares few
    pictures with the good ones, no fault is missed for another class's sake.
    """
    logits, shifts = np.array(healthy, dtype=np.float64), np.zeros(healthy.shape[1])
    while True:
        shares = np.bincount((logits + shifts).argmax(1), minlength=len(shifts)) / len(logits)
        shares[good] = 0
        shares[shifts <= -most] = 0
        worst = int(shares.argmax())
        if shares[worst] <= alarms:
            return shifts
        shifts[worst] -= step
