"""Where the program is.

The wheel installs the program itself as a script, beside ``python``, and not a Python script that starts it: so ``headscope`` takes
as long to start as the program does. Its files lie in ``share/headscope`` of the same prefix.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig

__all__ = ["main", "program"]

_NAME = "headscope"


def program() -> str:
    """Return the path of the program ``headscope``: the one of this package, else the one on ``PATH``.

    The environment variable ``HEADSCOPE_PROGRAM`` names another one.
    """
    chosen = os.environ.get("HEADSCOPE_PROGRAM")
    if chosen:
        return chosen
    for folder in _folders():
        path = os.path.join(folder, _NAME)
        # Beside it lie the files that it came with: so it is no other program of that name.
        if os.access(path, os.X_OK) and os.path.isdir(os.path.join(folder, "..", "share", _NAME, "assets")):
            return os.path.abspath(path)
    found = _recorded() or shutil.which(_NAME)
    if found is None:
        from ._errors import HeadscopeError

        raise HeadscopeError(
            "there is no program 'headscope': install the wheel of Headscope, or name the program with HEADSCOPE_PROGRAM"
        )
    return found


def main() -> None:
    """Become the program, with the arguments of this process: what ``python -m headscope`` does."""
    path = program()
    os.execv(path, [path, *sys.argv[1:]])


def _folders() -> list[str]:
    """Return the folders in which an installer may have put the program."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    folders = [
        sysconfig.get_path("scripts"),
        sysconfig.get_path("scripts", "posix_user"),
        os.path.join(here, "bin"),  # pip install --target
        os.path.join(here, "..", "..", "..", "bin"),  # lib/python3.N/site-packages of another prefix
    ]
    return [folder for folder in folders if folder]


def _recorded() -> str | None:
    """Return where the installer says that it put the program."""
    try:
        from importlib.metadata import PackageNotFoundError, files

        listed = files(_NAME) or []
    except (ImportError, PackageNotFoundError):
        return None
    for file in listed:
        if file.name == _NAME and file.parent.name in ("bin", "scripts"):
            path = str(file.locate())
            if os.access(path, os.X_OK):
                return os.path.abspath(path)
    return None
