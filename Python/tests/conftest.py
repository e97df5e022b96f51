"""What the tests share: the package's sources, the program that was built, and a stand-in for it."""

from __future__ import annotations

import os
import pathlib
import stat
import sys
from collections.abc import Callable

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Python" / "src"))

#: A program that writes down how it was called, and a picture where it is asked for one.
STAND_IN = """#!{python}
import json, os, sys
arguments = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(json.dumps({{"arguments": arguments, "terminal": os.isatty(0) and os.isatty(1),
                          "is there": os.path.exists(arguments[1])}}) + "\\n")
if "-o" in arguments:
    with open(arguments[arguments.index("-o") + 1], "w") as file:
        file.write("<svg/>" + " ".join(arguments[arguments.index("-o") + 2:]))
print({said!r}, file=sys.stderr, end="")
sys.exit({status})
"""


class StandIn:
    """How the stand-in was called."""

    def __init__(self, log: pathlib.Path) -> None:
        self._log = log

    def calls(self) -> list[dict[str, object]]:
        import json

        return [json.loads(line) for line in self._log.read_text().splitlines()] if self._log.exists() else []


@pytest.fixture
def stand_in(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., StandIn]:
    """Put a stand-in in the place of the program."""

    def make(said: str = "", status: int = 0) -> StandIn:
        folder = tmp_path / "bin"
        folder.mkdir()
        log = tmp_path / "log"
        program = folder / "headscope"
        program.write_text(STAND_IN.format(python=sys.executable, log=str(log), said=said, status=status))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("HEADSCOPE_PROGRAM", str(program))
        return StandIn(log)

    return make


@pytest.fixture
def real_program(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> pathlib.Path:
    """The program that was built here last, with a tiny model: its folder."""
    built = [
        path
        for folder in (os.environ.get("HEADSCOPE_BUILT", ""), ".build/release", ".build/debug")
        if folder and (path := ROOT / folder / "headscope").exists()
    ]
    if not built:
        pytest.skip("the program is not built: make build, or let HEADSCOPE_BUILT name its folder")
    model = tmp_path / "models" / "tiny"
    model.mkdir(parents=True)
    fixtures = ROOT / "Tests" / "Fixtures"
    for name in ("encoders/bert-mlm-cased/config.json", "encoders/bert-mlm-cased/model.safetensors",
                 "tokenizers/wordpiece-cased/tokenizer.json"):  # fmt: skip
        (model / name.rsplit("/", 1)[1]).symlink_to(fixtures / name)
    monkeypatch.setenv("HEADSCOPE_PROGRAM", str(built[0]))
    monkeypatch.setenv("HEADSCOPE_MODELS", str(tmp_path / "models"))
    return model
