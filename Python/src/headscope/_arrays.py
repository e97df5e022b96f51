"""Arrays of any library as float32, one after the other: nothing is converted before it is written."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Union

from ._errors import HeadscopeError

__all__ = ["Numbers", "nested", "shape_of"]


class Numbers:
    """An array of numbers that are asked for when they are written.

    ``value`` is a torch tensor, anything that numpy takes for an array, or nested lists of numbers. Of a torch tensor, only
    its own methods are used: torch is not imported here.
    """

    def __init__(self, value: Any, label: str) -> None:
        self._value = value
        self.label = label
        self.shape = shape_of(value, label)

    @property
    def nbytes(self) -> int:
        """How many bytes ``float32`` gives."""
        count = 4
        for extent in self.shape:
            count *= extent
        return count

    def float32(self) -> Iterator[bytes]:
        """Give the numbers as little-endian float32, in pieces: an item of the first axis each."""
        value = self._value
        for index in range(self.shape[0]):
            yield self._bytes(value[index], self.shape[1:])

    def _bytes(self, value: Any, shape: tuple[int, ...]) -> bytes:
        if hasattr(value, "detach"):
            value = value.detach().cpu().float().numpy()
        if hasattr(value, "__array__") or hasattr(value, "__array_interface__"):
            import numpy

            numbers = numpy.ascontiguousarray(value, dtype="<f4")
            if numbers.shape != shape:
                raise HeadscopeError(f"{self.label}: has an item of shape {list(numbers.shape)}, expected {list(shape)}")
            return numbers.tobytes()
        flat = array("f", flattened(value, shape, self.label))
        if sys.byteorder == "big":
            flat.byteswap()
        return flat.tobytes()


def nested(value: Any) -> bool:
    """Whether it is a list or a tuple, and not an array."""
    return isinstance(value, (list, tuple))


def shape_of(value: Any, label: str) -> tuple[int, ...]:
    """Return the shape of an array, or of nested lists."""
    shape = getattr(value, "shape", None)
    if shape is not None:
        return tuple(int(extent) for extent in shape)
    extents: list[int] = []
    while nested(value):
        extents.append(len(value))
        if not value:
            break
        value = value[0]
    inner = getattr(value, "shape", None)
    if inner is not None:
        return (*extents, *(int(extent) for extent in inner))
    if not extents:
        raise HeadscopeError(f"{label}: is a {type(value).__name__}, expected an array of numbers")
    return tuple(extents)


def flattened(value: Union[Sequence[Any], float], shape: tuple[int, ...], label: str) -> Iterable[float]:
    """Give the numbers of nested lists, which must have that shape."""
    if not shape:
        if not isinstance(value, (int, float)):
            raise HeadscopeError(f"{label}: holds a {type(value).__name__} where a number should be")
        yield float(value)
        return
    if not nested(value) or len(value) != shape[0]:  # type: ignore[arg-type]
        raise HeadscopeError(f"{label}: its lists do not all have the same lengths")
    for item in value:  # type: ignore[union-attr]
        yield from flattened(item, shape[1:], label)
