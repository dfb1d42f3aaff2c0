"""Tensors from their names alone. SeededWeights.swift repeats them bit for bit, so weights need not be stored."""
import math

import numpy as np
import torch

MASK = (1 << 64) - 1


def fnv1a(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def uniform(name, count):
    """`count` floats in [0, 1), 24 bits each: SplitMix64 started at the hash of the name."""
    with np.errstate(over="ignore"):
        index = np.arange(1, count + 1, dtype=np.uint64)
        z = np.uint64(fnv1a(name)) + index * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float32) / np.float32(1 << 24)


def seeded(name, shape):
    """A tensor's values from its name alone: Kaiming uniform (fan in) for weights, statistics that are not
    trivial for batch normalisation."""
    values = uniform(name, math.prod(shape)).reshape(shape)
    kind = name.rsplit(".", 1)[1]
    if len(shape) > 1:
        bound = np.float32(math.sqrt(6 / math.prod(shape[1:])))
        return (values * np.float32(2) - np.float32(1)) * bound
    if kind in ("running_var", "weight"):
        return values + np.float32(0.5)
    return values - np.float32(0.5)


def fill(model):
    state = {}
    for name, tensor in model.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            state[name] = seeded(name, tuple(tensor.shape))
    model.load_state_dict({k: torch.from_numpy(v) for k, v in state.items()}, strict=False)
    return state
