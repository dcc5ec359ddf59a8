"""The detectability plane: how weak a farm may be and still be found, by find_rings, by peers, in theory."""

from typing import Any

from benchmarks.cells import Cell, Known, Result
from benchmarks.goals import Goal
from benchmarks.peers import PEERS, Parameters, cheaply
from benchmarks.scenarios import PUBLIC, SMALL, Point, farm_at
from benchmarks.sections import Scope, failures_of, results_of
from benchmarks.writing import Chapter, to_table
from clickgraph.simulation.catalogue import SCENARIOS
from clickgraph.simulation.scenarios import make_farm
from clickgraph.simulation.worlds import DAY

_FUNCTION = "benchmarks.measurements.plane:"
COVERS = (0.0, 1.0, 4.0)
SPREADS = (None, 600.0, DAY)
# Where the peers are compared: the scenario's own way of delivery, and a drip over a day.
PEER_COVER, PEER_SPREADS = 1.0, (None, DAY)
_QUICK_PEERS = ("manual-farm", "phone-farm")
_HALF = 2  # steps of the plane that halve the participation
_AS_IS = f"""\
Each farm of the catalogue as it is, at a size of which many can be searched, among {PUBLIC["n_accounts"]:,}
independent organic accounts with {PUBLIC["n_events"]:,} events; shares (participation, one-shot accounts, accounts in
use) are the catalogue's. Accounts that acted once share nothing with anyone and are not asked for. *Shared*:
targets that two accounts, seen at least twice, have in common on average: what any method that looks at pairs has
to go by. *Bits if told*: the evidence of the ring for a test that is told its members and pays for having chosen
them; below {{bits}} it does not reach alpha 0.01, however one searches. F1 is that of a ring with the verdict
`ring`; precision and recall are those of the best ring of any verdict."""
_PLANE = """\
The weakest farm still found: the lowest participation (mean share of all the farm's accounts that act for one
job) at which a ring with the verdict `ring` has F1 >= 0.9 and no organic group gets that verdict. Participation
falls by halves until the farm is missed twice in succession, and is refined to a factor of 1.41; `<=` where no
weaker job is left (two accounts). *Spread*: the time over which a job is delivered; *own* is the catalogue's
way. *Cover*: organic acts per paid one. *In theory*: the same descent for the test that is told the members.
A dash: not found at any strength."""
_AGAINST = """\
The same descent for each peer with every setting of its grid, at cover 1. A peer's farm counts as found if F1 >=
0.9 and no organic group ranks before it: its user is taken to know where to cut the list, which find_rings is not
granted. In brackets: with no organic group in the list at all. Goal: half the participation (a quarter of the
shared targets) that the best peer needs, in every scenario that any method can solve."""
_LEFT_OUT = """\
Left out here: the plain recipe with `min_weight` 1, whose Louvain takes half a minute on each of these worlds;
its projection is done by a sparse product, which gives the same ties."""


def cells(scope: Scope, _known: Known) -> list[Cell]:
    """Return a cell per scenario as it is, per point of the plane, and per peer and point."""
    asked = [Cell(_FUNCTION + "measure_as_it_is", {"scenario": name, "seed": 0}) for name in SMALL]
    for point in _points(scope):
        asked += [Cell(_FUNCTION + name, point) for name in ("measure", "measure_limit")]
        asked += [
            Cell(_FUNCTION + "measure_peer", {**point, "peer": peer, "settings": settings_of(peer)}, "peers")
            for peer in (PEERS if scope.peers and _has_peers(point, scope) else ())
        ]
    return asked


