"""Outputs of transformers: the numbers in the file are those of the outputs, with and without padding."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import numpy
import pytest
from reading import read

import headscope

torch = pytest.importorskip("torch", reason="torch is not installed")
transformers = pytest.importorskip("transformers", reason="transformers is not installed")


class Words:
    """What is used of a tokenizer."""

    def convert_ids_to_tokens(self, ids: Any) -> list[str]:
        return [f"w{number}" for number in ids]


def evaluated(model: Any) -> Any:
    torch.manual_seed(3)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    return model.eval()


def bert() -> Any:
    return evaluated(
        transformers.BertModel(
            transformers.BertConfig(
                vocab_size=60, hidden_size=24, num_hidden_layers=3, num_attention_heads=4, intermediate_size=30,
                max_position_embeddings=20, attn_implementation="eager",
            )  # fmt: skip
        )
    )


def gpt2() -> Any:
    return evaluated(
        transformers.GPT2Model(
            transformers.GPT2Config(vocab_size=60, n_embd=24, n_layer=3, n_head=4, n_positions=20, attn_implementation="eager")
        )
    )


def t5() -> Any:
    return evaluated(
        transformers.T5ForConditionalGeneration(
            transformers.T5Config(
                vocab_size=60, d_model=24, d_kv=6, d_ff=30, num_layers=2, num_decoder_layers=3, num_heads=4,
                decoder_start_token_id=0, attn_implementation="eager",
            )  # fmt: skip
        )
    )


def layers_equal(arrays: dict[str, Any], name: str, wanted: Any) -> None:
    assert [key for key in arrays if key.startswith(name + ".") and key.rsplit(".", 1)[1].isdigit()] == [
        f"{name}.{layer}" for layer in range(len(wanted))
    ]
    for layer, attention in enumerate(wanted):
        numpy.testing.assert_array_equal(arrays[f"{name}.{layer}"], attention.detach().numpy())


IDS = [[5, 6, 7, 8, 9], [10, 11, 12, 0, 0]]
MASK = [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]


@pytest.mark.parametrize("make", [bert, gpt2])
@pytest.mark.parametrize("padded", [False, True])
def test_encoder_and_decoder(tmp_path: pathlib.Path, make: Any, padded: bool) -> None:
    ids = torch.tensor(IDS if padded else IDS[:1])
    mask = torch.tensor(MASK) if padded else None
    with torch.no_grad():
        outputs = make()(input_ids=ids, attention_mask=mask, output_attentions=True)
    headscope.save(tmp_path / "a.safetensors", outputs, Words(), ids, attention_mask=mask, mask="causal" if make is gpt2 else None)
    arrays, metadata = read(tmp_path / "a.safetensors")
    layers_equal(arrays, "attentions", outputs.attentions)
    words = [[f"w{number}" for number in row] for row in ids.tolist()]
    assert json.loads(metadata["tokens"]) == (words if padded else words[0])
    if padded:
        numpy.testing.assert_array_equal(arrays["attention_mask"], MASK)
        assert float(arrays["attentions.0"][1, :, :3, 3:].max()) < 1e-6
    else:
        assert "attention_mask" not in arrays
    assert metadata.get("mask") == ("causal" if make is gpt2 else None)
    if make is gpt2:
        assert float(numpy.triu(arrays["attentions.2"][0, 1], 1).max()) == 0


@pytest.mark.parametrize("padded", [False, True])
def test_encoder_decoder(tmp_path: pathlib.Path, padded: bool) -> None:
    ids = torch.tensor(IDS if padded else IDS[:1])
    decoder = torch.tensor([[0, 20, 21, 22]] * len(ids))
    mask = torch.tensor(MASK) if padded else None
    with torch.no_grad():
        outputs = t5()(input_ids=ids, attention_mask=mask, decoder_input_ids=decoder, output_attentions=True)
    headscope.save(tmp_path / "a.safetensors", outputs, Words(), ids, decoder_ids=decoder, attention_mask=mask)
    arrays, metadata = read(tmp_path / "a.safetensors")
    layers_equal(arrays, "encoder_attentions", outputs.encoder_attentions)
    layers_equal(arrays, "decoder_attentions", outputs.decoder_attentions)
    layers_equal(arrays, "cross_attentions", outputs.cross_attentions)
    assert arrays["cross_attentions.2"].shape == (len(ids), 4, 4, 5)
    own = [[f"w{number}" for number in row] for row in ids.tolist()]
    asking = [[f"w{number}" for number in row] for row in decoder.tolist()]
    wanted = {
        "encoder_attentions.tokens": own, "decoder_attentions.tokens": asking,
        "cross_attentions.query_tokens": asking, "cross_attentions.key_tokens": own,
    }  # fmt: skip
    for name, words in wanted.items():
        assert json.loads(metadata[name]) == (words if padded else words[0])
    assert ("encoder_attentions.attention_mask" in arrays) == padded
    assert ("cross_attentions.attention_mask" in arrays) == padded
    assert "decoder_attentions.attention_mask" not in arrays
    with pytest.raises(headscope.HeadscopeError, match="decoder_ids"):
        headscope.save(tmp_path / "b.safetensors", outputs, Words(), ids)


def test_vision_transformer(tmp_path: pathlib.Path) -> None:
    model = evaluated(
        transformers.ViTModel(
            transformers.ViTConfig(
                hidden_size=24, num_hidden_layers=2, num_attention_heads=4, intermediate_size=30, image_size=16, patch_size=4,
                attn_implementation="eager",
            )  # fmt: skip
        )
    )
    with torch.no_grad():
        outputs = model(pixel_values=torch.rand(1, 3, 16, 16), output_attentions=True)
    words = ["[CLS]"] + [f"{row},{column}" for row in range(4) for column in range(4)]
    headscope.save(tmp_path / "a.safetensors", outputs, words)
    arrays, metadata = read(tmp_path / "a.safetensors")
    layers_equal(arrays, "attentions", outputs.attentions)
    assert json.loads(metadata["tokens"]) == words


@pytest.mark.parametrize("kind", ["float16", "bfloat16", "float64"])
def test_tensors_of_any_type(tmp_path: pathlib.Path, kind: str) -> None:
    given = torch.rand(2, 3, 5, 5, requires_grad=True).to(getattr(torch, kind)).transpose(2, 3)
    headscope.save(tmp_path / "a.safetensors", given, list("abcde"))
    numpy.testing.assert_array_equal(
        read(tmp_path / "a.safetensors")[0]["attentions"], given.detach().float().numpy()
    )


def test_outputs_without_attention_say_what_to_do(tmp_path: pathlib.Path) -> None:
    ids = torch.tensor(IDS[:1])
    with torch.no_grad():
        outputs = bert()(input_ids=ids)
    with pytest.raises(headscope.HeadscopeError, match="output_attentions=True"):
        headscope.save(tmp_path / "a.safetensors", outputs, Words(), ids)
    with pytest.raises(headscope.HeadscopeError, match="which tokens"):
        headscope.save(tmp_path / "a.safetensors", outputs, Words())
