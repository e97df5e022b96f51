#!/usr/bin/env python3
"""Make an encoder with random weights: as large as BERT-base (110 million parameters, 436 MB), or, with --long, as ModernBERT-base but
for its vocabulary, for texts of 8,192 tokens (134 million, 535 MB).

    Benchmarks/make_model.py [--long] FOLDER TOKENIZER_FOLDER

What an encoder costs does not depend on what its weights are. The vocabulary is that of the model in TOKENIZER_FOLDER.
"""
import json, pathlib, random, shutil, struct, sys

BERT = {
    "model_type": "bert", "architectures": ["BertModel"], "hidden_size": 768, "intermediate_size": 3072,
    "num_hidden_layers": 12, "num_attention_heads": 12, "hidden_act": "gelu", "max_position_embeddings": 512,
    "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0,
}
MODERN_BERT = {
    "model_type": "modernbert", "architectures": ["ModernBertModel"], "hidden_size": 768, "intermediate_size": 1152,
    "num_hidden_layers": 22, "num_attention_heads": 12, "hidden_activation": "gelu", "max_position_embeddings": 8192,
    "global_attn_every_n_layers": 3, "local_attention": 128, "norm_eps": 1e-5, "pad_token_id": 0, "bos_token_id": 101,
    "eos_token_id": 102, "cls_token_id": 101, "sep_token_id": 102,
}


def bert(c, vocabulary):
    """Names and shapes, as Hugging Face's BertModel has them."""
    hidden, inner = c["hidden_size"], c["intermediate_size"]
    yield "embeddings.word_embeddings.weight", (vocabulary, hidden)
    yield "embeddings.position_embeddings.weight", (c["max_position_embeddings"], hidden)
    yield "embeddings.token_type_embeddings.weight", (2, hidden)
    yield from norm("embeddings.LayerNorm", hidden)
    for layer in (f"encoder.layer.{i}" for i in range(c["num_hidden_layers"])):
        for part in ("query", "key", "value"): yield from dense(f"{layer}.attention.self.{part}", hidden, hidden)
        yield from dense(f"{layer}.attention.output.dense", hidden, hidden)
        yield from norm(f"{layer}.attention.output.LayerNorm", hidden)
        yield from dense(f"{layer}.intermediate.dense", hidden, inner)
        yield from dense(f"{layer}.output.dense", inner, hidden)
        yield from norm(f"{layer}.output.LayerNorm", hidden)


def modern_bert(c, vocabulary):
    """Names and shapes, as Hugging Face's ModernBertModel has them."""
    hidden, inner = c["hidden_size"], c["intermediate_size"]
    yield "embeddings.tok_embeddings.weight", (vocabulary, hidden)
    yield "embeddings.norm.weight", (hidden,)
    for i, layer in enumerate(f"layers.{i}" for i in range(c["num_hidden_layers"])):
        if i: yield f"{layer}.attn_norm.weight", (hidden,)
        yield f"{layer}.attn.Wqkv.weight", (3 * hidden, hidden)
        yield f"{layer}.attn.Wo.weight", (hidden, hidden)
        yield f"{layer}.mlp_norm.weight", (hidden,)
        yield f"{layer}.mlp.Wi.weight", (2 * inner, hidden)
        yield f"{layer}.mlp.Wo.weight", (hidden, inner)
    yield "final_norm.weight", (hidden,)


def dense(name, inputs, outputs): return [(f"{name}.weight", (outputs, inputs)), (f"{name}.bias", (outputs,))]
def norm(name, size): return [(f"{name}.weight", (size,)), (f"{name}.bias", (size,))]


def numbers(name, count, noise):
    """`count` float32 numbers: gains are 1, biases 0, weights a window of the noise."""
    if name.lower().endswith("norm.weight"): return struct.pack("<f", 1) * count
    if name.endswith(".bias"): return bytes(4 * count)
    start = 4 * random.randrange(len(noise) // 8)
    window = noise[start:]
    return (window * (4 * count // len(window) + 1))[: 4 * count]


def make(folder, tokenizer, long=False):
    folder, tokenizer = pathlib.Path(folder), pathlib.Path(tokenizer)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        if (tokenizer / name).exists(): shutil.copy(tokenizer / name, folder)
    vocabulary = json.loads((tokenizer / "config.json").read_text())["vocab_size"]
    configuration = dict(MODERN_BERT if long else BERT, vocab_size=vocabulary)
    if long:
        settings = json.loads((tokenizer / "tokenizer_config.json").read_text())
        (folder / "tokenizer_config.json").write_text(json.dumps(dict(settings, model_max_length=8192)))
    random.seed(6)
    noise = struct.pack("<1000003f", *(random.gauss(0, 0.04) for _ in range(1000003)))
    header, end = {}, 0
    for name, shape in (modern_bert if long else bert)(configuration, vocabulary):
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
    arguments = [a for a in sys.argv[1:] if a != "--long"]
    if len(arguments) != 2: sys.exit(__doc__)
    make(*arguments, long="--long" in sys.argv)
