"""Packages that only some functions need."""

from __future__ import annotations

import importlib
from typing import Any

from ._errors import HeadscopeError

__all__ = ["needed"]


def needed(package: str, caller: str) -> Any:
    """Import a package; where it is not installed, say who needs it."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise HeadscopeError(f"{caller}() takes {package}: pip install {package}") from error
