"""Attention that the program computes."""

from __future__ import annotations

import pathlib
import subprocess

import numpy
import pytest

import headscope


def test_one_text_has_no_batch_axis(real_program: pathlib.Path) -> None:
    found = headscope.attention("The cat ran", model="tiny")
    count = len(found.tokens)
    assert found.attentions.shape == (2, 3, count, count)
    assert found.hidden_states.shape == (3, count, 36)
    assert found.input_ids.shape == found.attention_mask.shape == (count,)
    assert found.queries is None and found.context is None
    assert found.model == "tiny"
    numpy.testing.assert_allclose(found.attentions.sum(-1), 1, atol=1e-5)
    found.attentions[0] = 0  # It belongs to whoever has it.


def test_a_batch_is_what_export_writes(real_program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    texts = ["The cat ran", "-", "A dog slept on the mat"]
    found = headscope.attention(texts, model="tiny", mask="causal", pad_to=12, pad_side="left", stages=True)
    assert found.attentions.shape == (3, 2, 3, 12, 12)
    assert [len(tokens) for tokens in found.tokens] == [12, 12, 12]
    program = headscope.program()
    path = tmp_path / "a.npz"
    subprocess.run(
        [program, "export", "--model", "tiny", "--mask", "causal", "--pad-to", "12", "--pad-side", "left", "--stages",
         "-o", path, "--", *texts],
        input=b"-", check=True,
    )  # fmt: skip
    with numpy.load(path) as arrays:
        assert "masked_scores" in arrays.files
        for name in arrays.files:
            numpy.testing.assert_array_equal(getattr(found, name), arrays[name])


def test_what_was_computed_can_be_saved(real_program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    from reading import read

    found = headscope.attention(["The cat", "A dog ran"], model="tiny")
    headscope.save(tmp_path / "a.safetensors", found)
    arrays, metadata = read(tmp_path / "a.safetensors")
    numpy.testing.assert_array_equal(arrays["attentions"], found.attentions)
    numpy.testing.assert_array_equal(arrays["attention_mask"], found.attention_mask)
    assert metadata["model"] == "tiny"


def test_the_programs_line_is_the_exception(real_program: pathlib.Path) -> None:
    with pytest.raises(headscope.HeadscopeError) as caught:
        headscope.attention("The cat ran", model="no-such-model")
    assert "no-such-model" in str(caught.value)
    assert not str(caught.value).startswith("headscope:")
    with pytest.raises(headscope.HeadscopeError, match="cannot be run"):
        headscope.attention("a\0b", model="tiny")
