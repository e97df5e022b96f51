#!/usr/bin/env python3
"""Time steps of training with PyTorch: forward, backward and AdamW, everything updated.

    Benchmarks/peer_training.py MODEL_FOLDER [--sentences 16] [--tokens 16] [--steps 20] [--threads 2]

Eager transformers on the CPU, AdamW with foreach, gradients clipped to norm 1: what Hugging Face's Trainer does. Prints a line of
JSON, with the peak of its memory. Needs torch and transformers.
"""
import argparse, json, resource, statistics, time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("model")
parser.add_argument("--sentences", type=int, default=16)
parser.add_argument("--tokens", type=int, default=16)
parser.add_argument("--steps", type=int, default=20)
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()

import torch
import transformers

torch.set_num_threads(options.threads)
network = transformers.AutoModelForSequenceClassification.from_pretrained(
    options.model, num_labels=2, attn_implementation="eager", dtype=torch.float32
)
network.train()
for module in network.modules():
    if isinstance(module, torch.nn.Dropout): module.p = 0.0
plain = [p for n, p in network.named_parameters() if "bias" in n or "LayerNorm" in n]
decayed = [p for n, p in network.named_parameters() if not ("bias" in n or "LayerNorm" in n)]
optimizer = torch.optim.AdamW(
    [{"params": plain, "weight_decay": 0.0}, {"params": decayed, "weight_decay": 0.01}], lr=2e-4, foreach=True
)
ids = torch.tensor(
    [[(s * 7919 + t * 104729 + 1000) % 20000 for t in range(options.tokens)] for s in range(options.sentences)]
)
labels = torch.tensor([s % 2 for s in range(options.sentences)])
times = []
for step in range(options.steps + 3):
    start = time.perf_counter()
    optimizer.zero_grad()
    loss = network(input_ids=ids, attention_mask=torch.ones_like(ids), labels=labels).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    if step >= 3: times.append(time.perf_counter() - start)
print(json.dumps({
    "sentences": options.sentences, "tokens": options.tokens, "median_ms": 1e3 * statistics.median(times),
    "min_ms": 1e3 * min(times), "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
