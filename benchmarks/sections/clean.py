"""Clean logs: how often a ring is reported where there is none, and what its p-values are worth."""

from collections.abc import Iterator

from benchmarks.backgrounds import has_data
from benchmarks.cells import Cell, Known, Result
from benchmarks.goals import Goal
from benchmarks.sections import Scope, failures_of, results_of
from benchmarks.writing import Chapter, show_p, to_table
from clickgraph.measures import calibration
from clickgraph.rings.ring import VERDICTS

WORLDS = ("independent", "topics", "news-flash", "live-event", "sale-day", "mixture", "fans")
# What the user knows of the source of a content settles what an audience is.
_STRATIFIED = ("fans", "mixture")
_SETS = (("movielens_latest_small", None), ("oulad_clicks", "course"))
_FUNCTION = "benchmarks.measurements.clean:"
_P_VALUES = ("smallest_ring_p", "smallest_suspected_p", "smallest_p")
_LEGEND = """\
Small organic worlds (4,000 accounts, 40,000 events, four weeks) and real sets that are taken to hold no farm,
searched with alpha 0.01. *Worlds with a ring*: worlds with any ring of that verdict, with the exact 95 %
interval of their share (Clopper and Pearson). The other verdicts are counted likewise. Goal: no world of 300
with a `ring`; for fans without strata, none in 95 % of the worlds."""
_CALIBRATION = """\
The smallest p-value of any `ring` of a world, 1 where none came back; a valid test has P(p <= a) <= a. *Holds*:
the lower end of the exact 95 % interval does not exceed the level. p-values are of the test against the
outsiders of the group's own hours, that the group comes together by chance. Fans do not come together by chance:
that is what the verdict is for, and the last two columns show p-values without it, of all groups that are not called
an audience, and of all."""


def kinds() -> Iterator[tuple[str, str | None]]:
    """Yield each world, and with strata where it has a source of contents that matters."""
    for world in WORLDS:
        yield world, None
        if world in _STRATIFIED:
            yield world, "creator"


def cells(scope: Scope, _known: Known) -> list[Cell]:
    """Return a cell per world and seed, and per real set."""
    asked = [
        Cell(_FUNCTION + "measure_world", {"world": world, "seed": seed, "strata": strata})
        for world, strata in kinds()
        for seed in range(scope.n_worlds)
    ]
    sets = [(name, strata) for name, strata in _SETS if has_data(name)]
    asked += [
        Cell(_FUNCTION + "measure_set", {"name": name, "strata": strata})
        for name, strata in (sets[:1] if scope.quick else sets)
    ]
    return asked


def goals(scope: Scope, known: Known) -> list[Goal]:
    """Return the goals: no false ring, fans apart, and p-values that mean what they say."""
    results = results_of(cells(scope, known), known)
    worlds = {kind: of for kind in kinds() if (of := _of_kind(results, kind))}
    fans = worlds.get(("fans", None), [])
    others = {kind: of for kind, of in worlds.items() if kind != ("fans", None)}
    found = []
    if others:
        none = not any(map(_n_with_ring, others.values()))
        found.append(Goal("organic worlds", "none of 300 of each kind with a `ring`", _with_a_ring(others), none))
    if fans:
        n = _n_with_ring(fans)
        asked = "no `ring` in 95 % of the worlds"
        found.append(Goal("fans, no strata given", asked, f"{n} of {len(fans)} with one", n <= 0.05 * len(fans)))
    sets = {c.arguments["name"]: r["n_verdicts"]["ring"] for c, r in results if "name" in c.arguments}
    if sets:
        say = ", ".join(f"{name} {n}" for name, n in sets.items())
        found.append(Goal("real sets without a farm", "no `ring`", say, not any(sets.values())))
    return [*found, *_calibrated(worlds)]


def _calibrated(worlds: dict[tuple[str, str | None], list[Result]]) -> list[Goal]:
    broken, n_kinds = [], 0
    for (world, strata), of in worlds.items():
        if of:
            n_kinds += 1
            if not all(calibration([result["smallest_ring_p"] for result in of])["holds"].to_pylist()):
                broken.append(f"{world} by {strata}" if strata else world)
    say = f"broken in {', '.join(broken)}" if broken else f"holds in all {n_kinds} kinds of worlds"
    asked = "P(p <= a) <= a for a = 0.1, 0.05, 0.01, within sampling error"
    return [Goal("p-values of rings in clean worlds", asked, say, not broken)] if n_kinds else []


