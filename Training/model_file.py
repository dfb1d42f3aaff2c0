"""Reads a model file back into a network, as a reader who only has the file would."""

import json

from labels import LABELS
from network import ShuffleNetV2
from safetensors import safe_open


def read_network(path):
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
        state = {key: file.get_tensor(key).float() for key in file.keys()}
    architecture = json.loads(metadata["architecture"])
    assert json.loads(metadata["labels"]) == list(LABELS), "the model's labels differ from labels.py"
    network = ShuffleNetV2(architecture["classes"], architecture["stage_repeats"], architecture["channels"])
    missing, unexpected = network.load_state_dict(state, strict=False)
    assert not unexpected and all(key.endswith("num_batches_tracked") for key in missing), (missing, unexpected)
    return network.eval()
