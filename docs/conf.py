"""What Sphinx makes of docs/: `make docs`."""

import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(root / "Python" / "src"))

project = "Headscope"
author = "the authors of Headscope"
copyright = "the authors of Headscope"
release = re.search(r'^let programVersion = "(.+)"$', (root / "Sources/headscope/Headscope.swift").read_text(), re.M)[1]

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["Headscope.docc", "how-to-add", "requirements.txt"]
myst_heading_anchors = 3
# Typographic quotes and dashes would change what is to be typed.
smartquotes = False
highlight_language = "none"
autodoc_typehints = "none"
autodoc_preserve_defaults = True

html_theme = "furo"
html_title = f"Headscope {release}"
html_copy_source = False
html_show_sphinx = False


def with_links_between_pages(app: object, path: object, docname: str, content: list[str]) -> None:
    """Let what stands at the root of the repository refer to its pages here."""
    for name in ("ARCHITECTURE", "CONTRIBUTING", "CHANGELOG"):
        content[0] = content[0].replace(f"({name}.md", f"({name.lower()}.md")


def setup(app: object) -> None:
    app.connect("include-read", with_links_between_pages)  # type: ignore[attr-defined]
