"""Showing attention: in the terminal, or as a picture in a notebook."""

from __future__ import annotations

import os
import tempfile
from typing import Any, Optional, Union, overload

from ._attentions import Tokenizer, Tokens, gathered
from ._compute import Attention
from ._errors import HeadscopeError
from ._run import is_terminal, run

__all__ = ["Shown", "save", "show"]


class Shown:
    """Attention in a temporary file, which goes when this object does.

    A notebook shows it as a picture; ``svg`` gives others.
    """

    def __init__(self, folder: "tempfile.TemporaryDirectory[str]", path: str, names: list[str]) -> None:
        self._folder = folder
        #: The file, as ``headscope open`` reads it.
        self.path = path
        #: What it holds: ``attentions``, or ``encoder_attentions``, ``decoder_attentions`` and ``cross_attentions``.
        self.arrays = tuple(names)

    def __repr__(self) -> str:
        return f"<headscope.Shown of {', '.join(self.arrays)}>"

    def open(self, array: Optional[str] = None) -> None:
        """Open the explorer in the terminal, and wait until it is left.

        ``array`` is one of ``arrays``. The exploration is not recorded, because the file will be gone: ``save`` one to record it.
        """
        run(["open", self.path, "--no-record", *self._choice(array)], full_screen=True)

    def svg(
        self,
        *,
        layer: Optional[int] = None,
        head: Optional[int] = None,
        query: Optional[int] = None,
        view: Optional[str] = None,
        array: Optional[str] = None,
        theme: str = "light",
        size: Optional[tuple[int, int]] = None,
    ) -> str:
        """Return a picture: of all heads, or of one where ``layer`` and ``head`` say which (both count from 0).

        :param query: the position of the query that is marked.
        :param view: ``"grid"``, ``"head"`` or another view of the explorer, where the choice is not to follow from that.
        :param array: one of ``arrays``.
        :param theme: ``"light"`` or ``"dark"``.
        :param size: how many columns and rows the picture has, as a terminal would.
        """
        chosen = view or ("grid" if layer is None and head is None else "head")
        options = ["--view", chosen, "--theme", theme, *self._choice(array)]
        for name, value in (("--layer", layer), ("--head", head), ("--query", query)):
            options += [] if value is None else [name, str(value)]
        options += [] if size is None else ["--size", f"{size[0]}x{size[1]}"]
        with tempfile.TemporaryDirectory(prefix="headscope-") as folder:
            picture = os.path.join(folder, "picture.svg")
            run(["open", self.path, "-o", picture, *options])
            with open(picture, encoding="utf-8") as file:
                return file.read()

    def _repr_svg_(self) -> str:
        return self.svg()

    def _choice(self, array: Optional[str]) -> list[str]:
        if array is None:
            return []
        if array not in self.arrays:
            raise HeadscopeError(f"there is no array {array!r}; there are {', '.join(self.arrays)}")
        return ["--array", array]


@overload
def show(
    attentions: Any,
    tokens: Optional[Tokens] = ...,
    *,
    query_tokens: Optional[Tokens] = ...,
    attention_mask: Any = ...,
    mask: Optional[str] = ...,
    name: Optional[str] = ...,
) -> Shown: ...


@overload
def show(
    attentions: Any,
    tokens: Tokenizer,
    ids: Any,
    *,
    decoder_ids: Any = ...,
    attention_mask: Any = ...,
    mask: Optional[str] = ...,
    name: Optional[str] = ...,
) -> Shown: ...


def show(
    attentions: Any,
    tokens: Union[Tokens, Tokenizer, None] = None,
    ids: Any = None,
    *,
    query_tokens: Optional[Tokens] = None,
    decoder_ids: Any = None,
    attention_mask: Any = None,
    mask: Optional[str] = None,
    name: Optional[str] = None,
) -> Shown:
    """Show attention that any model has computed.

    In a terminal, the explorer opens, and this waits until it is left. In a notebook, what is returned is shown as a picture of
    all heads; its ``svg(layer=3, head=7)`` is a picture of one.

    ``show(attentions, tokens)`` takes arrays of numpy, torch or any other library:

    - ``[layers, heads, queries, keys]``, or ``[batch, layers, heads, queries, keys]``,
    - or a sequence with one array a layer, ``[heads, queries, keys]`` or ``[batch, heads, queries, keys]``,

    and the tokens: a list of texts, for a batch a list of such lists.

    ``show(outputs, tokenizer, ids)`` takes what a model of transformers returned when it was called with
    ``output_attentions=True``, its tokenizer, and the ids that the model was given. Of an encoder-decoder, whose decoder's ids
    are ``decoder_ids``, it shows the encoder's, the decoder's and the cross-attention.

    :param query_tokens: the words that ask, where they are not those that are asked (cross-attention).
    :param attention_mask: 1 for a key that is attended to, 0 for padding: ``[positions]`` or ``[batch, positions]``.
    :param mask: ``"keys"``, or ``"causal"`` where no query attends to what comes later.
    :param name: what the model is called on the screen.
    :raises HeadscopeError: where something does not fit, or the program fails.
    """
    folder: "tempfile.TemporaryDirectory[str]" = tempfile.TemporaryDirectory(prefix="headscope-")
    path = os.path.join(folder.name, "attention.safetensors")
    names = _saved(
        path, attentions, tokens, ids, query_tokens=query_tokens, decoder_ids=decoder_ids, attention_mask=attention_mask,
        mask=mask, name=name,
    )  # fmt: skip
    shown = Shown(folder, path, names)
    if is_terminal():
        shown.open()
    return shown


def save(
    path: Union[str, "os.PathLike[str]"],
    attentions: Any,
    tokens: Union[Tokens, Tokenizer, None] = None,
    ids: Any = None,
    *,
    query_tokens: Optional[Tokens] = None,
    decoder_ids: Any = None,
    attention_mask: Any = None,
    mask: Optional[str] = None,
    name: Optional[str] = None,
) -> None:
    """Write a file for ``headscope open``, with the same arguments as ``show``, and open nothing.

    ``path`` ends in ``.safetensors``.
    """
    if not os.fspath(path).endswith(".safetensors"):
        raise HeadscopeError(f"{os.fspath(path)}: the name must end in .safetensors")
    _saved(
        path, attentions, tokens, ids, query_tokens=query_tokens, decoder_ids=decoder_ids, attention_mask=attention_mask,
        mask=mask, name=name,
    )  # fmt: skip


def _saved(
    path: Union[str, "os.PathLike[str]"],
    attentions: Any,
    tokens: Any,
    ids: Any,
    *,
    query_tokens: Optional[Tokens],
    decoder_ids: Any,
    attention_mask: Any,
    mask: Optional[str],
    name: Optional[str],
) -> list[str]:
    if isinstance(attentions, Attention):
        tokens = attentions.tokens if tokens is None else tokens
        attention_mask = attentions.attention_mask if attention_mask is None else attention_mask
        name = attentions.model if name is None else name
        attentions = attentions.attentions
    file = gathered(
        attentions, tokens, ids, query_tokens=query_tokens, decoder_ids=decoder_ids, attention_mask=attention_mask,
        mask=mask, name=name,
    )  # fmt: skip
    file.write(path)
    return file.names
