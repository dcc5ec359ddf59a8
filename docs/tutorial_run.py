"""A notebook as a page with its results: text, tables, pictures."""

import base64
import os
import textwrap
from pathlib import Path
from typing import Any

import jupytext
import nbclient

WIDTH = 92


def run_notebook(path: Path, folder: Path) -> None:
    """Run the percent cells of `path`; write ``index.md`` and its pictures into `folder`."""
    notebook = jupytext.read(path)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(path.parents[1]), os.environ.get("PYTHONPATH", "")])
    where = {"metadata": {"path": str(path.parent)}}
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where).execute()
    parts = []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        parts.append(f"```python\n{cell.source}\n```")
        parts += [_show(output, folder / f"picture-{number}.png") for output in cell.outputs]
    (folder / "index.md").write_text("\n\n".join(filter(None, parts)) + "\n", encoding="utf-8")


def _show(output: Any, picture: Path) -> str:
    if output.output_type == "stream":
        return f"```text\n{_fill(output.text)}\n```" if output.name == "stdout" else ""
    data = output.get("data", {})
    if "image/png" in data:
        picture.write_bytes(base64.b64decode(data["image/png"]))
        alt = "the picture that this code draws"
        return f"![{alt}]({picture.name})"
    return f"```text\n{data['text/plain']}\n```" if "text/plain" in data else ""


def _fill(text: str) -> str:
    """Return sentences broken where the page ends; what is not longer stays as it is."""
    lines = (textwrap.wrap(line, WIDTH, subsequent_indent="  ") or [""] for line in text.rstrip().split("\n"))
    return "\n".join(line for broken in lines for line in broken)
