"""Peers on the same inputs: with the parameters of their papers, and with the best of a small grid."""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import numpy as np

from benchmarks.backgrounds import has_data
from benchmarks.cells import Cell, Known, Result
from benchmarks.limits import Limits
from benchmarks.peers import PEERS, Parameters, cheaply, without_cheap
from benchmarks.sections import Scope, clean, failures_of, planted, results_of
from benchmarks.trials import Input, next_trials, outcome, ran_out
from benchmarks.writing import Chapter, to_table

_CLEAN = "benchmarks.measurements.clean:"
_WORLDS = 20
_QUICK_WORLDS = ("independent", "topics", "sale-day", "fans")
_LEGEND = """\
Every method gets the same log; nobody is given a window. *Paper*: the parameters of the peer's paper or package.
*Best*: the setting of a small grid, the paper's included, that does best here, chosen with the truth in hand:
that no user has, and find_rings, which runs once with its defaults, is not granted it. With several seeds the
worst is shown. All groups have three accounts and more. *Organic*: fewer than half of the accounts are of a
farm; *ahead*: organic groups that outrank the median matched one. *s*: seconds of the whole cell, the making of
the log included. A peer runs in a process of its own, with at most {limits}; once two settings of a peer have
run out on a log, those that never succeeded are not tried."""
_CLEAN_LEGEND = """\
Worlds without a farm in which a method reports any group (find_rings: any `ring`; in brackets any group with a
weaker verdict), of the worlds of that kind. A peer does not promise to stay silent; the figure says what a list
from it is worth to somebody who does not know whether there is a farm."""
_ONE_SEED = "The plain recipe with `min_weight` 1: one world of each kind, as its Louvain takes half a minute."


def inputs(scope: Scope) -> list[Input]:
    """Return the large logs: planted ones by level, and the real farm among organic stars."""
    found = []
    for log in planted.logs(scope):
        seeds = scope.seeds[: 1 if log == "oulad_clicks" else 2]
        for level in planted.LEVELS[: 1 if scope.quick else None]:
            given = tuple({"log": log, "level": level, "seed": seed} for seed in seeds)
            found.append(Input(f"{log}, {level} rings", "measure", given))
    if has_data("stargazers_ghost"):
        times = 10 if scope.quick else 100
        given = ({"organic": "topics", "seed": 0, "times": times},)
        found.append(Input(f"Real ghosts among {times} times as many organic stars", "measure_ghosts", given))
    return found


def cells(scope: Scope, known: Known) -> list[Cell]:
    """Return what find_rings and the peers are to run; of the peers' large cells each peer's next one."""
    asked = [cell for each in inputs(scope) for cell in each.rings()]
    asked += [*_rings_in_worlds(scope), *_peers_in_worlds(scope)]
    for _, alike in groupby(inputs(scope), key=lambda each: each.given[0].get("log")):
        each_level = list(alike)
        for peer in PEERS:
            asked += next_trials(each_level, peer, settings_of(peer, scope), known=known)
    return asked


def settings_of(peer: str, scope: Scope) -> list[Parameters]:
    """Return the settings of a peer, the paper's first."""
    return list(PEERS[peer].settings[: 2 if scope.quick else None])


def show(scope: Scope, known: Known) -> list[Chapter]:
    """Return the chapters: planted rings, the real farm, and clean worlds."""
    every = cells(scope, known)
    parts = []
    for each in inputs(scope):
        ghosts = each.function == "measure_ghosts"
        parts.append(f"### {each.title}\n\n{(_ghosts if ghosts else _planted)(each, scope, known)}")
    # What ran out stands in the tables.
    broken = [cell for cell in every if not ran_out(known.get(cell.key, {}))]
    sources = "\n".join(f"- {peer.title}: {peer.source}." for peer in PEERS.values())
    text = "\n\n".join([_LEGEND.format(limits=_limits(every, known)), *parts, sources, failures_of(broken, known)])
    numbers = [{**cell.arguments, **known[cell.key]} for cell in every if cell.limited and cell.key in known]
    return [Chapter("Peers on the same logs", text, numbers), _in_clean_worlds(scope, known)]


