#!/usr/bin/env python3
"""PyTorch's forward pass of a long text, as fast as it goes: scaled_dot_product_attention, no attention returned; or, with --attention,
all probabilities returned, as a tool does that shows them.

    peer_long.py MODEL_FOLDER [--tokens 8192] [--threads 2] [--runs 1] [--attention]

Prints a line of JSON: the seconds of the fastest run, and the largest resident size. Needs: pip install torch transformers.
"""
import argparse, json, os, resource, time

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("--tokens", type=int, default=8192)
parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
parser.add_argument("--runs", type=int, default=1)
parser.add_argument("--attention", action="store_true")
options = parser.parse_args()

import torch
from transformers import AutoModel

torch.set_num_threads(options.threads)
model = AutoModel.from_pretrained(options.model, attn_implementation="eager" if options.attention else "sdpa").eval()
ids = torch.arange(options.tokens).unsqueeze(0) % 20000 + 1000
seconds = []
with torch.inference_mode():
    for _ in range(options.runs):
        before = time.perf_counter()
        model(input_ids=ids, attention_mask=torch.ones_like(ids), output_attentions=options.attention)
        seconds.append(time.perf_counter() - before)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"tokens": options.tokens, "seconds": min(seconds), "largest_mib": peak}))
