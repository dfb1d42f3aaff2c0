"""Random fields whose spectrum falls like that of natural surfaces."""

import numpy as np
import scipy.fft


def spectral_field(rng, shape, slope):
    """A periodic field, mean 0 and deviation 1, with amplitude ~ 1 / frequency ** slope.

    shape: (rows, columns). Because it is periodic, np.roll moves it without a seam.
    """
    white = rng.standard_normal(shape, dtype=np.float32)
    spectrum = scipy.fft.rfft2(white)
    vertical = scipy.fft.fftfreq(shape[0]).astype(np.float32)[:, None]
    horizontal = scipy.fft.rfftfreq(shape[1]).astype(np.float32)[None, :]
    frequency = np.hypot(vertical, horizontal)
    frequency[0, 0] = np.inf
    field = scipy.fft.irfft2(spectrum * frequency ** np.float32(-slope), s=shape)
    return (field / (field.std() + 1e-9)).astype(np.float32)


def field_for(rng, size, slope):
    """A spectral field that covers `size` (width, height), of lengths that transform fast."""
    width, height = size
    shape = (scipy.fft.next_fast_len(height, real=True), scipy.fft.next_fast_len(width, real=True))
    return spectral_field(rng, shape, slope)[:height, :width]
