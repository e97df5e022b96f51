"""Surveys as tables, and the same survey through frames as by the program at once."""

from __future__ import annotations

import csv
import json
import pathlib
import subprocess
from typing import Any

import pytest

import headscope

HEADER = {"headscope-survey": 1, "model": "tiny", "layers": 1, "heads": 1, "numbers": ["entropy", "nsubj"]}
ENTROPY = {"layer": 0, "head": 0, "number": "entropy", "n": 2, "mean": 1.5, "low": 1, "high": 2.0, "deviation": 0.5,
           "q05": 1, "q25": 1.25, "q50": 1.5, "q75": 1.75, "q95": 2, "for": [{"sentence": 0, "value": 2}]}  # fmt: skip
NSUBJ = {"layer": 0, "head": 0, "number": "nsubj", "n": 3, "mean": 0.5, "low": 0.25, "high": 0.75, "offset": -1,
         "baseline": 0.25, "differenceLow": 0.1, "differenceHigh": 0.5, "p": 0.01, "control": 0.2}  # fmt: skip
OTHERS: list[dict[str, Any]] = [
    {"sentence": 0, "id": "a", "text": "The \u2028cat"},
    {"layer": 0, "head": 0, "pattern": "previous", "counts": {"previous": 2}},
    {"group": "9-16", "sentences": 1},
    {"layer": 0, "head": 0, "x": 0, "y": 0, "distancesOf": 2, "distances": [0]},
    {"of a later version": True},
]
STATE = '{"state":"' + "A" * 100 + '"}'


def write(path: pathlib.Path, *lines: Any) -> pathlib.Path:
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), "utf-8")
    return path


@pytest.fixture
def small(tmp_path: pathlib.Path) -> pathlib.Path:
    return write(
        tmp_path / "a.survey", HEADER, OTHERS[0], ENTROPY, NSUBJ, *OTHERS[1:3], {**ENTROPY, "group": "9-16"}, *OTHERS[3:], STATE
    )


def test_every_number_is_a_row(small: pathlib.Path) -> None:
    table = headscope.survey(small, frame=False)
    assert table["group"] == [None, None, "9-16"]
    assert table["number"] == ["entropy", "nsubj", "entropy"]
    assert table["layer"] == table["head"] == [0, 0, 0] and table["n"] == [2, 3, 2]
    assert table["low"] == [1.0, 0.25, 1.0] and type(table["low"][0]) is float
    assert table["q95"] == [2.0, None, 2.0] and table["offset"] == [None, -1, None]


def test_a_data_frame_has_the_same(small: pathlib.Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = headscope.survey(small)
    assert isinstance(frame, pandas.DataFrame) and frame.attrs["header"] == HEADER
    columns = headscope.survey(small, frame=False)
    assert list(frame.columns) == list(columns)
    for name, values in columns.items():
        assert [None if pandas.isna(value) else value for value in frame[name]] == values
    assert frame["offset"].dtype == "Int64" and frame["q05"].dtype == "float64"
    assert frame[frame.number == "nsubj"].nlargest(1, "mean")["baseline"].item() == 0.25


def test_parquet_has_the_same(small: pathlib.Path, tmp_path: pathlib.Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    headscope.to_parquet(small, tmp_path / "a.parquet")
    table = parquet.read_table(tmp_path / "a.parquet")
    assert table.to_pydict() == headscope.survey(small, frame=False)
    assert json.loads(table.schema.metadata[b"headscope-survey"]) == HEADER
    assert str(table.schema.field("n").type) == "int64" and str(table.schema.field("p").type) == "double"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "it is empty"),
        (["[1]"], 'it is no survey: the first line has no "headscope-survey"'),
        ([{"headscope-survey": 2}], "it has version 2 of the format, and this package reads version 1"),
        ([HEADER, "{"], "line 2: it is no JSON: "),
        ([HEADER, '"\udc00"'], "line 2: it is no JSON: "),
        ([HEADER, OTHERS[0], {**ENTROPY, "mean": "high"}], 'line 3: "mean" should be a number'),
        ([HEADER, {**ENTROPY, "n": 1.5}], 'line 2: "n" should be a whole number'),
        ([HEADER, {**ENTROPY, "head": True}], 'line 2: "head" should be a whole number'),
        ([HEADER, {**ENTROPY, "number": 3}], 'line 2: "number" should be a text'),
    ],
)
def test_what_is_wrong_is_said(tmp_path: pathlib.Path, lines: list[Any], words: str) -> None:
    path = tmp_path / "a.survey"
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(headscope.HeadscopeError) as caught:
        headscope.survey(path)
    assert str(caught.value).startswith(f"{path}: {words}") and "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: pathlib.Path) -> None:
    with pytest.raises(headscope.HeadscopeError, match="a.survey cannot be read: No such file"):
        headscope.survey(tmp_path / "a.survey")


def test_the_table_is_that_of_the_program(real_program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    write(corpus, *({"id": number, "text": text} for number, text in enumerate(sentences())))
    path = tmp_path / "a.survey"
    run("survey", corpus, "--model", "tiny", "--by", "length", "-o", path)
    rows = list(csv.DictReader(run("survey", "show", path, "--format", "csv").splitlines()))
    columns = headscope.survey(path, frame=False)
    assert list(rows[0]) == list(columns) and len(rows) == len(columns["mean"]) > 2 * 3 * 20
    assert {"1-8", None} <= set(columns["group"])

    # The program sorts rows by head within groups, the file numbers within heads, too: the same order.
    for index, row in enumerate(rows):
        for name, cell in row.items():
            value = columns[name][index]
            assert cell == ("" if value is None else cell) and (value is None or type(value)(cell) == value), (index, name)


def test_frames_give_the_bytes_of_one_run(real_program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    pandas = pytest.importorskip("pandas")
    corpus = tmp_path / "corpus.jsonl"
    rows = [{"id": number, "text": text} for number, text in enumerate(sentences())]
    write(corpus, *rows)
    run("survey", corpus, "--model", "tiny", "--seed", "3", "-o", tmp_path / "one.survey")
    frame = pandas.DataFrame(rows)
    parts = [
        part
        for start in (0, 30, 31)
        for found in headscope.survey_map([frame[start::60], frame[start + 5 :: 60]][: 1 + (start == 0)], model="tiny", options=["--seed=3"])
        for part in found["part"]
    ]
    with pytest.raises(headscope.HeadscopeError, match="^part 4: .* in more than one part"):
        headscope.survey_merge([*parts, parts[1]], tmp_path / "double.survey", options=["--model=tiny"])
    assert not (tmp_path / "double.survey").exists()
    rest = frame.drop([number for start in (0, 5, 30, 31) for number in frame.index[start::60]])
    (found,) = headscope.survey_map([rest], model="tiny", options=["--seed=3"])
    headscope.survey_merge([*found["part"], *reversed(parts)], tmp_path / "parts.survey", options=["--model=tiny"])
    assert (tmp_path / "parts.survey").read_bytes() == (tmp_path / "one.survey").read_bytes()


def sentences() -> list[str]:
    words = "The cat ran and a dog sat on the mat because it was tired".split()
    return [" ".join(words[number % 5 :][: 1 + number % 12]) for number in range(120)]


def run(*command: object) -> str:
    done = subprocess.run([headscope.program(), *map(str, command)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