def _limits(every: list[Cell], known: Known) -> str:
    for cell in every:
        had = known.get(cell.key, {}).get("limits")
        if had:
            return str(Limits(**had))
    return "the limits of time and memory"


def _planted(each: Input, scope: Scope, known: Known) -> str:
    """Return a row per method: average precision, rings matched, organic groups, and seconds."""
    columns = ["method", "AP, paper", "matched", "organic", "ahead", "s"]
    columns += ["AP, best", "matched", "organic", "ahead", "s", "best setting"]
    rows = [
        [f"**find_rings**, {name}", *_two(_ours(each, known, of=of), [{}], worth=_mean_precision, show=_of_planted)]
        for name, of in (("all verdicts", "all"), ("verdict `ring`", "ring"))
    ]
    for peer, about in PEERS.items():
        settings = settings_of(peer, scope)
        of = outcome(each, peer, settings, known=known)
        rows.append([about.title, *_two(of, settings, worth=_mean_precision, show=_of_planted)])
    return to_table(columns, rows)


def _ghosts(each: Input, scope: Scope, known: Known) -> str:
    """Return a row per method: listed ghosts with three stars and more, organic groups and accounts."""
    columns = ["method", "ghosts found, paper", "organic groups", "organic accounts", "s"]
    columns += ["ghosts found, best", "organic groups", "organic accounts", "s", "best setting"]
    rows = [["**find_rings**, verdict `ring`", *_two(_ours(each, known), [{}], worth=_clean_ghosts, show=_of_ghosts)]]
    for peer, about in PEERS.items():
        settings = settings_of(peer, scope)
        of = outcome(each, peer, settings, known=known)
        rows.append([about.title, *_two(of, settings, worth=_clean_ghosts, show=_of_ghosts)])
    best = "*Best* is here the setting with the most ghosts found, less the organic accounts accused."
    return f"{best}\n\n{to_table(columns, rows)}"


def _ours(each: Input, known: Known, *, of: str = "all") -> list[list[Result] | str]:
    """Return the results of find_rings as those of a peer with one setting."""
    results = [known.get(cell.key, {"failed": "not run"}) for cell in each.rings()]
    if any("failed" in result for result in results):
        return ["not measured"]
    return [[{**result, "all": result[of]} if of in result else result for result in results]]


def _two(
    of: list[list[Result] | str],
    settings: list[Parameters],
    *,
    worth: Callable[[list[Result]], float],
    show: Callable[[list[Result]], list[object]],
) -> list[object]:
    """Return the cells of a row: with the paper's setting, then with the best one, and which that is."""
    width = len(show([]))
    done = [number for number, results in enumerate(of) if not isinstance(results, str)]
    best = max(done, key=lambda number: worth(_results(of[number])), default=None)
    shown: list[object] = []
    for number in (0, best):
        results = of[number or 0]
        shown += [results, *[None] * (width - 1)] if isinstance(results, str) else show(results)
    return [*shown, _say(settings[best]) if best is not None else None]


def _results(outcome: list[Result] | str) -> list[Result]:
    return [] if isinstance(outcome, str) else outcome


def _mean_precision(results: list[Result]) -> float:
    return float(np.mean([result["all"]["average_precision"] or 0.0 for result in results]))


def _clean_ghosts(results: list[Result]) -> float:
    return float(np.mean([result["n_busy_found"] - result["n_organic_accounts"] for result in results]))


