#!/usr/bin/env python3
"""Make definitions.json: the numbers of docs/definitions.md for some golden cases, computed with numpy in double precision.

Run it in this folder. It reads ../encoders/bert, and recomputes layer 0 from the checkpoint to be sure of what it takes
for the attention's output. Needs: pip install numpy safetensors networkx.
"""
import base64, json, math, unicodedata
import networkx, numpy as np
from safetensors.numpy import load_file

FOLDER = "../encoders/bert"
CASES = ["short_pad12_none", "short_left12_keys", "short_pad12_causal", "pair", "unicode"]
HEADS, EPSILON = 4, 1e-12
golden = load_file(f"{FOLDER}/golden.safetensors")
weights = {k: v.astype(np.float64) for k, v in load_file(f"{FOLDER}/model.safetensors").items()}
described = {case["name"]: case for case in json.load(open(f"{FOLDER}/cases.json"))["cases"]}


def floats(array):
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode()


def rounded(array):
    return np.vectorize(lambda x: float(f"{x:.9g}"))(array).tolist()


def xlogx(p):
    return np.where(p > 0, p * np.log(np.where(p > 0, p, 1)), 0)


def is_punctuation(token):
    def one(c):
        ascii_sign = c.isascii() and 33 <= ord(c) <= 126 and not c.isalnum()
        return ascii_sign or unicodedata.category(c).startswith("P")
    return all(map(one, token.removeprefix("##")))


def norm(x, name):
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + EPSILON) * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def dense(x, name):
    return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def statistics(attention, visible, tokens, real):
    """attention: [layer, head, query, key]; every number is [layer, head]."""
    size = len(tokens)
    queries = [q for q in range(size) if real[q] and visible[q].any()]
    first = min(q for q in range(size) if real[q])
    separator = np.array([real[k] and t == "[SEP]" for k, t in enumerate(tokens)])
    special = separator | np.array([real[k] and t == "[CLS]" for k, t in enumerate(tokens)])
    words = np.array([real[k] and not special[k] and is_punctuation(t) for k, t in enumerate(tokens)])
    a = attention[:, :, queries]
    n = visible[queries].sum(-1)
    position = np.arange(size)
    distance = np.abs(np.array(queries)[:, None] - position)
    smooth = np.where(visible[queries], 0.9999 * a + 0.0001 / n[:, None], 0)
    key_is_real = np.array(real)[None]
    previous, following = np.eye(size, k=-1)[queries] * key_is_real, np.eye(size, k=1)[queries] * key_is_real
    same = np.eye(size)[queries]
    elsewhere = np.array([k != first and not separator[k] for k in range(size)])

    def share(selector):
        return (a * selector).sum(-1).mean(-1)

    spoken = [i for i, q in enumerate(queries) if not separator[q]]
    return {
        "entropy": -xlogx(a).sum(-1).mean(-1),
        "smoothedEntropy": -xlogx(smooth).sum(-1).mean(-1),
        "meanDistance": (a * distance).sum((-1, -2)) / a.sum((-1, -2)),
        "previous": share(previous), "next": share(following), "itself": share(same),
        "first": share(position == first), "separators": share(separator), "punctuation": share(words),
        "padding": share(~np.array(real)),
        "neighbours": share((previous + following + same) * elsewhere),
        "confidence": np.where(separator, 0, a)[:, :, spoken].max(-1).mean(-1),
    }


def divergences(attention, visible, real):
    """[layer · heads + head] twice: summed over the queries that count, as in head_distances.py of Clark et al."""
    queries = [q for q in range(len(real)) if real[q] and visible[q].any()]
    flat = attention.reshape(-1, *attention.shape[2:])[:, queries]
    n = visible[queries].sum(-1)[:, None]
    smooth = np.where(visible[queries], 0.999 * flat + 0.001 / n, 0)
    def entropy(p):
        return -xlogx(p).sum((-1, -2))
    return np.array([[entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2 for q in smooth] for p in smooth])


