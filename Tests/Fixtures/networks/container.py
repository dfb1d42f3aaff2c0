"""safetensors files, written so that the same answers are the same bytes: the metadata in the order given (the
safetensors package's order differs from run to run), the tensors, all float32, by name."""
import json
import struct

import numpy as np


def write(path, tensors, metadata):
    header, parts, end = {"__metadata__": metadata}, [], 0
    for name in sorted(tensors):
        data = np.ascontiguousarray(tensors[name], dtype="<f4").tobytes()
        header[name] = {
            "dtype": "F32", "shape": list(tensors[name].shape), "data_offsets": [end, end + len(data)]}
        parts.append(data)
        end += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))
