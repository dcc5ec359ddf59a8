"""What is made anew with each build: reference pages, the catalogue of farms, the case studies."""

import re
import shutil
from pathlib import Path

import clickgraph
from clickgraph.rings.prices import read_prices
from clickgraph.simulation.catalogue import SCENARIOS
from tutorial_run import run_notebook

# Room by room, in the order of the walk: title, what it is for, names.
ROOMS = {
    "detection": ("The whole walk", ["find_rings", "RingDetector", "spark.find_rings", "spark.project"]),
    "log": ("What happened", ["read_events", "Events", "Table"]),
    "graph": (
        "Who met whom",
        ["build_graph", "EngagementGraph", "count_coactions", "project", "AccountGraph", "find_communities",
         "find_pools", "Communities"],
    ),
    "rings": (
        "Who acts as one",
        ["refine", "score", "set_apart", "Rings", "Ring", "Evidence", "read_rings", "explain", "explain_pair",
         "Explanation", "stability", "Stability", "audit", "Audit", "read_prices"],
    ),
    "views": (
        "What a person looks at",
        ["write_report", "export", "plot.raster", "plot.timeline", "plot.waterfall", "plot.heatmap", "plot.network",
         "plot.window_sensitivity", "plot.detectability"],
    ),
    "simulation": (
        "Worlds with the truth",
        ["simulate", "simulation.scenarios.make_farm", "simulation.planting.plant", "simulation.farms.Farm",
         "simulation.organic.Organic", "simulation.worlds.World", "simulation.benchmark.planted_rings"],
    ),
    "data": (
        "Public data, truth and errors",
        ["datasets.load", "datasets.available", "evaluation.evaluate", "evaluation.match_rings",
         "evaluation.Evaluation", "errors.InputError"],
    ),
}  # fmt: skip


def make_pages(docs: Path) -> None:
    """Write everything below ``docs/_made``."""
    made = docs / "_made"
    shutil.rmtree(made, ignore_errors=True)
    for folder in ("reference", "parts", "cases"):
        (made / folder).mkdir(parents=True)
    for room, (title, names) in ROOMS.items():
        _write(made / "reference" / f"{room}.md", _reference_page(title, names))
    _write(made / "parts" / "farms.md", _farms())
    _write(made / "parts" / "prices.md", _prices())
    _write(made / "parts" / "quality.md", _quality(docs))
    notebooks = docs.parent / "notebooks"
    (made / "tutorial").mkdir()
    run_notebook(notebooks / "00_tutorial.py", made / "tutorial")
    for path in sorted(notebooks.glob("[0-9][1-9]_*.py")) + sorted(notebooks.glob("[1-9]0_*.py")):
        _write(made / "cases" / f"{path.stem}.md", case_page(path))


def public_names() -> set[str]:
    """Return all names that the reference shows."""
    return {name for _, names in ROOMS.values() for name in names}


def _reference_page(title: str, names: list[str]) -> str:
    blocks = [f"# {title}", "```{eval-rst}"]
    for name in names:
        is_class = name.rsplit(".", 1)[-1][0].isupper()
        kind = "autoexception" if name.endswith("Error") else "autoclass" if is_class else "autofunction"
        blocks.append(f".. {kind}:: clickgraph.{name}")
        if is_class:
            blocks.append("   :members:")
        blocks.append("")
    return "\n".join([*blocks, "```", ""])


def _farms() -> str:
    lines = ["| name | farm | where it comes from |", "|---|---|---|"]
    for name, scenario in SCENARIOS.items():
        lines.append(f"| `{name}` | {'yes' if scenario.farm else 'no'} | {scenario.source} |")
    for name, scenario in SCENARIOS.items():
        values = {**(scenario.farm or {}), **{f"public: {key}": value for key, value in scenario.public.items()}}
        if values:
            lines += ["", f"## {name}", "", "| parameter | value |", "|---|---|"]
            lines += [f"| {key} | `{value}` |" for key, value in values.items()]
    return "\n".join([*lines, ""])


def _prices() -> str:
    lines = ["| what is bought | units | price | date | source |", "|---|---|---|---|---|"]
    for row in read_prices():
        price = f"{row['price']:.2f} {row['currency']}"
        lines.append(f"| {row['action']} | {row['units']:,.0f} | {price} | {row['date'] or ''} | {row['source']} |")
    return "\n".join([*lines, ""])


def _quality(docs: Path) -> str:
    names = ("quality", "speed")
    measured = [name for name in names if (docs / f"{name}.md").is_file()]
    pages = "\n".join(f"/{name}" for name in measured)
    missing = [
        f"`docs/{name}.md` is not part of this checkout yet: `make {name}` measures and writes it.\n"
        for name in names if name not in measured
    ]  # fmt: skip
    return "\n".join([*([f"```{{toctree}}\n\n{pages}\n```\n"] if measured else []), *missing])


def case_page(path: Path) -> str:
    """Return a notebook of percent cells as a page: its text, and its code without results."""
    source = path.read_text(encoding="utf-8").split("# ---\n", 2)[-1]
    parts = []
    for cell in re.split(r"^# %%", source, flags=re.MULTILINE)[1:]:
        head, _, body = cell.partition("\n")
        if "[markdown]" in head:
            parts.append(re.sub(r"^# ?", "", body.strip(), flags=re.MULTILINE))
        else:
            parts.append(f"```python\n{body.strip()}\n```")
    parts.insert(1, f"*The notebook `notebooks/{path.name}`; open it with Jupyter (jupytext) to see its pictures.*")
    return "\n\n".join(parts) + "\n"


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


assert set(clickgraph.__all__) - {"plot"} <= public_names(), "a public name without a place in the reference"
