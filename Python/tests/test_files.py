"""What is written is what was given."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from typing import Any

import numpy
import pytest
from reading import read

import headscope

WORDS = ["The", "cat", "ran", "über", "🐱"]
RANDOM = numpy.random.default_rng(7)


def probabilities(*shape: int) -> Any:
    numbers = RANDOM.random(shape)
    return (numbers / numbers.sum(-1, keepdims=True)).astype("float32")


@pytest.mark.parametrize("kind", ["float32", "float64", "float16", ">f4"])
def test_one_array_of_all_layers(tmp_path: pathlib.Path, kind: str) -> None:
    given = probabilities(2, 3, 5, 5).astype(kind)
    headscope.save(tmp_path / "a.safetensors", given, WORDS, name="mine", mask="causal")
    arrays, metadata = read(tmp_path / "a.safetensors")
    numpy.testing.assert_array_equal(arrays["attentions"], given.astype("float32"))
    assert list(arrays) == ["attentions"]
    assert json.loads(metadata["tokens"]) == WORDS
    assert (metadata["model"], metadata["mask"]) == ("mine", "causal")


def test_a_batch_with_padding(tmp_path: pathlib.Path) -> None:
    given = probabilities(2, 4, 3, 5, 5)
    mask = [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]
    headscope.save(tmp_path / "a.safetensors", given, [WORDS, WORDS], attention_mask=mask)
    arrays, metadata = read(tmp_path / "a.safetensors")
    numpy.testing.assert_array_equal(arrays["attentions"], given)
    numpy.testing.assert_array_equal(arrays["attention_mask"], mask)
    assert json.loads(metadata["tokens"]) == [WORDS, WORDS]


@pytest.mark.parametrize("shape", [(3, 5, 5), (1, 3, 5, 5), (2, 3, 5, 5)])
def test_one_array_a_layer(tmp_path: pathlib.Path, shape: tuple[int, ...]) -> None:
    given = tuple(probabilities(*shape) for _ in range(4))
    words = [WORDS] * (shape[0] if len(shape) == 4 else 1)
    headscope.save(tmp_path / "a.safetensors", given, words)
    arrays, _ = read(tmp_path / "a.safetensors")
    assert list(arrays) == [f"attentions.{layer}" for layer in range(4)]
    for layer in range(4):
        numpy.testing.assert_array_equal(arrays[f"attentions.{layer}"], given[layer])


def test_views_are_written_as_they_look(tmp_path: pathlib.Path) -> None:
    given = probabilities(2, 3, 5, 5).transpose(1, 0, 3, 2)[:, :, ::-1]
    headscope.save(tmp_path / "a.safetensors", given, WORDS)
    numpy.testing.assert_array_equal(read(tmp_path / "a.safetensors")[0]["attentions"], given)


def test_cross_attention_has_words_for_each_axis(tmp_path: pathlib.Path) -> None:
    given = probabilities(2, 3, 4, 5)
    headscope.save(tmp_path / "a.safetensors", given, WORDS, query_tokens=["Le", "chat", "a", "couru"])
    arrays, metadata = read(tmp_path / "a.safetensors")
    numpy.testing.assert_array_equal(arrays["cross_attentions"], given)
    assert json.loads(metadata["query_tokens"]) == ["Le", "chat", "a", "couru"]
    assert json.loads(metadata["key_tokens"]) == WORDS
    assert "tokens" not in metadata


def test_lists_do_without_numpy(tmp_path: pathlib.Path) -> None:
    given = probabilities(1, 2, 3, 3)
    script = f"""
import sys
sys.modules["numpy"] = None
import headscope
headscope.save({str(tmp_path / "a.safetensors")!r}, {given.tolist()!r}, ["The", "cat", "ran"])
try:
    headscope.save({str(tmp_path / "b.safetensors")!r}, [[[[0.5, 0.5], [1.0]]]], ["The", "cat"])
except headscope.HeadscopeError as error:
    assert "same lengths" in str(error), error
else:
    raise SystemExit("a ragged list was taken")
"""
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(headscope.__file__))}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment)
    numpy.testing.assert_array_equal(read(tmp_path / "a.safetensors")[0]["attentions"], given)
    assert os.listdir(tmp_path) == ["a.safetensors"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((probabilities(3, 5, 5), WORDS), "expected [layers, heads, queries, keys]"),
        (([probabilities(5, 5)], WORDS), "expected [heads, queries, keys]"),
        ((probabilities(2, 3, 5, 5), WORDS[:4]), "has 5 keys, but sentence 0 has 4 tokens"),
        ((probabilities(2, 2, 3, 5, 5), WORDS), "has 2 sentences, but there are tokens of 1"),
        ((probabilities(2, 3, 4, 5), WORDS), "has 4 queries, but sentence 0 has 5 tokens"),
        ((probabilities(2, 3, 5, 5), "The cat ran"), "give a list of tokens"),
        (([probabilities(3, 5, 5), None], WORDS), "layer 1 has no attention"),
        (([probabilities(3, 5, 5), probabilities(3, 4, 4)], WORDS), "its layers have different shapes"),
        ((numpy.zeros((2, 3, 0, 0)), []), "is empty"),
        (("attention", WORDS), "expected an array"),
        ((probabilities(2, 3, 5, 5), WORDS, [1, 2]), "ids need a tokenizer"),
        ((((probabilities(1, 3, 5, 5),),), WORDS), "as generate() returns them"),
    ],
)
def test_what_does_not_fit_is_said(tmp_path: pathlib.Path, arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(headscope.HeadscopeError) as caught:
        headscope.save(tmp_path / "a.safetensors", *arguments)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert os.listdir(tmp_path) == []


def test_a_mask_must_fit(tmp_path: pathlib.Path) -> None:
    with pytest.raises(headscope.HeadscopeError, match=r"attention_mask has the shape \[4\]"):
        headscope.save(tmp_path / "a.safetensors", probabilities(2, 3, 5, 5), WORDS, attention_mask=[1, 1, 1, 0])
    with pytest.raises(headscope.HeadscopeError, match="expected 'keys' or 'causal'"):
        headscope.save(tmp_path / "a.safetensors", probabilities(2, 3, 5, 5), WORDS, mask="none")


def test_a_place_that_cannot_be_written_is_said(tmp_path: pathlib.Path) -> None:
    with pytest.raises(headscope.HeadscopeError, match="cannot be written"):
        headscope.save(tmp_path / "nowhere" / "a.safetensors", probabilities(2, 3, 5, 5), WORDS)
    with pytest.raises(headscope.HeadscopeError, match=r"must end in \.safetensors"):
        headscope.save(tmp_path / "a.npz", probabilities(2, 3, 5, 5), WORDS)
