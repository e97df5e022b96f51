"""Reading safetensors files in tests: by their description, with nothing of the package."""

from __future__ import annotations

import json
import pathlib
import struct
from typing import Any

import numpy


def read(path: "pathlib.Path | str") -> tuple[dict[str, Any], dict[str, str]]:
    """Return the arrays of a file, and its metadata; every byte of it must belong to something."""
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    assert length % 8 == 0
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    arrays, place = {}, 0
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        assert begin == place
        place = end
        kind = {"F32": "<f4", "I64": "<i8"}[entry["dtype"]]
        values = numpy.frombuffer(data[8 + length + begin : 8 + length + end], kind)
        arrays[name] = values.reshape(entry["shape"])
    assert 8 + length + place == len(data)
    assert all(isinstance(value, str) for value in metadata.values())
    return arrays, metadata
