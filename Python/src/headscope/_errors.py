"""The one exception of this package."""

from __future__ import annotations

__all__ = ["HeadscopeError"]


class HeadscopeError(Exception):
    """Something cannot be done: one line that says what, and what to do.

    Where the program ``headscope`` said the line, it is the program's own.
    """
