"""The version is the program's, which stands in one place: Sources/headscope/Headscope.swift."""

import pathlib
import re

from setuptools import setup

source = pathlib.Path(__file__).resolve().parent.parent / "Sources/headscope/Headscope.swift"
found = re.search(r'^let programVersion = "([0-9.]+)"$', source.read_text("utf-8"), re.MULTILINE)
if found is None:
    raise SystemExit(f"{source}: has no line 'let programVersion = \"...\"'")
setup(version=found.group(1))
