"""What survey_map and survey_merge ask of the program, with a stand-in: how lines reach it, and what becomes of failures."""

from __future__ import annotations

import json
import pathlib
import stat
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import headscope

pandas = pytest.importorskip("pandas")

#: A program that writes what it was given as its one line: `map` what it read, `merge` what is in its files.
STAND_IN = """#!{python}
import json, sys
arguments = sys.argv[1:]
if {fails!r}:
    sys.stdin.buffer.readline()
    print("headscope: note: one sentence was cut\\nheadscope: line 1 is wrong", file=sys.stderr)
    sys.exit(1)
if arguments[1] == "map":
    print(json.dumps(dict(arguments=arguments, lines=[json.loads(line) for line in sys.stdin.buffer])))
    print("headscope: note: no more", file=sys.stderr)
else:
    with open(arguments[arguments.index("-o") + 1], "w") as file:
        for path in arguments[arguments.index("--") + 1 :]: file.write(open(path).read())
"""


@pytest.fixture
def surveyor(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put a stand-in in the place of the program."""

    def make(*, fails: bool = False) -> None:
        program = tmp_path / "surveyor"
        program.write_text(STAND_IN.format(python=sys.executable, fails=fails))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("HEADSCOPE_PROGRAM", str(program))

    return make


def frame(*rows: tuple[Any, Any]) -> Any:
    return pandas.DataFrame(list(rows), columns=["id", "text"])


def test_rows_become_lines_and_the_answer_a_row(surveyor: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    surveyor()
    frames = [frame((7, "The cat ran"), (8, "Käse \u2028\n und \U0001f600")), frame(), frame(("last", "x"))]
    found = list(headscope.survey_map(iter(frames), model="tiny", options=["--seed", "3"]))
    assert len(found) == 1 and list(found[0].columns) == ["part"] and len(found[0]) == 1
    said = json.loads(found[0]["part"][0])
    assert said["arguments"] == ["survey", "map", "--model=tiny", "--seed", "3"]
    assert said["lines"] == [
        {"id": "7", "text": "The cat ran"},
        {"id": "8", "text": "Käse \u2028\n und \U0001f600"},
        {"id": "last", "text": "x"},
    ]
    assert capsys.readouterr().err == "headscope: note: no more\n"


def test_columns_have_any_name(surveyor: Callable[..., None]) -> None:
    surveyor()
    table = pandas.DataFrame({"key": ["a"], "sentence": ["The cat"], "source": ["news"], "more": [1.5]})
    (found,) = headscope.survey_map([table], text="sentence", id="key", label="source")
    assert json.loads(found["part"][0])["lines"] == [{"id": "a", "text": "The cat", "label": "news"}]


@pytest.mark.parametrize("frames", [[], ["empty"]])
def test_where_there_are_no_sentences_there_is_no_part(frames: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADSCOPE_PROGRAM", "/no/such/program")
    assert list(headscope.survey_map([frame()] if frames else [])) == []


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (lambda: frame(("a", "x"), ("b", None)), "the column 'text' has no value in 1 of 2 rows"),
        (lambda: frame((float("nan"), "x")), "the column 'id' has no value in 1 of 1 rows"),
        (lambda: pandas.DataFrame({"text": ["x"]}), "the data frame has no column 'id': it has text"),
    ],
)
def test_what_is_missing_is_named(surveyor: Callable[..., None], table: Callable[[], Any], words: str) -> None:
    surveyor()
    with pytest.raises(headscope.HeadscopeError) as caught:
        list(headscope.survey_map([frame(("before", "y")), table()]))
    assert str(caught.value) == words


def test_the_programs_line_is_the_exception_however_much_is_left(surveyor: Callable[..., None]) -> None:
    surveyor(fails=True)

    def frames() -> Iterator[Any]:
        for number in range(50):
            yield frame(*((f"{number}.{row}", "word " * 200) for row in range(50)))

    with pytest.raises(headscope.HeadscopeError, match="^line 1 is wrong$"):
        list(headscope.survey_map(frames()))


def test_a_failure_of_the_input_stays_what_it_is(surveyor: Callable[..., None]) -> None:
    surveyor()

    def frames() -> Iterator[Any]:
        yield frame(("a", "x"))
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(headscope.survey_map(frames()))


def test_there_may_be_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADSCOPE_PROGRAM", "/no/such/program")
    with pytest.raises(headscope.HeadscopeError, match="cannot be run"):
        list(headscope.survey_map([frame(("a", "x"))]))


def test_parts_are_merged_as_they_are(surveyor: Callable[..., None], tmp_path: pathlib.Path) -> None:
    surveyor()
    path = tmp_path / "--a.survey"
    headscope.survey_merge(iter(['{"part":"ä"}', '{"part":2}']), path)
    assert path.read_text("utf-8") == '{"part":"ä"}\n{"part":2}\n'
    surveyor(fails=True)
    with pytest.raises(headscope.HeadscopeError, match="^line 1 is wrong$"):
        headscope.survey_merge(["{}"], path)
    with pytest.raises(headscope.HeadscopeError, match="^there is no part to merge$"):
        headscope.survey_merge([], path)
