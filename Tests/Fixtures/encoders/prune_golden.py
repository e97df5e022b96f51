#!/usr/bin/env python3
"""Make a smaller copy of a model's golden data: prune_golden.py SOURCE_FOLDER TARGET_FOLDER

Long cases keep the attentions of one head a layer (as attentions_subset), at most two heads in the longest.
Needs: pip install numpy safetensors.
"""
import json, sys
import numpy as np
from safetensors.numpy import load_file, save_file

source, target = sys.argv[1:3]
tensors = load_file(f"{source}/golden.safetensors")
cases = json.load(open(f"{source}/cases.json"))
for case in cases["cases"]:
    name = case["name"]
    full = tensors.get(f"{name}.attentions")
    if full is not None and full.nbytes > 200_000:
        layers, heads = full.shape[:2]
        case["attentions_subset"] = [[layer, (5 * layer + 3) % heads] for layer in range(layers)]
        subset = np.stack([full[layer, head] for layer, head in case["attentions_subset"]])
        del tensors[f"{name}.attentions"]
        tensors[f"{name}.attentions_subset"] = subset.astype(np.float16)
    elif f"{name}.attentions_subset" in tensors:
        case["attentions_subset"] = case["attentions_subset"][:2]
        tensors[f"{name}.attentions_subset"] = tensors[f"{name}.attentions_subset"][:2]
    for key in ("tensors", "checks"):
        case.pop(key, None)
save_file(tensors, f"{target}/golden.safetensors")
json.dump(cases, open(f"{target}/cases.json", "w"), indent=1)
