"""From what people have (arrays, outputs of transformers) to the file that ``headscope open`` reads."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from typing import Any, Optional, Protocol, Union

from ._arrays import Numbers, nested, shape_of
from ._errors import HeadscopeError
from ._safetensors import Integers, write

__all__ = ["AttentionFile", "Tokenizer", "Tokens", "gathered"]

#: Words of one sentence, or a list of them for each sentence of a batch.
Tokens = Union[Sequence[str], Sequence[Sequence[str]]]


class Tokenizer(Protocol):
    """What is needed of a tokenizer of transformers."""

    def convert_ids_to_tokens(self, ids: Any) -> Any:
        """Return the tokens of a list of ids."""


class AttentionFile:
    """Arrays, words and masks, as they are written into one file."""

    def __init__(self) -> None:
        self.arrays: dict[str, Union[Numbers, Integers]] = {}
        self.metadata: dict[str, str] = {"format": "headscope-attention-1"}
        self.names: list[str] = []

    def write(self, path: Union[str, "os.PathLike[str]"]) -> None:
        """Write the file."""
        write(path, self.arrays, self.metadata)

    def add(
        self,
        name: str,
        attentions: Any,
        queries: Optional[list[list[str]]],
        keys: Optional[list[list[str]]],
        key_mask: Optional[Integers],
        *,
        is_only: bool,
    ) -> None:
        """Add attention under a name, and check that everything fits together.

        ``queries`` is None where queries and keys are the same words.
        """
        layers = self._layers(name, attentions)
        shape = next(iter(layers.values())).shape
        # The axis of the batch comes before that of the layers, or before that of the heads of one layer.
        batch = shape[0] if len(shape) == (5 if name in layers else 4) else 1
        query_count, key_count = shape[-2:]
        prefix = "" if is_only else f"{name}."
        for words, count, axis in ((keys, key_count, "keys"), (queries or keys, query_count, "queries")):
            if words is None:
                continue
            if len(words) != batch:
                raise HeadscopeError(f"{name}: has {batch} sentences, but there are tokens of {len(words)}")
            for number, sentence in enumerate(words):
                if len(sentence) != count:
                    raise HeadscopeError(
                        f"{name}: has {count} {axis}, but sentence {number} has {len(sentence)} tokens for them"
                    )
        if queries is None:
            if keys is not None:
                self.metadata[f"{prefix}tokens"] = _json(keys)
        else:
            self.metadata[f"{prefix}query_tokens"] = _json(queries)
            if keys is not None:
                self.metadata[f"{prefix}key_tokens"] = _json(keys)
        if key_mask is not None:
            if key_mask.shape[-1] != key_count or (len(key_mask.shape) == 2 and key_mask.shape[0] != batch):
                raise HeadscopeError(
                    f"{name}: has {batch} sentences of {key_count} keys, but attention_mask has the shape {list(key_mask.shape)}"
                )
            self.arrays[f"{prefix}attention_mask"] = key_mask
        self.arrays.update(layers)
        self.names.append(name)

    @staticmethod
    def _layers(name: str, attentions: Any) -> dict[str, Numbers]:
        """Return one array for all layers, or one a layer under numbered names."""
        if nested(attentions) and attentions and all(nested(item) for item in attentions):
            # A sequence of sequences of arrays is what generate() returns; nested lists of numbers are an array.
            item: Any = attentions[0][0] if attentions[0] else None
            if len(getattr(item, "shape", ())) >= 3:
                raise HeadscopeError(
                    f"{name}: there is a tuple of layers for each step, as generate() returns them; "
                    "show one step, or the outputs of a call of the model on the whole text"
                )
        if nested(attentions) and any(item is None for item in attentions):
            missing = [index for index, item in enumerate(attentions) if item is None]
            raise HeadscopeError(
                f"{name}: layer {missing[0]} has no attention; load the model with attn_implementation='eager'"
            )
        if nested(attentions) and attentions and all(hasattr(item, "shape") for item in attentions):
            layers = {f"{name}.{index}": Numbers(item, f"{name}.{index}") for index, item in enumerate(attentions)}
            shapes = {values.shape for values in layers.values()}
            # Heads may differ from layer to layer where some were pruned.
            if len({shape[-2:] for shape in shapes}) > 1 or len({len(shape) for shape in shapes}) > 1:
                raise HeadscopeError(f"{name}: its layers have different shapes: {sorted(map(list, shapes))}")
            allowed = "[heads, queries, keys] or [batch, heads, queries, keys]"
            ranks: tuple[int, ...] = (3, 4)
        else:
            layers = {name: Numbers(attentions, name)}
            allowed = "[layers, heads, queries, keys] or [batch, layers, heads, queries, keys]"
            ranks = (4, 5)
        shape = next(iter(layers.values())).shape
        if len(shape) not in ranks:
            raise HeadscopeError(f"{name}: has the shape {list(shape)}, expected {allowed}")
        if any(extent == 0 for values in layers.values() for extent in values.shape):
            raise HeadscopeError(f"{name}: is empty: its shape is {list(shape)}")
        return layers


def gathered(
    attentions: Any,
    tokens: Any,
    ids: Any,
    *,
    query_tokens: Optional[Tokens],
    decoder_ids: Any,
    attention_mask: Any,
    mask: Optional[str],
    name: Optional[str],
) -> AttentionFile:
    """Bring the arguments of ``show`` and ``save`` into the form of a file."""
    file = AttentionFile()
    if name is not None:
        file.metadata["model"] = name
    if mask is not None:
        if mask not in ("keys", "causal"):
            raise HeadscopeError(f"mask is {mask!r}, expected 'keys' or 'causal'")
        file.metadata["mask"] = mask
    keys = None if attention_mask is None else _mask(attention_mask)
    if hasattr(tokens, "convert_ids_to_tokens"):
        _add_outputs(file, attentions, tokens, ids, decoder_ids, keys)
        return file
    if ids is not None or decoder_ids is not None:
        raise HeadscopeError("ids need a tokenizer: show(outputs, tokenizer, ids), or show(attentions, tokens)")
    if _outputs_of_transformers(attentions):
        if query_tokens is not None and getattr(attentions, "cross_attentions", None) is not None:
            attentions = attentions.cross_attentions
        else:
            attentions = _present(getattr(attentions, "attentions", None), "attentions")
    own = None if tokens is None else _sentences(tokens, "tokens")
    asking = None if query_tokens is None else _sentences(query_tokens, "query_tokens")
    file.add("attentions" if asking is None else "cross_attentions", attentions, asking, own, keys, is_only=True)
    return file


def _add_outputs(
    file: AttentionFile, outputs: Any, tokenizer: Tokenizer, ids: Any, decoder_ids: Any, keys: Optional[Integers]
) -> None:
    """Add all attention that a model of transformers has returned."""
    if ids is None:
        raise HeadscopeError("which tokens? show(outputs, tokenizer, ids) takes the ids that the model was given")
    own = _tokens(tokenizer, ids)
    kinds = ("encoder_attentions", "decoder_attentions", "cross_attentions")
    if not _outputs_of_transformers(outputs):
        file.add("attentions", outputs, None, own, keys, is_only=True)
        return
    found = {kind: getattr(outputs, kind, None) for kind in kinds}
    if found["encoder_attentions"] is None and found["decoder_attentions"] is None:
        # BERT and GPT-2 have a place for cross-attention, too, and leave it empty.
        file.add("attentions", _present(getattr(outputs, "attentions", None), "attentions"), None, own, keys, is_only=True)
        return
    if found["encoder_attentions"] is not None:
        file.add("encoder_attentions", found["encoder_attentions"], None, own, keys, is_only=False)
    if decoder_ids is None:
        if found["decoder_attentions"] is not None or found["cross_attentions"] is not None:
            raise HeadscopeError("the model has a decoder: give the ids that it was given as decoder_ids=...")
        return
    asking = _tokens(tokenizer, decoder_ids)
    if found["decoder_attentions"] is not None:
        file.add("decoder_attentions", found["decoder_attentions"], None, asking, None, is_only=False)
    if found["cross_attentions"] is not None:
        file.add("cross_attentions", found["cross_attentions"], asking, own, keys, is_only=False)


def _outputs_of_transformers(value: Any) -> bool:
    return any(hasattr(value, name) for name in ("attentions", "encoder_attentions", "cross_attentions"))


def _present(attentions: Any, name: str) -> Any:
    if attentions is None or (nested(attentions) and not attentions):
        raise HeadscopeError(
            f"the outputs have no {name}: call the model with output_attentions=True, "
            "and load it with attn_implementation='eager'"
        )
    return attentions


def _whole_numbers(value: Any, label: str) -> tuple[tuple[int, ...], list[int]]:
    """Return the shape of ids or of a mask, [S] or [B, S], and its numbers."""
    shape = shape_of(value, label)
    if len(shape) not in (1, 2) or 0 in shape:
        raise HeadscopeError(f"{label}: has the shape {list(shape)}, expected [positions] or [batch, positions]")
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    rows = value.tolist() if hasattr(value, "tolist") else value
    flat: list[Any] = list(rows) if len(shape) == 1 else [number for row in rows for number in _list(row)]
    try:
        numbers = [int(number) for number in flat]
    except (TypeError, ValueError) as error:
        raise HeadscopeError(f"{label}: holds something that is no whole number") from error
    if len(numbers) != shape[0] * (shape[1] if len(shape) == 2 else 1):
        raise HeadscopeError(f"{label}: its lists do not all have the same lengths")
    return shape, numbers


def _list(row: Any) -> list[Any]:
    return list(row.tolist()) if hasattr(row, "tolist") else list(row)


def _mask(value: Any) -> Integers:
    shape, numbers = _whole_numbers(value, "attention_mask")
    return Integers(shape, numbers)


def _tokens(tokenizer: Tokenizer, ids: Any) -> list[list[str]]:
    shape, numbers = _whole_numbers(ids, "ids")
    length = shape[-1]
    rows = [numbers[start : start + length] for start in range(0, len(numbers), length)]
    return [[str(token) for token in tokenizer.convert_ids_to_tokens(row)] for row in rows]


def _sentences(tokens: Iterable[Any], label: str) -> list[list[str]]:
    if isinstance(tokens, str):
        raise HeadscopeError(f"{label} is one text; give a list of tokens, such as ['The', 'cat', 'ran']")
    sentences = list(tokens)
    if all(isinstance(token, str) for token in sentences):
        return [sentences]
    if any(isinstance(sentence, str) for sentence in sentences):
        raise HeadscopeError(f"{label}: is neither a list of tokens nor a list of such lists")
    return [[str(token) for token in sentence] for sentence in sentences]


def _json(sentences: list[list[str]]) -> str:
    return json.dumps(sentences[0] if len(sentences) == 1 else sentences, ensure_ascii=False)
