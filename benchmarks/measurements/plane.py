"""The weakest farm still found: each scenario weakened step by step, for find_rings, for a peer, in theory."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from benchmarks.measuring import Numbers, search
from benchmarks.peers import Parameters, run_peer
from benchmarks.scenarios import Point, last_step, public_of, world_at
from benchmarks.theory import MIN_ACTS, Work, bits_if_told, shared_per_pair, work_of
from clickgraph.evaluation import Evaluation, evaluate
from clickgraph.settings import ALPHA
from clickgraph.simulation.worlds import World

FOUND = 0.9  # F1 from which the farm counts as found

Judge = Callable[[World, Point], Numbers]


def measure_as_it_is(*, scenario: str, seed: int) -> Numbers:
    """Search a scenario as the catalogue describes it, made small, and say what theory expects of it."""
    point = Point(scenario, seed=seed)
    world = world_at(point)
    rings, numbers = search(world.events)
    sure = evaluate(rings, world.truth, accounts=world.events["account"], verdicts=["ring"])
    every = evaluate(rings, world.truth, accounts=world.events["account"])
    found = {ring.id: ring.verdict for ring in rings}
    best = {"found": None, "recall": 0.0, "precision": 0.0, **next(iter(every.matches), {})}
    return {
        **numbers,
        **_facts(world, point),
        "f1": round(_f1(sure), 3),
        "n_organic": sure.n_organic,
        "verdict": found.get(best["found"]),
        "precision": round(float(best["precision"]), 3),
        "recall": round(float(best["recall"]), 3),
        "n_events": len(world.events),
    }


def measure(*, scenario: str, spread: float | None, cover: float, seed: int) -> Numbers:
    """Return the weakest farm that find_rings finds: verdict `ring`, F1 >= 0.9, and no organic `ring`."""
    return descend(Point(scenario, spread=spread, cover=cover, seed=seed), _judge_rings)


def measure_limit(*, scenario: str, spread: float | None, cover: float, seed: int) -> Numbers:
    """Return the weakest farm whose evidence reaches alpha for a test that is told its members."""
    return descend(Point(scenario, spread=spread, cover=cover, seed=seed), _judge_theory)


def measure_peer(
    *, scenario: str, spread: float | None, cover: float, seed: int, peer: str, settings: list[Parameters]
) -> Numbers:
    """Return the weakest farm that a peer finds with any of `settings`, in two readings.

    *cut*: F1 >= 0.9 and no organic group ranks before it (its user knows where to cut the list); *strict*:
    no organic group at all. The steps go down as long as the milder one is met.
    """

    def judge(world: World, _point: Point) -> Numbers:
        return _judge_peer(world, peer=peer, settings=settings)

    return descend(Point(scenario, spread=spread, cover=cover, seed=seed), judge)


def descend(point: Point, judge: Judge) -> Numbers:
    """Weaken the farm by halves until it is missed twice in succession, then try the step between.

    Before it is found at all, four misses end the search: a farm at its full strength may be so large a part
    of a small log that it hides there.

    Returns
    -------
    dict
        `step` and, where a judge says it, `strict_step`: of the weakest farm found, None where none was;
        `participation` and `shared_per_pair` of that farm; `at_floor`: nothing weaker could be tried;
        `steps`: what was seen at each.
    """
    floor, seen, misses = last_step(point.scenario), {}, 0
    for step in range(0, floor + 1, 2):
        seen[step] = _look(replace(point, step=step), judge)
        misses = 0 if seen[step]["found"] else misses + 1
        if misses == (2 if _weakest(seen, "found") is not None else 4):
            break
    weakest = _weakest(seen, "found")
    if weakest is not None and weakest < floor:
        seen[weakest + 1] = _look(replace(point, step=weakest + 1), judge)
        weakest = _weakest(seen, "found")
    shown = seen[weakest] if weakest is not None else {}
    return {
        "step": weakest,
        "strict_step": _weakest(seen, "strict"),
        "at_floor": weakest == floor,
        "steps": [{"step": step, **seen[step]} for step in sorted(seen)],
        **{name: shown.get(name) for name in ("participation", "shared_per_pair", "setting")},
    }


def _weakest(seen: dict[int, Numbers], name: str) -> int | None:
    return max((step for step, numbers in seen.items() if numbers.get(name)), default=None)


def _look(point: Point, judge: Judge) -> Numbers:
    world = world_at(point)
    facts = _facts(world, point)
    return {**{name: facts[name] for name in ("participation", "shared_per_pair")}, **judge(world, point)}


def _judge_rings(world: World, _point: Point) -> Numbers:
    rings, numbers = search(world.events)
    result = evaluate(rings, world.truth, accounts=world.events["account"], verdicts=["ring"])
    f1, organic = _f1(result), result.n_organic
    return {
        "found": f1 >= FOUND and organic == 0,
        "f1": round(f1, 3),
        "n_organic": organic,
        "search_seconds": numbers["search_seconds"],
    }


def _judge_theory(world: World, point: Point) -> Numbers:
    bits = bits_if_told(_work(world, point))
    return {"found": bits >= -math.log2(ALPHA.default), "bits": round(bits, 1)}


def _judge_peer(world: World, *, peer: str, settings: Iterable[Parameters]) -> Numbers:
    best: dict[str, Any] = {"found": False, "strict": False, "f1": 0.0, "n_organic": None, "setting": None}
    for setting in settings:
        groups = run_peer(peer, world.events, **setting)
        result = evaluate(groups.to_members(), world.truth, accounts=groups.ids)
        f1 = _f1(result)
        found = f1 >= FOUND and result.n_organic_ahead == 0
        now: dict[str, Any] = {"found": found, "strict": found and result.n_organic == 0, "f1": round(f1, 3)}
        now |= {"n_organic": result.n_organic, "setting": setting}
        if (now["strict"], found, f1) > (best["strict"], best["found"], best["f1"]):
            best = now
        if best["strict"]:
            break
    return best


def _f1(result: Evaluation) -> float:
    return max((float(match["f1"]) for match in result.matches), default=0.0)


def _facts(world: World, point: Point) -> Numbers:
    """Return what the farm leaves to be found."""
    work = _work(world, point)
    acts = world.truth["n_acts"].to_numpy()
    n_jobs = len(set(work.paid.target.tolist()))
    return {
        "n_farm": len(acts),
        "n_again": int((acts >= MIN_ACTS).sum()),
        "n_once": int((acts == 1).sum()),
        "n_jobs": n_jobs,
        "per_job": round(float(acts.sum() / max(n_jobs, 1)), 1),
        "participation": round(float(acts.sum() / max(n_jobs * len(acts), 1)), 4),
        "shared_per_pair": round(shared_per_pair(work), 3),
        "bits_if_told": round(bits_if_told(work), 1),
    }


def _work(world: World, point: Point) -> Work:
    return work_of(world, public_of(point.scenario, seed=point.seed))
