"""Headscope in Python: show the attention of any model, and compute that of text encoders.

>>> import headscope
>>> headscope.show(outputs, tokenizer, ids)                  # outputs of transformers   # doctest: +SKIP
>>> headscope.show(attentions, ["The", "cat", "ran"])        # arrays                    # doctest: +SKIP
>>> headscope.attention("The cat ran").attentions.shape      # computed by Headscope     # doctest: +SKIP
(6, 12, 5, 5)
"""

from __future__ import annotations

from ._attentions import Tokenizer, Tokens
from ._compute import Attention, attention
from ._errors import HeadscopeError
from ._program import program
from ._show import Shown, save, show
from ._survey import survey, to_parquet
from ._survey_map import survey_map, survey_merge

__all__ = [
    "Attention",
    "HeadscopeError",
    "Shown",
    "Tokenizer",
    "Tokens",
    "attention",
    "program",
    "save",
    "show",
    "survey",
    "survey_map",
    "survey_merge",
    "to_parquet",
]
