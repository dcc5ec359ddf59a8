"""Sphinx: the pages of docs/, the reference from the docstrings, the farms from the catalogue."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

import clickgraph
from making import make_pages

project = "clickgraph"
author = copyright = "the clickgraph authors"  # noqa: A001
version = release = clickgraph.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "_made/parts"]
numpydoc_show_class_members = False
autodoc_typehints = "none"  # the docstrings say what comes and goes
autodoc_member_order = "bysource"
suppress_warnings = ["config.cache"]

html_theme = "furo"
html_title = f"clickgraph {release}"
html_show_sourcelink = False
# A page asks nobody for anything: no fonts, no scripts from elsewhere.
html_theme_options = {"source_repository": ""}

make_pages(Path(__file__).parent)
