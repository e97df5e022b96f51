#!/usr/bin/env python3
"""Make an encoder as large as BERT-base, with random weights: 110 million parameters, 436 MB.

    Benchmarks/make_model.py FOLDER TOKENIZER_FOLDER

What an encoder costs does not depend on what its weights are. The vocabulary is that of the model in TOKENIZER_FOLDER.
"""
import json, pathlib, random, shutil, struct, sys

HIDDEN, INNER, LAYERS, HEADS, POSITIONS = 768, 3072, 12, 12, 512


def tensors(vocabulary):
    """Names and shapes, as Hugging Face's BertModel has them."""
    yield "embeddings.word_embeddings.weight", (vocabulary, HIDDEN)
    yield "embeddings.position_embeddings.weight", (POSITIONS, HIDDEN)
    yield "embeddings.token_type_embeddings.weight", (2, HIDDEN)
    yield from norm("embeddings.LayerNorm")
    for layer in (f"encoder.layer.{i}" for i in range(LAYERS)):
        for part in ("query", "key", "value"): yield from dense(f"{layer}.attention.self.{part}", HIDDEN, HIDDEN)
        yield from dense(f"{layer}.attention.output.dense", HIDDEN, HIDDEN)
        yield from norm(f"{layer}.attention.output.LayerNorm")
        yield from dense(f"{layer}.intermediate.dense", HIDDEN, INNER)
        yield from dense(f"{layer}.output.dense", INNER, HIDDEN)
        yield from norm(f"{layer}.output.LayerNorm")


def dense(name, inputs, outputs): return [(f"{name}.weight", (outputs, inputs)), (f"{name}.bias", (outputs,))]
def norm(name): return [(f"{name}.weight", (HIDDEN,)), (f"{name}.bias", (HIDDEN,))]


def numbers(name, count, noise):
    """`count` float32 numbers: gains are 1, biases 0, weights a window of the noise."""
    if name.endswith("LayerNorm.weight"): return struct.pack("<f", 1) * count
    if name.endswith(".bias"): return bytes(4 * count)
    start = 4 * random.randrange(len(noise) // 8)
    window = noise[start:]
    return (window * (4 * count // len(window) + 1))[: 4 * count]


def make(folder, tokenizer):
    folder, tokenizer = pathlib.Path(folder), pathlib.Path(tokenizer)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        if (tokenizer / name).exists(): shutil.copy(tokenizer / name, folder)
    vocabulary = json.loads((tokenizer / "config.json").read_text())["vocab_size"]
    configuration = {
        "model_type": "bert", "architectures": ["BertModel"], "hidden_size": HIDDEN, "intermediate_size": INNER,
        "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "vocab_size": vocabulary, "hidden_act": "gelu",
        "max_position_embeddings": POSITIONS, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0,
    }
    random.seed(6)
    noise = struct.pack("<1000003f", *(random.gauss(0, 0.04) for _ in range(1000003)))
    header, end = {}, 0
    for name, shape in tensors(vocabulary):
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [end, end + 4 * count]}
        end += 4 * count
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(folder / "model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, entry in header.items(): file.write(numbers(name, (entry["data_offsets"][1] - entry["data_offsets"][0]) // 4, noise))
    (folder / "config.json").write_text(json.dumps(configuration, indent=1) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3: sys.exit(__doc__)
    make(*sys.argv[1:])
