"""Showing: in a terminal the explorer opens, elsewhere there is a picture."""

from __future__ import annotations

import os
import pathlib
import pty
import sys
from collections.abc import Callable
from typing import Any

import numpy
import pytest

import headscope

GIVEN = numpy.full((2, 3, 4, 4), 0.25, dtype="float32")
WORDS = ["The", "cat", "ran", "home"]


def test_without_a_terminal_there_are_pictures(stand_in: Callable[..., Any]) -> None:
    program = stand_in()
    shown = headscope.show(GIVEN, WORDS)
    assert program.calls() == []
    assert shown._repr_svg_() == "<svg/>--view grid --theme light"
    assert shown.svg(layer=1, head=2) == "<svg/>--view head --theme light --layer 1 --head 2"
    assert (
        shown.svg(view="flow", array="attentions", theme="dark", size=(80, 24))
        == "<svg/>--view flow --theme dark --array attentions --size 80x24"
    )
    with pytest.raises(headscope.HeadscopeError, match="there are attentions"):
        shown.svg(array="cross_attentions")
    calls = program.calls()
    assert len(calls) == 3
    assert calls[0]["arguments"][:2] == ["open", shown.path]  # type: ignore[index]
    assert all(call["is there"] and not call["terminal"] for call in calls)


def test_the_file_goes_with_what_was_shown(stand_in: Callable[..., Any]) -> None:
    stand_in()
    shown = headscope.show(GIVEN, WORDS)
    path = pathlib.Path(shown.path)
    assert path.exists()
    assert "attentions" in repr(shown)
    del shown
    assert not path.parent.exists()


def test_in_a_terminal_the_explorer_opens(stand_in: Callable[..., Any]) -> None:
    program = stand_in()
    source = os.path.dirname(os.path.dirname(headscope.__file__))
    script = f"""
import sys
sys.path.insert(0, {source!r})
import headscope, headscope._run
shown = headscope.show([[[[0.5, 0.5], [0.5, 0.5]]]], ["The", "cat"])
print("left", shown.arrays)
"""
    process, terminal = pty.fork()
    if process == 0:
        os.execv(sys.executable, [sys.executable, "-c", script])
    said = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        if not piece:
            break
        said += piece
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    assert status == 0, said.decode()
    assert b"left ('attentions',)" in said
    (call,) = program.calls()
    assert call["terminal"] and call["is there"]
    assert call["arguments"][0] == "open" and call["arguments"][2:] == ["--no-record"]  # type: ignore[index]


def test_the_programs_line_is_the_exception(stand_in: Callable[..., Any]) -> None:
    stand_in(said="headscope: note: something\nheadscope: x.safetensors: is not attention\n", status=1)
    with pytest.raises(headscope.HeadscopeError) as caught:
        headscope.show(GIVEN, WORDS).svg()
    assert str(caught.value) == "x.safetensors: is not attention"


def test_notes_are_passed_on(stand_in: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    stand_in(said="headscope: note: one thing\n")
    headscope.show(GIVEN, WORDS).svg()
    assert capsys.readouterr().err == "headscope: note: one thing\n"


def test_a_program_that_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setenv("HEADSCOPE_PROGRAM", str(tmp_path / "headscope"))
    with pytest.raises(headscope.HeadscopeError, match="cannot be run"):
        headscope.show(GIVEN, WORDS).svg()
