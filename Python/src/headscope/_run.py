"""Running the program, and what it says where it fails."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Optional

from ._errors import HeadscopeError
from ._program import program

__all__ = ["finished", "is_terminal", "run"]


def is_terminal() -> bool:
    """Whether there is a terminal to open the explorer in: in a notebook there is none."""
    try:
        return sys.__stdin__ is not None and sys.__stdin__.isatty() and sys.stdout.isatty() and sys.stdout.fileno() == 1
    except (AttributeError, OSError, ValueError):
        return False


def run(arguments: Sequence[str], *, full_screen: bool = False, text: Optional[bytes] = None) -> None:
    """Run the program and wait for it; what it writes to standard error becomes the exception, or notes on standard error."""
    command = [program(), *arguments]
    try:
        if full_screen:
            done = subprocess.run(command, stderr=subprocess.PIPE, check=False)
        else:
            done = subprocess.run(
                command, input=text or b"", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
            )
    except (OSError, ValueError) as error:
        # ValueError: a text with a NUL, or one that is no Unicode.
        raise HeadscopeError(f"{command[0]} cannot be run: {error}") from error
    finished(done.returncode, done.stderr)


def finished(status: int, errors: bytes) -> None:
    """Raise what the program wrote to standard error where it failed, or pass its notes on."""
    lines = [
        line[len("headscope: ") :] if line.startswith("headscope: ") else line
        for line in errors.decode("utf-8", "replace").splitlines()
        if line.strip()
    ]
    if status < 0:
        raise HeadscopeError(f"the program was ended by {_signal(-status)}")
    if status != 0:
        wrong = [line for line in lines if not line.startswith("note: ")]
        raise HeadscopeError(wrong[-1] if wrong else f"the program ended with exit status {status}")
    for line in lines:
        print(f"headscope: {line}", file=sys.stderr)


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
