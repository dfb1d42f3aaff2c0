"""Ways in which a picture goes wrong, by the name of the class they teach."""

from faults.black import Black
from faults.blocky import Blocky
from faults.blurred import Blurred
from faults.color_bars import ColorBars
from faults.noise import Noise
from faults.overexposed import Overexposed
from faults.text_slate import TextSlate
from faults.underexposed import Underexposed
from faults.uniform import Uniform

FAULTS = {
    "black": Black,
    "uniform": Uniform,
    "color-bars": ColorBars,
    "noise": Noise,
    "blurred": Blurred,
    "overexposed": Overexposed,
    "underexposed": Underexposed,
    "blocky": Blocky,
    "text-slate": TextSlate,
}
