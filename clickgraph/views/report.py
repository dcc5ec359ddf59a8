"""write_report: a result as one page that opens from disk and asks nothing of anyone."""

import base64
import hashlib
import json
from collections.abc import Sequence
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Any

import clickgraph
from clickgraph.errors import InputError
from clickgraph.log.text import printable
from clickgraph.rings.model import Rings
from clickgraph.rings.storage import replaced_whole
from clickgraph.settings import check_whole
from clickgraph.views.pseudonyms import Pseudonyms, with_pseudonyms
from clickgraph.views.report_cards import Card, make_cards, say_reproduction, say_settings, say_summary
from clickgraph.views.report_tables import summary_table

MISSING = "a report needs jinja2 and bokeh: pip install 'clickgraph[report]'"


def write_report(
    rings: Rings,
    path: str | PathLike[str],
    *,
    pseudonyms: Pseudonyms = None,
    title: str = "Coordinated account rings",
    most_rings: int = 50,
) -> Path:
    """Write a result as one HTML page: summary, a card per ring, evidence, tables, pictures, settings, caveats.

    The page opens from disk without any request, under a content security policy that lets no other
    script run; ids are shown as text, whatever they hold. Its tables sort and filter, it prints, and a
    keyboard is enough to read it.

    Parameters
    ----------
    rings : Rings
        A result; the log is not needed.
    path : path
        The file; an older one is replaced, whole or not at all.
    pseudonyms : bytes, str, True or None
        A key of 16 bytes or more replaces all ids by pseudonyms, the same in every export with this key;
        True takes a random key and forgets it.
    title : str
        Of the page.
    most_rings : int
        How many of the best rings get a card with tables and pictures; the summary lists all.

    Returns
    -------
    Path
        The file, of about 1.3 MB (BokehJS, taken from the installed package) and 100 bytes per member.
        The same rings and key give the same bytes.

    Raises
    ------
    ImportError
        If jinja2 or bokeh is not installed.
    InputError
        If the path is a folder, the key too short, or `most_rings` no whole number of 0 or more.

    Examples
    --------
    >>> import tempfile, clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> rings = cg.find_rings(world.events)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cg.write_report(rings, f"{folder}/report.html", pseudonyms=True).name
    'report.html'
    """
    target = Path(path).resolve()
    if target.is_dir():
        raise InputError("a file to write to", f"the folder {target}", "name a file such as report.html")
    check_whole("most_rings", most_rings, least=0)
    page = _render(
        with_pseudonyms(rings, pseudonyms), title=title, most_rings=most_rings, hidden=pseudonyms is not None
    )
    with replaced_whole(target) as partial:
        partial.write_text(page, encoding="utf-8", newline="\n")
    return target


def _render(rings: Rings, *, title: str, most_rings: int, hidden: bool) -> str:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
        from markupsafe import Markup

        scripts = [Markup(script) for script in _scripts()]
    except ImportError as error:
        raise ImportError(MISSING) from error
    environment = Environment(
        loader=PackageLoader("clickgraph.views", "page"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    cards = make_cards(rings[:most_rings])
    return environment.get_template("report.html.jinja").render(
        title=title, rings=rings, cards=cards, summary=summary_table(rings), figures=say_summary(rings),
        notices=[printable(notice, width=400) for notice in rings.notices],
        settings=say_settings(rings), reproduction=say_reproduction(rings, hidden=hidden), hidden=hidden,
        version=clickgraph.__version__, policy=_policy(scripts), scripts=scripts,
        style=Markup(_read("report.css")), data=Markup(_embedded_json(_page_data(rings, cards))),
    )  # fmt: skip


def _read(name: str) -> str:
    return (files("clickgraph.views") / "page" / name).read_text(encoding="utf-8")


def _scripts() -> list[str]:
    """Return BokehJS from the installed package, and the page's own script."""
    from bokeh.resources import Resources

    library = Resources(mode="inline", components=["bokeh"], log_level="error").js_raw
    return [_embeddable(script) for script in ("\n".join(library), _read("report.js"))]


def _embeddable(script: str) -> str:
    """Return a script in which HTML finds no end and no comment, with line ends as HTML will read them."""
    script = script.replace("\r\n", "\n").replace("\r", "\n")
    for mark in ("</script", "<!--"):
        if mark in script.lower():
            raise RuntimeError(f"the script holds {mark!r}: it cannot stand in a page")
    return script


def _policy(scripts: Sequence[str]) -> str:
    """Return the content security policy: these scripts and no other, and no request to anywhere.

    Styles may stand in the page: Bokeh makes its own, and without requests a style can tell nobody anything.
    """
    hashes = " ".join(f"'sha256-{_hash_of(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def _hash_of(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _page_data(rings: Rings, cards: list[Card]) -> dict[str, Any]:
    tables = [summary_table(rings), *(table for card in cards for table in card.tables)]
    return {
        "tables": {table.id: [column.to_dict() for column in table.columns] for table in tables},
        "pictures": {each["id"]: each["picture"] for card in cards for each in card.pictures},
    }


def _embedded_json(value: Any) -> str:
    """Return JSON in which HTML finds nothing to act on."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
