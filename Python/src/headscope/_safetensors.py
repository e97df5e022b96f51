"""Safetensors files, as simple as they are: a JSON header, then the numbers (https://huggingface.co/docs/safetensors)."""

from __future__ import annotations

import json
import os
import struct
import tempfile
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Union

from ._arrays import Numbers
from ._errors import HeadscopeError

__all__ = ["Integers", "read_header", "write"]


@dataclass(frozen=True)
class Integers:
    """A small matrix of whole numbers, or a vector of them: an attention mask."""

    shape: tuple[int, ...]
    values: Sequence[int]

    def chunks(self) -> Iterator[bytes]:
        """Give the numbers as little-endian int64."""
        yield struct.pack(f"<{len(self.values)}q", *self.values)


def write(
    path: Union[str, "os.PathLike[str]"], arrays: Mapping[str, Union[Numbers, Integers]], metadata: Mapping[str, str]
) -> None:
    """Write a file, which takes its place when all of it is there."""
    header: dict[str, Any] = {"__metadata__": dict(metadata)}
    place = 0
    for name, values in arrays.items():
        size = values.nbytes if isinstance(values, Numbers) else 8 * len(values.values)
        header[name] = {
            "dtype": "F32" if isinstance(values, Numbers) else "I64",
            "shape": list(values.shape),
            "data_offsets": [place, place + size],
        }
        place += size
    words = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    words += b" " * (-len(words) % 8)
    target = os.fspath(path)
    try:
        folder = os.path.dirname(os.path.abspath(target))
        descriptor, unfinished = tempfile.mkstemp(prefix=".headscope-", suffix=".tmp", dir=folder)
    except OSError as error:
        raise HeadscopeError(f"{target}: cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(struct.pack("<Q", len(words)))
            file.write(words)
            _write_numbers(file, arrays)
        # As any new file has them; a temporary one is for its owner alone.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(unfinished, 0o666 & ~mask)
        os.replace(unfinished, target)
    except BaseException as error:
        os.unlink(unfinished)
        if isinstance(error, OSError):
            raise HeadscopeError(f"{target}: cannot be written: {error.strerror}") from error
        raise


def _write_numbers(file: BinaryIO, arrays: Mapping[str, Union[Numbers, Integers]]) -> None:
    for values in arrays.values():
        if isinstance(values, Integers):
            file.writelines(values.chunks())
            continue
        written = 0
        for piece in values.float32():
            file.write(piece)
            written += len(piece)
        if written != values.nbytes:
            raise HeadscopeError(f"{values.label}: gave {written} bytes, its shape {list(values.shape)} says {values.nbytes}")


def read_header(data: bytes) -> tuple[dict[str, Any], int]:
    """Return the header of a file, and where its numbers begin."""
    (length,) = struct.unpack_from("<Q", data)
    return json.loads(data[8 : 8 + length]), 8 + length


assert array("f").itemsize == 4
