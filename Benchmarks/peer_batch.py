#!/usr/bin/env python3
"""ONNX Runtime computing many sentences of all-MiniLM-L6-v2, attention outputs included, as one would who is in a hurry:
sorted by length, in padded groups, and put into one file, or, without OUTPUT, let go.

    peer_batch.py MODEL_FOLDER SENTENCES [OUTPUT] [--group 32]

Prints a line of JSON: the seconds without starting Python and loading the model.
Needs: pip install numpy onnxruntime tokenizers.
"""
import argparse, json, os, pathlib, sys, time

parser = argparse.ArgumentParser()
parser.add_argument("model", type=pathlib.Path)
parser.add_argument("sentences", type=pathlib.Path)
parser.add_argument("output", type=pathlib.Path, nargs="?")
parser.add_argument("--group", type=int, default=32)
options = parser.parse_args()

import numpy as np, tokenizers
from peers import onnx_session

session = onnx_session(options.model)
tokenizer = tokenizers.Tokenizer.from_file(str(options.model / "tokenizer.json"))
tokenizer.no_padding()
started = time.perf_counter()
ids = [e.ids for e in tokenizer.encode_batch(options.sentences.read_text().splitlines())]
order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
longest = len(ids[order[-1]])
kept = len(ids) if options.output else 0
hidden = np.zeros((kept, longest, 384), np.float32)
attentions = np.zeros((kept, 6, 12, longest, longest), np.float32)
computing = 0
for first in range(0, len(order), options.group):
    group = order[first : first + options.group]
    length = len(ids[group[-1]])
    feed = {"input_ids": np.zeros((len(group), length), np.int64), "attention_mask": np.zeros((len(group), length), np.int64)}
    for row, index in enumerate(group):
        feed["input_ids"][row, : len(ids[index])] = ids[index]
        feed["attention_mask"][row, : len(ids[index])] = 1
    before = time.perf_counter()
    last, *layers = session.run(None, feed)
    computing += time.perf_counter() - before
    if not options.output: continue
    hidden[group, :length] = last
    for layer, probabilities in enumerate(layers): attentions[group, layer, :, :length, :length] = probabilities
if options.output:
    with open(options.output, "wb") as file:
        attentions.tofile(file)
        hidden.tofile(file)
print(json.dumps({"work_s": time.perf_counter() - started, "computing_s": computing}))