def _of_planted(results: list[Result]) -> list[object]:
    of = [result["all"] for result in results]
    if not of:
        return [None] * 5
    matched = min(of, key=lambda one: one["n_matched"] / max(one["n_true_rings"], 1))
    return [
        min(one["average_precision"] or 0.0 for one in of),
        f"{matched['n_matched']}/{matched['n_true_rings']}",
        max(one["n_organic"] for one in of),
        max(one["n_organic_ahead"] for one in of),
        max(float(result["seconds"]) for result in results),
    ]


def _of_ghosts(results: list[Result]) -> list[object]:
    if not results:
        return [None] * 4
    (r,) = results
    return [f"{r['n_busy_found']}/{r['n_busy']}", r["n_organic"], r["n_organic_accounts"], float(r["seconds"])]


def _say(parameters: Parameters) -> str:
    return ", ".join(f"{name} {_plain(value)}" for name, value in parameters.items()) or "defaults"


def _plain(value: Any) -> str:
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def _worlds(scope: Scope) -> int:
    return 2 if scope.quick else min(_WORLDS, scope.n_worlds)


def _kinds(scope: Scope) -> tuple[str, ...]:
    return _QUICK_WORLDS if scope.quick else clean.WORLDS


def _rings_in_worlds(scope: Scope) -> Iterator[Cell]:
    for world in _kinds(scope):
        for seed in range(_worlds(scope)):
            yield Cell(_CLEAN + "measure_world", {"world": world, "seed": seed, "strata": None})


def _peers_in_worlds(scope: Scope) -> Iterator[Cell]:
    for peer in PEERS:
        for world in _kinds(scope):
            for settings, n in _split(peer, scope):
                given = {"world": world, "seeds": n, "peer": peer, "settings": settings}
                yield Cell(_CLEAN + "measure_worlds_peer", given, "peers")


def _split(peer: str, scope: Scope) -> list[tuple[list[Parameters], int]]:
    """Return settings and number of worlds; the one that takes half a minute a world goes by itself."""
    settings, n = cheaply(peer, settings_of(peer, scope)), _worlds(scope)
    if peer != "plain_recipe":
        return [(settings, n)]
    slow = [] if scope.quick else [(settings[:1], 1)]
    return [*slow, (settings[1:], n)]


def _in_clean_worlds(scope: Scope, known: Known) -> Chapter:
    rows: list[list[object]] = [["**find_rings**", "defaults", *_of_rings(scope, known)]]
    results = results_of(list(_peers_in_worlds(scope)), known)
    numbers: list[dict[str, Any]] = [{**cell.arguments, **result} for cell, result in results]
    for peer, about in PEERS.items():
        for settings, n in _split(peer, scope):
            for number, setting in enumerate(settings):
                given = {"peer": peer, "settings": settings, "seeds": n}
                of = {c.arguments["world"]: r for c, r in results if given.items() <= c.arguments.items()}
                counts = [of[world]["n_with"][number] if world in of else None for world in _kinds(scope)]
                shown = without_cheap(peer, setting)
                name = _say(shown) + " (paper)" * (shown == about.paper)
                rows.append([about.title, name, *(None if k is None else f"{k}/{n}" for k in counts)])
    table = to_table(["method", "setting", *_kinds(scope)], rows)
    failed = failures_of([*_rings_in_worlds(scope), *_peers_in_worlds(scope)], known)
    left = "The plain recipe with `min_weight` 1 is left out when quick." if scope.quick else _ONE_SEED
    return Chapter("Peers in clean worlds", "\n\n".join([_CLEAN_LEGEND, table, left, failed]), numbers)


def _of_rings(scope: Scope, known: Known) -> list[object]:
    shown: list[object] = []
    results = results_of(list(_rings_in_worlds(scope)), known)
    for world in _kinds(scope):
        of = [r["n_verdicts"] for c, r in results if c.arguments["world"] == world]
        weaker = sum(any(counts[name] for name in counts if name != "ring") for counts in of)
        shown.append(f"{sum(counts['ring'] > 0 for counts in of)}/{len(of)} ({weaker})")
    return shown
