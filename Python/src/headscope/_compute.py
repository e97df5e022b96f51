"""Computing attention with the program."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional, Union

from ._errors import HeadscopeError
from ._run import run
from ._safetensors import read_header

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Floats = NDArray[numpy.float32]
    Integers = NDArray[numpy.int64]

__all__ = ["Attention", "attention"]


@dataclass(frozen=True)
class Attention:
    """What an encoder computed, with Hugging Face's names.

    Of one text, arrays have no batch axis; of a list of texts, the first axis is the batch, padded to the longest.
    """

    #: The texts' tokens; a list for each text of a batch.
    tokens: Union[list[str], list[list[str]]]
    #: [positions]
    input_ids: Integers
    #: [positions]: 0 for padding.
    attention_mask: Integers
    #: [layers, heads, queries, keys]: probabilities; rows sum to 1 unless they are blocked.
    attentions: Floats
    #: [layers + 1, positions, hidden]: 0 is the input of layer 0, the last is the output.
    hidden_states: Floats
    #: [positions]; None where the model has no token types.
    token_type_ids: Optional[Integers] = None
    #: [layers, heads, positions, head size]; None without ``stages=True``, like all that follow.
    queries: Optional[Floats] = None
    #: [layers, heads, positions, head size]
    keys: Optional[Floats] = None
    #: [layers, heads, positions, head size]
    values: Optional[Floats] = None
    #: [layers, heads, queries, keys]: q · k ÷ √d, plus what the family adds.
    scaled_scores: Optional[Floats] = None
    #: [layers, heads, queries, keys]: -inf where blocked.
    masked_scores: Optional[Floats] = None
    #: [layers, heads, positions, head size]: the values, weighted by the probabilities.
    context: Optional[Floats] = None
    #: The model's name.
    model: str = ""
    #: What the file said of itself.
    metadata: dict[str, str] = field(default_factory=dict, repr=False)


def attention(
    text: Union[str, Sequence[str]],
    *,
    pair: Optional[str] = None,
    model: Optional[str] = None,
    mask: str = "keys",
    pad_to: Optional[int] = None,
    pad_side: str = "right",
    stages: bool = False,
    alone: bool = False,
) -> Attention:
    """Compute the attention of a text, or of several as a batch, with an encoder that Headscope reads.

    It takes numpy (``pip install "headscope[numpy]"``).

    :param pair: a second text, for models that take two.
    :param model: a folder, a name in a models folder, or an id of the Hugging Face cache; the default encoder where it is None.
    :param mask: ``keys``, ``none``, ``full`` or ``causal``.
    :param pad_to: fill up with padding to so many tokens.
    :param pad_side: ``right`` or ``left``.
    :param stages: with queries, keys, values, scores and context.
    :param alone: compute each text of a batch by itself; there is 0 behind a shorter one.
    :raises HeadscopeError: with the program's line, where it fails.
    """
    texts = [text] if isinstance(text, str) else list(text)
    if texts.count("-") > 1:
        raise HeadscopeError("the text '-' can stand only once in a batch")
    with tempfile.TemporaryDirectory(prefix="headscope-") as folder:
        path = os.path.join(folder, "attention.safetensors")
        options = ["-o", path, "--mask", mask, "--pad-side", pad_side]
        options += [] if pair is None else [f"--pair={pair}"]
        options += [] if model is None else [f"--model={os.fspath(model)}"]
        options += [] if pad_to is None else ["--pad-to", str(pad_to)]
        options += (["--stages"] if stages else []) + (["--alone"] if alone else [])
        # The program takes '-' for standard input, on which it then stands.
        run(["export", *options, "--", *texts], text=b"-" if "-" in texts else None)
        with open(path, "rb") as file:
            data = file.read()
    return _read(data, is_batch=not isinstance(text, str))


def _read(data: bytes, *, is_batch: bool) -> Attention:
    try:
        import numpy
    except ImportError as error:
        raise HeadscopeError('attention() takes numpy: pip install "headscope[numpy]"') from error
    header, start = read_header(data)
    metadata: dict[str, str] = header.pop("__metadata__", {})
    arrays: dict[str, Any] = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        kind = "<i8" if entry["dtype"] == "I64" else "<f4"
        values = numpy.frombuffer(data, kind, (end - begin) // int(kind[2]), start + begin).reshape(entry["shape"]).copy()
        arrays[name] = values if is_batch else values[0]
    tokens = json.loads(metadata["tokens"])
    return Attention(
        tokens=tokens if is_batch else tokens[0], model=metadata.get("model", ""), metadata=metadata, **arrays
    )
