#!/usr/bin/env python3
"""Makes the fixtures of this folder from reference training runs of transformers: make_training.py GOLDEN-TRAINING

runs.json       how the models are trained, and each one's token ids of the sentences and their labels
NAME.safetensors
    parameter.P     what the checkpoint has beyond ../encoders/NAME: the classification head
    gradient.P      of the first batch's loss; of embeddings only the rows that are not 0, whose indices are rows.P
    the other tensors as the reference has them: losses, logits and attentions (float16) after training

Needs: pip install numpy safetensors tokenizers.
"""
import json, os, sys
import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

here, golden = os.path.dirname(os.path.abspath(__file__)), sys.argv[1]
index = json.load(open(os.path.join(golden, "index.json")))
lines = [json.loads(line) for line in open(os.path.join(golden, "data.jsonl"))]
runs = {}
for name, run in index.items():
    folder = os.path.join(golden, "models", name)
    if not os.path.exists(os.path.join(folder, "model.safetensors")):
        continue
    ours = load_file(os.path.join(here, "../encoders", name, "model.safetensors"))
    known = {key.split(".", 1)[-1] for key in ours} | set(ours)
    result = {}
    for key, value in load_file(os.path.join(folder, "model.safetensors")).items():
        if key not in known and key.split(".", 1)[-1] not in known or key in run["head_parameters"] or "pooler" in key:
            result["parameter." + key] = value
        else:
            mine = ours.get(key, ours.get(key.split(".", 1)[-1]))
            assert np.array_equal(mine, value), key
    for key, value in load_file(os.path.join(golden, "runs", name + ".safetensors")).items():
        if key.startswith("gradient.") and value.ndim == 2 and not value.any(1).all():
            rows = np.nonzero(value.any(1))[0]
            result["rows." + key[9:]], value = rows.astype(np.int64), value[rows]
        result[key] = value.astype(np.float16) if key.endswith("attentions") else value
    save_file(result, os.path.join(here, name + ".safetensors"))
    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    tokenizer.no_padding()
    labels = json.load(open(os.path.join(folder, "config.json")))["id2label"]
    runs[name] = {
        "learning_rate": run["learning_rate"], "steps": run["steps"], "batch_size": run["batch_size"],
        "labels": [labels[str(i)] for i in range(len(labels))], "head_parameters": run["head_parameters"],
        "sentences": [
            {"ids": tokenizer.encode(line["text"], line.get("text_pair")).ids, "label": run["labels"].index(line["label"])}
            for line in lines
        ],
    }
with open(os.path.join(here, "runs.json"), "w") as file:
    file.write("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(run)}" for name, run in runs.items()) + "\n}\n")
