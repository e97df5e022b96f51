"""The Python of the documentation runs as it stands, and prints what stands behind it."""

from __future__ import annotations

import os
import pathlib
import re

import pytest
from conftest import ROOT

MODEL = ROOT / "models" / "all-MiniLM-L6-v2"


def test_the_page_on_python(real_program: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch,
                            capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    pytest.importorskip("torch", reason="torch is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    if not (MODEL / "config.json").exists():
        pytest.skip("the encoder is not there: make model")
    for name in ("AutoModel", "AutoTokenizer"):
        load = getattr(transformers, name).from_pretrained

        def local(named: str, load: object = load, **options: object) -> object:
            assert named == "sentence-transformers/all-MiniLM-L6-v2"
            return load(MODEL, **options)  # type: ignore[operator]

        monkeypatch.setattr(getattr(transformers, name), "from_pretrained", local)
    monkeypatch.setenv("HEADSCOPE_MODELS", str(MODEL.parent))
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "python.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 3
    names: dict[str, object] = {}
    wanted = []
    for block in blocks:
        exec(compile(block, "docs/python.md", "exec"), names)
        wanted += re.findall(r"^print\(.*\)  # (.*)$", block, re.MULTILINE)
    lines = capsys.readouterr().out.splitlines()
    assert lines[: len(wanted)] == wanted and len(wanted) == 2
    # Layer 1 head 8 looks at the next token.
    assert lines[2] == "[0 2 3 4 0]", lines
    assert "attention.safetensors" in os.listdir(tmp_path)
