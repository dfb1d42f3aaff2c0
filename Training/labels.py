"""The ten classes, in the order of the network's outputs."""

LABELS = (
    "ok",
    "black",
    "uniform",
    "color-bars",
    "noise",
    "blurred",
    "overexposed",
    "underexposed",
    "blocky",
    "text-slate",
)
