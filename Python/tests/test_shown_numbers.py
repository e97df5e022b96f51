"""What the program shows of outputs of transformers are their numbers."""

from __future__ import annotations

import pathlib
import re
import subprocess
from typing import Any

import pytest

import headscope

torch = pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("transformers", reason="transformers is not installed")

from test_transformers import IDS, MASK, Words, bert, gpt2, t5  # noqa: E402


def shown(path: str, array: str, layer: int, head: int, query: int) -> list[float]:
    """Return what the list beside the picture says that a query gives to each key, with four decimals."""
    said = subprocess.run(
        [headscope.program(), "open", path, "--array", array, "--view", "head", "--layer", str(layer), "--head", str(head),
         "--query", str(query), "--size", "110x30", "--format", "txt", "-o", "-"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = re.findall(r" (0\.\d{4}|1\.0000|blocked) *$", said.stdout, re.MULTILINE)
    return [0.0 if number == "blocked" else float(number) for number in found]


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("make", [bert, gpt2, t5])
def test_heads_have_the_numbers_of_the_outputs(real_program: pathlib.Path, make: Any, padded: bool) -> None:
    said = subprocess.run([headscope.program(), "--help"], check=True, capture_output=True, text=True).stdout
    if not re.search(r"^ +open ", said, re.MULTILINE):
        pytest.skip("this program has no command open")
    # The first sentence is what is shown: the padded one.
    ids = torch.tensor(IDS[::-1] if padded else IDS[:1])
    mask = torch.tensor(MASK[::-1]) if padded else None
    decoder = torch.tensor([[0, 20, 21, 22]] * len(ids)) if make is t5 else None
    with torch.no_grad():
        inputs = {"input_ids": ids, "attention_mask": mask, "output_attentions": True}
        outputs = make()(**inputs, **({} if decoder is None else {"decoder_input_ids": decoder}))
    result = headscope.show(outputs, Words(), ids, decoder_ids=decoder, attention_mask=mask)
    assert len(result.arrays) == (3 if make is t5 else 1)
    for array in result.arrays:
        for layer, attentions in enumerate(getattr(outputs, array)):
            for head in (layer, 3):
                query = (layer + head) % (3 if padded else attentions.shape[2])
                wanted = attentions[0, head, query].tolist()
                assert shown(result.path, array, layer, head, query) == pytest.approx(wanted, abs=6e-5)
    assert result.svg().startswith("<?xml") and result.svg(layer=1, head=2).rstrip().endswith("</svg>")