def goals(scope: Scope, known: Known) -> list[Goal]:
    """Return the goals: half the participation of the best peer; the hopeless cases, said plainly."""
    results = results_of(cells(scope, known), known)
    rows = [
        [point["scenario"], *compare(*_all_at(results, point))] for point in _points(scope) if _has_peers(point, scope)
    ]
    solved = [row for row in rows if row[-1] != "nobody"]
    found = []
    if scope.peers and solved:
        met = [row[0] for row in solved if row[-1] is True]
        missed = dict.fromkeys(str(row[0]) for row in solved if row[-1] is not True)
        say = f"so at {len(met)} of the {len(solved)} points that any method solves"
        say += f"; not so for {', '.join(missed)}" if missed else ""
        asked = "found at half the participation that the best peer needs, wherever any method finds the farm"
        found.append(Goal("the weakest farm", asked, say, not missed))
    for name in ("stealth-farm", "star-seller"):
        of = [r for c, r in results if c.function.endswith("measure_as_it_is") and c.arguments["scenario"] == name]
        found += [Goal(f"{name}, as it is", "whatever is reached, with the limit", _plainly(r), None) for r in of]
    return found


def _plainly(r: Result) -> str:
    """Return what is reached of a farm, and what there is to go by."""
    return (
        f"F1 {r['f1']:.2f}; {r['n_once']:,} of {r['n_farm']:,} accounts acted once; two of the others share "
        f"{r['shared_per_pair']:.1f} targets; {r['n_jobs']} bursts of {r['per_job']:.0f} accounts hold "
        f"{r['bits_if_told']:,.0f} bits for a test that is told the members"
    )


def settings_of(peer: str) -> list[Parameters]:
    """Return the settings of a peer that are tried on the plane."""
    settings = PEERS[peer].settings
    if peer == "plain_recipe":
        settings = tuple(one for one in settings if one["min_weight"] > 1)
    return cheaply(peer, settings)


def show(scope: Scope, known: Known) -> list[Chapter]:
    """Return the chapters: the scenarios as they are, the plane, and the peers on it."""
    every = cells(scope, known)
    results = results_of(every, known)
    chapters = [_as_it_is(results), _plane(results, scope)]
    if scope.peers:
        chapters.append(_against(results, scope))
    chapters[-1] = Chapter(
        chapters[-1].title, f"{chapters[-1].text}\n\n{failures_of(every, known)}".strip(), chapters[-1].numbers
    )
    return chapters


def _points(scope: Scope) -> list[dict[str, Any]]:
    spreads, covers = ((None,), (PEER_COVER,)) if scope.quick else (SPREADS, COVERS)
    return [
        {"scenario": name, "spread": spread, "cover": cover, "seed": 0}
        for name in SMALL
        for spread in spreads
        for cover in covers
    ]


def _has_peers(point: dict[str, Any], scope: Scope) -> bool:
    chosen = _QUICK_PEERS if scope.quick else tuple(SMALL)
    return point["cover"] == PEER_COVER and point["spread"] in PEER_SPREADS and point["scenario"] in chosen


def _as_it_is(results: list[tuple[Cell, Result]]) -> Chapter:
    of = [(c.arguments["scenario"], r) for c, r in results if c.function.endswith("measure_as_it_is")]
    columns = ["scenario", "accounts", "acted once", "jobs", "accounts per job", "participation", "shared"]
    columns += ["bits if told", "F1", "verdict of the best", "its precision", "its recall", "organic rings", "search s"]
    names = ["n_farm", "n_once", "n_jobs", "per_job", "participation", "shared_per_pair", "bits_if_told", "f1"]
    names += ["verdict", "precision", "recall", "n_organic", "search_seconds"]
    table = to_table(columns, [[name, *(r[key] for key in names)] for name, r in of])
    sources = "\n".join(f"- `{name}`: {SCENARIOS[name].source}." for name, _ in of)
    text = "\n\n".join([_AS_IS.format(bits="6.6 bits"), table, _scale(), sources])
    return Chapter("Farms of the catalogue", text, [{"scenario": name, **r} for name, r in of])


def _scale() -> str:
    """Return how far each scenario was shrunk."""
    parts = []
    for name in SMALL:
        small, whole = farm_at(Point(name)), make_farm(name)
        sizes = f"{small.n_accounts:,} of {whole.n_accounts:,} accounts, {small.n_jobs} of {whole.n_jobs} jobs"
        parts.append(f"{name} {sizes}")
    public = f"{PUBLIC['n_accounts']:,} of 100,000 organic accounts"
    return f"Sizes here and in the catalogue: {'; '.join(parts)}; {public}."


