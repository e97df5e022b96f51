"""Reading what ``headscope survey`` writes."""

from __future__ import annotations

import importlib.util
import json
import math
import os
from collections.abc import Iterator
from typing import Any, Optional, Union

from ._errors import HeadscopeError
from ._optional import needed

__all__ = ["survey", "to_parquet"]

_VERSION = 1
# The columns, as `headscope survey show --format csv` has them: which of them are whole numbers or text, and not fractions.
_TEXT = ("group", "number")
_WHOLE = ("layer", "head", "n", "offset")
_COLUMNS = (
    "group", "layer", "head", "number", "n", "mean", "low", "high", "deviation", "q05", "q25", "q50", "q75", "q95", "offset",
    "baseline", "differenceLow", "differenceHigh", "p", "control",
)  # fmt: skip
# Those that every line has.
_ALWAYS = ("layer", "head", "number", "n", "mean", "low", "high")


def survey(path: Union[str, os.PathLike[str]], *, frame: Optional[bool] = None) -> Any:
    """Read a survey as a table: a row for each head and number, and for each group of sentences where there are any.

    The columns are those of ``headscope survey show --format csv``: ``group`` (None: all sentences), ``layer`` and ``head`` (from 0),
    ``number`` (its name: ``entropy``, ``previous``, ``nsubj`` ...), ``n`` (how many sentences or relations), ``mean``, ``low`` and
    ``high`` (the 95 % interval), ``deviation`` and the quantiles ``q05`` to ``q95`` of a number of sentences; of a relation, where
    the mean is an accuracy, ``offset``, ``baseline``, ``differenceLow``, ``differenceHigh``, ``p`` and ``control``. The page on
    surveys says what they mean.

    >>> table = headscope.survey("news.survey")                                                # doctest: +SKIP
    >>> table[table.number == "nsubj"].nlargest(3, "mean")                                     # doctest: +SKIP
    >>> table[table.group.isna()].pivot(index=["layer", "head"], columns="number", values="mean")  # doctest: +SKIP

    :param frame: True: a data frame of pandas, whose ``attrs["header"]`` is the file's header; False: a dictionary of columns, each of
        them a list, with None where there is nothing; None: the first of them where pandas is installed.
    :raises HeadscopeError: where the file is no survey, with the line.
    """
    if frame is None:
        frame = importlib.util.find_spec("pandas") is not None
    if not frame:
        return _read(path)[1]
    pandas = needed("pandas", "survey")
    header, columns = _read(path)
    kinds = {name: "Int64" if name == "offset" else "int64" for name in _WHOLE}
    table = pandas.DataFrame(
        {
            name: pandas.array(values, dtype=kinds[name]) if name in kinds else values if name in _TEXT else
            pandas.array([math.nan if value is None else value for value in values], dtype="float64")
            for name, values in columns.items()
        }
    )  # fmt: skip
    table.attrs["header"] = header
    return table


def to_parquet(path: Union[str, os.PathLike[str]], parquet: Union[str, os.PathLike[str]]) -> None:
    """Write a survey as a Parquet file with the columns of :func:`survey`, for Spark, DuckDB, Arrow and R.

    The file's header is the metadata ``headscope-survey``, as JSON. It takes pyarrow.

    :param path: what ``headscope survey`` wrote.
    :param parquet: the file to write.
    :raises HeadscopeError: where the file is no survey, or there is no pyarrow.
    """
    pyarrow = needed("pyarrow", "to_parquet")
    writer = needed("pyarrow.parquet", "to_parquet")
    header, columns = _read(path)
    kinds = {name: pyarrow.string() if name in _TEXT else pyarrow.int64() if name in _WHOLE else pyarrow.float64() for name in columns}
    schema = pyarrow.schema(
        list(kinds.items()), metadata={"headscope-survey": json.dumps(header, ensure_ascii=False, separators=(",", ":"))}
    )
    writer.write_table(pyarrow.table(columns, schema=schema), os.fspath(parquet))


def _read(path: Union[str, os.PathLike[str]]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """Return the header and the columns."""
    columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    header: Optional[dict[str, Any]] = None
    for number, value in _values(path):
        if header is None:
            if not isinstance(value, dict) or "headscope-survey" not in value:
                raise HeadscopeError(f'{path}: it is no survey: the first line has no "headscope-survey"')
            if value["headscope-survey"] != _VERSION:
                raise HeadscopeError(
                    f"{path}: it has version {value['headscope-survey']} of the format, and this package reads version {_VERSION}"
                )
            header = value
            continue
        # Sentences, patterns, distances, and what a later version adds.
        if not isinstance(value, dict) or "number" not in value or "layer" not in value:
            continue
        row = {name: _checked(value.get(name), name) for name in _COLUMNS}
        if any(row[name] is None for name in _ALWAYS):
            missing = next(name for name in _ALWAYS if row[name] is None)
            raise HeadscopeError(f'{path}: line {number}: "{missing}" should be {_kind(missing)}')
        for name in _COLUMNS:
            columns[name].append(row[name])
    if header is None:
        raise HeadscopeError(f"{path}: it is empty")
    return header, columns


def _values(path: Union[str, os.PathLike[str]]) -> Iterator[tuple[int, Any]]:
    """Yield the lines that are not the state behind the numbers, and their numbers from 1."""
    try:
        with open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                if line.startswith(b'{"state":') or not line.strip():
                    continue
                try:
                    yield number, json.loads(line.decode("utf-8"))
                except ValueError as error:  # UnicodeDecodeError among them
                    raise HeadscopeError(f"{path}: line {number}: it is no JSON: {error}") from error
    except OSError as error:
        raise HeadscopeError(f"{path} cannot be read: {error.strerror or error}") from error


def _checked(value: Any, name: str) -> Any:
    """Return a value of a column; None where it is not there, or is none of that column."""
    if isinstance(value, bool):
        return None
    if name in _TEXT:
        return value if isinstance(value, str) else None
    if name in _WHOLE:
        return value if isinstance(value, int) else None
    return float(value) if isinstance(value, (int, float)) else None


def _kind(name: str) -> str:
    return "a text" if name in _TEXT else "a whole number" if name in _WHOLE else "a number"
