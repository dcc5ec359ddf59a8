"""The command line: ``clickgraph find | show | audit | report | export | simulate | demo``.

Data on stdout, the rest on stderr.
"""

import json
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import clickgraph
from clickgraph.cli_errors import command, shown
from clickgraph.cli_views import export, report

if TYPE_CHECKING:
    from clickgraph.log.table import Table
    from clickgraph.rings.formats import Format
    from clickgraph.rings.model import Rings
    from clickgraph.simulation.worlds import World

# Libraries are imported inside the commands: --help has to come at once.
FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)
RNG = click.option("--rng", type=click.IntRange(min=0), default=0, show_default=True, help="Random seed.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print a JSON document instead.")


@click.group()
@click.version_option(clickgraph.__version__, prog_name="clickgraph")
def main() -> None:
    """Find coordinated account rings in engagement logs."""


main.add_command(report)
main.add_command(export)


def _split_windows(_context: click.Context, _option: click.Parameter, value: str | None) -> object:
    if value is None or value == "auto":
        return value
    return tuple(window.strip() for window in value.split(","))


@main.command()
@click.argument("source")
@click.option("--out", type=FOLDER, help="Folder for the tables; an older result there is replaced.")
@click.option(
    "--format",
    "table_format",
    type=click.Choice(["parquet", "csv", "json"]),
    default="parquet",
    show_default=True,
    help="Of the tables.",
)
@JSON
@click.option("--account", metavar="COLUMN", help="Who acted.")
@click.option("--content", metavar="COLUMN", help="On what.")
@click.option("--time", "time_column", metavar="COLUMN", help="When.")
@click.option("--timezone", metavar="ZONE", help="Of times that carry none, such as Europe/Berlin; UTC.")
@click.option("--no-time", is_flag=True, help="Use no times, even where there are some.")
@click.option("--action", metavar="COLUMN", help="What was done: like, share, ...")
@click.option("--post", metavar="COLUMN", help="The act, where one act touches several contents.")
@click.option("--layers", type=click.Choice(["separate", "merge"]), help="What actions are to each other.")
@click.option("--windows", metavar="10s,1min,...", callback=_split_windows, help="What counts as together.")
@click.option("--strata", metavar="COLUMN", help="Compare within a language, topic, creator, ...")
@click.option("--alpha", type=float, help="Chance of any false ring in an organic log.")
@click.option("--resolution", type=float, help="Bits per pair below which a group is none.")
@click.option("--min-size", type=int, help="Fewest accounts of a ring.")
@click.option("--ignore", metavar="ID", multiple=True, help="Account or content to leave out; repeatable.")
@RNG
@click.option("--threads", "n_threads", type=click.IntRange(min=1), help="All cores by default.")
@click.option("--memory-limit", metavar="4GB", help="What the search may take; most of what is free.")
@click.option("--workdir", type=FOLDER, help="Folder where a Parquet log is kept, sorted, for a next time.")
@click.option("--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True, help="Where.")
@click.option("--master", metavar="URL", help="Of Spark: spark://host:port, yarn, sc://host:port, local[4].")
@click.option("--folder", metavar="PATH", help="Of Spark: for the stages of the work, reached by all workers.")
@command
def find(source: str, out: Path | None, table_format: "Format", as_json: bool, **given: Any) -> None:
    """Find the rings in SOURCE: a Parquet or CSV file, or a folder of Parquet files."""
    search = _search(**{name: given.pop(name) for name in ("engine", "master", "folder")})
    keywords = _to_keywords(given)
    if out is not None:
        _check_out(out)
    rings = search(source, **keywords)
    if out is not None:
        rings.write(out, format=table_format)
        click.echo(f"wrote {len(rings)} {'ring' if len(rings) == 1 else 'rings'} to {shown(out)}", err=True)
    _print_rings(rings, as_json=as_json)


def _search(*, engine: str, master: str | None, folder: str | None) -> "Callable[..., Rings]":
    """Return find_rings of the engine."""
    if engine == "spark":
        from clickgraph.cli_spark import find_on_spark

        return partial(find_on_spark, master=master, folder=folder)
    if master is not None or folder is not None:
        raise click.UsageError("--master and --folder go with --engine spark")
    return partial(clickgraph.find_rings, progress=_progress())


def _progress() -> Callable[[float], None] | None:
    """Return what tells a person at a terminal how far the search is; None where nobody looks."""
    if not _is_terminal():
        return None
    return lambda share: click.echo(f"\rcomparing accounts: {share:4.0%}", err=True, nl=share >= 1)


def _is_terminal() -> bool:
    return sys.stderr.isatty()


def _check_out(folder: Path) -> None:
    from clickgraph.rings.storage import check_replaceable

    check_replaceable(folder)


def _to_keywords(given: dict[str, Any]) -> dict[str, Any]:
    time_column, no_time = given.pop("time_column"), given.pop("no_time")
    if no_time and time_column is not None:
        raise click.UsageError("--time and --no-time contradict each other: give one of them")
    keywords = {name: value for name, value in given.items() if value is not None}
    return keywords | ({"time": time_column} if no_time or time_column is not None else {})


def _print_rings(rings: "Rings", *, as_json: bool) -> None:
    click.echo(json.dumps(rings.to_dict()) if as_json else str(rings))


@main.command()
@click.argument("folder", type=FOLDER)
@JSON
@click.option("--explain", "ring_id", metavar="RING", help="Say in sentences why this ring was reported.")
@click.option("--account", metavar="ID", help="With --explain: how this member belongs to it.")
@click.option("--log", metavar="SOURCE", help="With --explain: the log of the rings; it can tell more.")
@command
def show(folder: Path, as_json: bool, ring_id: str | None, account: str | None, log: str | None) -> None:
    """Show the rings in FOLDER, as `find --out FOLDER` wrote them."""
    rings = clickgraph.read_rings(folder)
    if ring_id is None:
        if account is not None or log is not None:
            raise click.UsageError("--account and --log go with --explain RING")
        _print_rings(rings, as_json=as_json)
        return
    ids = rings.summary["ring"].to_pylist()
    if ring_id not in ids:
        raise click.BadParameter(f"no ring {shown(ring_id)} in {shown(folder)}", param_hint="--explain")
    ring = rings[ids.index(ring_id)]
    of_id = {str(each): each for each in ring.accounts.to_pylist()}  # a command line knows texts only
    events = None if log is None else clickgraph.read_events(log, layers=rings.settings.get("layers", "separate"))
    explanation = clickgraph.explain(ring, account=of_id.get(account or "", account), events=events)
    text = str(explanation).replace("pass events=", "pass --log")  # what it is called here
    click.echo(json.dumps(explanation.to_dict()) if as_json else text)


@main.command()
@click.argument("log")
@click.argument("rings_folder", metavar="RINGS", type=FOLDER)
@click.option("--content", metavar="ID", help="The post, page, repository or product; all, most bought first.")
@click.option("--prices", type=FILE, help="Another price list, CSV or Parquet.")
@click.option("--owner", metavar="COLUMN", help="Whose a content is.")
@JSON
@click.option("--account-column", metavar="COLUMN", help="Who acted.")
@click.option("--content-column", metavar="COLUMN", help="On what.")
@click.option("--time-column", metavar="COLUMN", help="When.")
@click.option("--action-column", metavar="COLUMN", help="What was done.")
@click.option("--timezone", metavar="ZONE", help="Of times that carry none; UTC.")
@command
def audit(log: str, rings_folder: Path, content: str | None, as_json: bool, **given: Any) -> None:
    """Say which part of the engagement in LOG is of the rings in RINGS, and what it would have cost."""
    from clickgraph.rings.bill import audit_document, audit_text

    rings = clickgraph.read_rings(rings_folder)
    options = {name: given.pop(name) for name in ("prices", "owner")}
    columns = {name.removesuffix("_column"): value for name, value in given.items() if value is not None}
    events = clickgraph.read_events(log, layers=rings.settings.get("layers", "separate"), **columns)
    result = clickgraph.audit(events, rings, content=content, **options)
    click.echo(json.dumps(audit_document(result)) if as_json else audit_text(result))


@main.command()
@click.argument("name")
@click.option("--out", type=FILE, required=True, help="File for the events: .parquet or .csv.")
@click.option("--truth", type=FILE, required=True, help="File for the truth: .parquet or .csv.")
@RNG
@command
def simulate(name: str, out: Path, truth: Path, rng: int) -> None:
    """Simulate the world NAME, such as phone-farm: a log, and the truth about its farms."""
    for option, path in (("--out", out), ("--truth", truth)):
        if path.suffix not in (".parquet", ".csv"):
            raise click.BadParameter(f"{shown(path)} ends in neither .parquet nor .csv", param_hint=option)
    if out.resolve() == truth.resolve():
        raise click.UsageError("--out and --truth name the same file: give two")
    world = clickgraph.simulate(name, rng=rng)
    _write_files({out: world.events, truth: world.truth})
    accounts = f"{len(world.truth):,} farm accounts to {shown(truth)}"
    click.echo(f"wrote {len(world.events):,} events to {shown(out)}, {accounts}", err=True)


def _write_files(tables: "dict[Path, Table]") -> None:
    from clickgraph.rings.formats import write_table
    from clickgraph.rings.storage import replaced_whole

    with ExitStack() as stack:
        # All are written before the first takes its place.
        for path, table in tables.items():
            partial = stack.enter_context(replaced_whole(path.resolve()))
            write_table(table, partial, format=path.suffix.removeprefix("."))


@main.command()
@RNG
@command
def demo(rng: int) -> None:
    """Plant a farm of 10,000 phones in organic traffic, and find it again."""
    started = time.perf_counter()
    click.echo("simulating a farm of 10,000 phones in organic traffic ...", err=True)
    world = clickgraph.simulate("phone-farm", rng=rng)
    simulated = time.perf_counter()
    click.echo(f"looking for rings in {len(world.events):,} events ...", err=True)
    rings = clickgraph.find_rings(world.events, rng=rng)
    searched = time.perf_counter()
    click.echo(str(rings))
    click.echo(_say_matches(rings, world))
    seconds = f"simulated in {simulated - started:.1f} s, searched in {searched - simulated:.1f} s"
    click.echo(f"{seconds}; peak memory {_peak_memory()}")


def _peak_memory() -> str:
    try:
        import resource
    except ImportError:  # pragma: no cover - Windows has none
        return "unknown"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f"{peak / (2**30 if sys.platform == 'darwin' else 2**20):.2f} GiB"


def _say_matches(rings: "Rings", world: "World") -> str:
    import pyarrow.compute as pc

    from clickgraph.evaluation import evaluate

    result = evaluate(rings, world.truth, accounts=pc.unique(world.events["account"]))
    return f"\nagainst the truth:\n{result.matches}\norganic rings: {result.n_organic}"