def _with_a_ring(worlds: dict[tuple[str, str | None], list[Result]]) -> str:
    parts = [
        f"{world}{f' by {strata}' if strata else ''} {_n_with_ring(of)} of {len(of)}"
        for (world, strata), of in worlds.items()
        if _n_with_ring(of)
    ]
    n = sum(map(len, worlds.values()))
    return ", ".join(parts) or f"none of {n} worlds of {len(worlds)} kinds"


def _n_with_ring(results: list[Result]) -> int:
    return sum(result["n_verdicts"]["ring"] > 0 for result in results)


def _of_kind(results: list[tuple[Cell, Result]], kind: tuple[str, str | None]) -> list[Result]:
    return [r for c, r in results if (c.arguments.get("world"), c.arguments["strata"]) == kind]


def show(scope: Scope, known: Known) -> list[Chapter]:
    """Return the chapters: false rings, and the calibration of the p-values."""
    every = cells(scope, known)
    results = results_of(every, known)
    counts, levels, numbers = [], [], []
    for world, strata in kinds():
        of = _of_kind(results, (world, strata))
        if of:
            counts.append(_count(of, [world, strata]))
            table, *others = (calibration([result[name] for result in of]).to_pylist() for name in _P_VALUES)
            holds = all(row["holds"] for row in table)
            levels.append([world, strata, len(of), *map(_interval, table), holds, *(_strictest(of) for of in others)])
            numbers.append({"world": world, "strata": strata, "calibration": table, "worlds": list(map(_brief, of))})
    columns = ["world", "strata", "worlds", "with a ring", "share, 95 % interval"]
    columns += ["with an audience", "with a candidate", "rings in all", "median s"]
    sets = [[c.arguments["name"], c.arguments["strata"], *_set(r)] for c, r in results if "name" in c.arguments]
    of_sets = to_table(["set", "strata", *VERDICTS, "smallest p", "s"], sets)
    text = "\n\n".join([_LEGEND, to_table(columns, counts), of_sets, failures_of(every, known)])
    names = ["world", "strata", "worlds", *(f"p <= {level}" for level in (0.1, 0.05, 0.01)), "holds"]
    names += ["p <= 0.01, no audience", "p <= 0.01, any"]
    return [
        Chapter("Clean worlds and sets", text, numbers),
        Chapter("Calibration of the p-values", f"{_CALIBRATION}\n\n{to_table(names, levels)}", levels),
    ]


def _brief(result: Result) -> Result:
    """Return the numbers of a world, and of its groups those with the verdict `ring`."""
    return {**result, "found": [group for group in result["found"] if group["verdict"] == "ring"]}


def _count(results: list[Result], name: list[str | None]) -> list[object]:
    n = len(results)
    has = {v: sum(r["n_verdicts"][v] > 0 for r in results) for v in ("ring", "audience", "candidate")}
    # A world with a ring as a "p-value" of zero: the interval is that of the calibration.
    (row,) = calibration([0.0] * has["ring"] + [1.0] * (n - has["ring"]), levels=[0.5]).to_pylist()
    rings = sum(r["n_verdicts"]["ring"] for r in results)
    seconds = sorted(r["search_seconds"] for r in results)[n // 2]
    return [*name, n, has["ring"], _interval(row), has["audience"], has["candidate"], rings, seconds]


def _set(result: Result) -> list[object]:
    return [
        *(result["n_verdicts"][verdict] for verdict in VERDICTS),
        show_p(result["smallest_p"]),
        result["search_seconds"],
    ]


def _strictest(table: list[Result]) -> float:
    """Return the share of worlds whose p-value is at most the smallest level."""
    return float(min(table, key=lambda row: row["level"])["share"])


def _interval(row: Result) -> str:
    """Return a share of worlds with its exact interval."""
    return f"{row['share']:.3f} ({row['low']:.3f} to {row['high']:.3f})"