def rollout(attention):
    steps = attention.mean(1) + np.eye(attention.shape[-1])
    steps /= steps.sum(-1, keepdims=True)
    result = steps[0]
    for step in steps[1:]:
        result = step @ result
    return steps, result


def flow(steps, query):
    layers, size = steps.shape[:2]
    graph = networkx.DiGraph()
    for layer in range(layers):
        for upper in range(size):
            for lower in range(size):
                graph.add_edge((layer + 1, upper), (layer, lower), capacity=steps[layer, upper, lower])
    return [networkx.maximum_flow_value(graph, (layers, query), (0, key)) for key in range(size)]


def layer0(name, attention):
    hidden = golden[f"{name}.hidden_states"].astype(np.float64)
    size = hidden.shape[1]
    prefix = "encoder.layer.0"
    values = dense(hidden[0], f"{prefix}.attention.self.value").reshape(size, HEADS, -1).transpose(1, 0, 2)
    context = (attention[0] @ values).transpose(1, 0, 2).reshape(size, -1)
    output = dense(context, f"{prefix}.attention.output.dense")
    attended = norm(output + hidden[0], f"{prefix}.attention.output.LayerNorm")
    inner = dense(attended, f"{prefix}.intermediate.dense")
    inner = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
    after = norm(dense(inner, f"{prefix}.output.dense") + attended, f"{prefix}.output.LayerNorm")
    error = np.abs(after - hidden[1]).max()
    assert error < 1e-5, f"{name}: layer 0 is {error} away from the reference"
    projection = weights[f"{prefix}.attention.output.dense.weight"]
    parts = projection.reshape(projection.shape[0], HEADS, -1).transpose(1, 0, 2)
    f = np.einsum("hpi,hoi->hpo", values, parts)
    weighted = attention[0][..., None] * f[:, None]
    return {
        "values": floats(values), "outputProjection": floats(projection),
        "outputBias": floats(weights[f"{prefix}.attention.output.dense.bias"]), "attentionOutput": floats(output),
        "headNorms": floats(np.linalg.norm(weighted, axis=-1)),
        "layerNorms": floats(np.linalg.norm(weighted.sum(0), axis=-1)),
    }


cases = []
for name in CASES:
    case = described[name]
    tokens, real = case["tokens"], [bool(x) for x in golden[f"{name}.attention_mask"]]
    # Under none the file's mask is all ones: PAD is what the name of the token says.
    real = [r and t != "[PAD]" for r, t in zip(real, tokens)]
    size = len(tokens)
    visible = np.tile(real, (size, 1)) if case["mask_mode"] != "none" else np.ones((size, size), bool)
    if case["mask_mode"] == "causal":
        visible = np.tril(visible)
    attention = golden[f"{name}.attentions"].astype(np.float64)
    # A query that sees nothing has a row of zeros in Headscope.
    attention[:, :, ~visible.any(-1)] = 0
    steps, rolled = rollout(attention)
    query = real.index(True) + 1
    special = [t in ("[CLS]", "[SEP]", "[PAD]") for t in tokens]
    types = golden[f"{name}.token_type_ids"].tolist()
    cases.append({
        "name": name, "maskMode": case["mask_mode"], "tokens": tokens, "inputIDs": golden[f"{name}.input_ids"].tolist(),
        "tokenTypeIDs": types, "isSpecial": special, "isReal": real,
        "layers": attention.shape[0], "heads": attention.shape[1], "attentions": floats(attention),
        "statistics": {k: rounded(v) for k, v in statistics(attention, visible, tokens, real).items()},
        "divergences": rounded(divergences(attention, visible, real)), "rollout": floats(rolled),
        "flowQuery": query, "flow": rounded(flow(steps, query)), "layer0": layer0(name, golden[f"{name}.attentions"].astype(np.float64)),
    })
    print(name, "done")
with open("definitions.json", "w") as file:
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    file.write('{"cases":[\n' + lines + "\n]}\n")