def _plane(results: list[tuple[Cell, Result]], scope: Scope) -> Chapter:
    rows = []
    for name in SMALL:
        for spread in dict.fromkeys(point["spread"] for point in _points(scope)):
            at = {"scenario": name, "spread": spread}
            covers = list(dict.fromkeys(point["cover"] for point in _points(scope)))
            ours = [_say(_find(results, "measure", {**at, "cover": cover})) for cover in covers]
            limits = [_say(_find(results, "measure_limit", {**at, "cover": cover})) for cover in covers]
            rows.append([name, _say_spread(spread), *ours, *limits])
    covers = [f"cover {cover:g}" for cover in dict.fromkeys(point["cover"] for point in _points(scope))]
    columns = ["scenario", "spread", *covers, *(f"in theory, {cover}" for cover in covers)]
    numbers = [{**c.arguments, "what": c.function.rsplit(":")[-1], **r} for c, r in results if "cover" in c.arguments]
    return Chapter("The weakest farm still found", f"{_PLANE}\n\n{to_table(columns, rows)}", numbers)


def _against(results: list[tuple[Cell, Result]], scope: Scope) -> Chapter:
    rows, goals = [], []
    for point in _points(scope):
        if not _has_peers(point, scope):
            continue
        limit = _find(results, "measure_limit", point)
        ours, of = _all_at(results, point)
        where = [point["scenario"], _say_spread(point["spread"])]
        rows.append([*where, _say(ours), *(_say(of[peer], strict=True) for peer in PEERS), _say(limit)])
        goals.append([*where, *compare(ours, of)])
    columns = ["scenario", "spread", "find_rings", *(PEERS[peer].title for peer in PEERS), "in theory"]
    goal = to_table(["scenario", "spread", "find_rings", "best peer", "which", "ratio", "met"], goals)
    text = "\n\n".join([_AGAINST, goal, to_table(columns, rows), _LEFT_OUT])
    return Chapter("The weakest farm, against the peers", text, goals)


def _all_at(
    results: list[tuple[Cell, Result]], point: dict[str, Any]
) -> tuple[Result | None, dict[str, Result | None]]:
    """Return what find_rings and each peer reach at a point."""
    of = {peer: _find(results, "measure_peer", {**point, "peer": peer}) for peer in PEERS}
    return _find(results, "measure", point), of


def compare(ours: Result | None, peers: dict[str, Result | None]) -> list[object]:
    """Return our participation, the best peer's, its name, the ratio, and whether the goal is met.

    The best peer is the one that goes down the most steps. "nobody": no method finds the farm at any strength.
    """
    steps = {peer: result["step"] for peer, result in peers.items() if result and result["step"] is not None}
    mine = ours["step"] if ours else None
    if not steps:
        return [_say(ours), None, None, None, "nobody" if mine is None else True]
    best = max(steps, key=lambda peer: steps[peer])
    which, result = PEERS[best].title, peers[best]
    if mine is None:
        return [_say(ours), _say(result), which, None, False]
    met: bool | str = mine - steps[best] >= _HALF
    if not met and ours and ours["at_floor"]:
        met = "cannot be told: no weaker farm to try"
    return [_say(ours), _say(result), which, 2.0 ** ((steps[best] - mine) / 2), met]


def _find(results: list[tuple[Cell, Result]], name: str, wanted: dict[str, Any]) -> Result | None:
    for cell, result in results:
        if cell.function == _FUNCTION + name and wanted.items() <= cell.arguments.items():
            return result
    return None


def _say(result: Result | None, *, strict: bool = False) -> str:
    """Return the participation of the weakest farm found; in brackets the one at which the strict reading is met."""
    if result is None:
        return "not run"
    steps = {None: "-", **{row["step"]: f"{row['participation']:.3f}" for row in result["steps"]}}
    said = "<= " * bool(result["at_floor"]) + steps[result["step"]]
    return f"{said} ({steps[result['strict_step']]})" if strict else said


def _say_spread(seconds: float | None) -> str:
    if seconds is None:
        return "own"
    return f"{seconds / DAY:g} day" if seconds >= DAY else f"{seconds / 60:g} min"
