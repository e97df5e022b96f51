"""Surveying a part of a corpus where it lies: the pieces that Spark, or anything else that carries rows, needs."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, Optional

from ._errors import HeadscopeError
from ._optional import needed
from ._program import program
from ._run import finished, run

__all__ = ["survey_map", "survey_merge"]


def survey_map(
    frames: Iterable[Any],
    *,
    model: Optional[str] = None,
    options: Sequence[str] = (),
    text: str = "text",
    id: str = "id",
    label: Optional[str] = None,
) -> Iterator[Any]:
    """Survey the sentences of data frames: what ``headscope survey map`` does with lines, for Spark's ``mapInPandas``.

    >>> parts = sentences.mapInPandas(headscope.survey_map, "part string")                    # doctest: +SKIP
    >>> headscope.survey_merge((row.part for row in parts.toLocalIterator()), "news.survey")  # doctest: +SKIP

    ``functools.partial(headscope.survey_map, model="...")`` is the function with other options. The program reads the frames while
    they come, so a partition may be larger than memory.

    :param frames: data frames of pandas with a sentence a row.
    :param model: as in :func:`attention`; every worker has to have it.
    :param options: further options of ``headscope survey map``.
    :param text: the column with the sentences.
    :param id: the column with what tells each sentence from all others of the corpus: whatever is computed from a sentence is counted
        under it, so two sentences must not have the same one, and one that is computed again has to have the same one again.
    :param label: the column with what ``--by label`` groups them by.
    :return: one data frame with one row and the column ``part``, the partial survey; none, where there are no sentences.
    :raises HeadscopeError: with the program's line, where it fails.
    """
    pandas = needed("pandas", "survey_map")
    columns = {"id": id, "text": text} if label is None else {"id": id, "text": text, "label": label}
    command = [program(), "survey", "map", *([] if model is None else [f"--model={os.fspath(model)}"]), *options]
    # What it writes goes into files: a pipe that nobody reads would stop it.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process: Optional[subprocess.Popen[bytes]] = None
        try:
            for frame in frames:
                lines = _lines(frame, columns)
                if not lines:
                    continue
                if process is None:
                    process = _start(command, output, errors)
                assert process.stdin is not None
                # A program that has failed does not read to the end, and says why.
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.write(lines)
            if process is None:
                return
            assert process.stdin is not None
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            process.wait()
        except BaseException:
            if process is not None:
                process.kill()
                process.wait()
            raise
        errors.seek(0)
        finished(process.returncode, errors.read())
        output.seek(0)
        part = output.read().decode("utf-8").rstrip("\n")
    yield pandas.DataFrame({"part": [part]})


def survey_merge(parts: Iterable[str], path: str | os.PathLike[str], *, options: Sequence[str] = ()) -> None:
    """Merge partial surveys into a file that the explorer and :func:`survey` read: ``headscope survey merge``.

    In whatever order they come, and however the corpus was split, the file has the same bytes; a sentence or a part that is
    there twice is refused.

    :param parts: what :func:`survey_map` gave, or lines that ``headscope survey map`` wrote.
    :param path: the file to write.
    :param options: further options of ``headscope survey merge``.
    :raises HeadscopeError: with the program's line, where it fails.
    """
    with tempfile.TemporaryDirectory(prefix="headscope-") as folder:
        # The program reads a file at a time into memory: so each part has one of its own.
        files: list[str] = []
        for part in parts:
            files.append(os.path.join(folder, f"part {len(files) + 1}"))
            with open(files[-1], "w", encoding="utf-8", newline="\n") as file:
                file.write(f"{part}\n")
        if not files:
            raise HeadscopeError("there is no part to merge")
        try:
            run(["survey", "merge", *options, "-o", os.fspath(path), "--", *files])
        except HeadscopeError as error:
            raise HeadscopeError(str(error).replace(f"{folder}/", "")) from None


def _start(command: list[str], output: IO[bytes], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=errors)
    except (OSError, ValueError) as error:
        raise HeadscopeError(f"{command[0]} cannot be run: {error}") from error


def _lines(frame: Any, columns: dict[str, str]) -> bytes:
    """Write a frame as JSON Lines."""
    for column in columns.values():
        if column not in frame:
            raise HeadscopeError(f"the data frame has no column '{column}': it has {', '.join(map(str, frame.columns))}")
    for key in ("id", "text"):
        missing = int(frame[columns[key]].isna().sum())
        if missing:
            raise HeadscopeError(f"the column '{columns[key]}' has no value in {missing} of {len(frame)} rows")
    lines = [
        json.dumps(dict(zip(columns, map(str, row))), ensure_ascii=False, separators=(",", ":")) + "\n"
        for row in zip(*(frame[column] for column in columns.values()))
    ]
    # A text that is no Unicode is the program's to judge.
    return "".join(lines).encode("utf-8", "surrogatepass")
