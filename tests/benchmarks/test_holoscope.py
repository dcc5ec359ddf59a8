"""HoloScope against a slow and obvious twin, and its injection protocol against what its paper says of it."""

import itertools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from toy_logs import alone, make_log, names, together

import clickgraph as cg
from benchmarks.injection import inject
from benchmarks.peers import run_peer
from benchmarks.peers.groups import Floats
from benchmarks.peers.holoscope import Graph, shave
from benchmarks.peers.spikes import count_bins, weigh_spikes
from clickgraph.evaluation import evaluate

Points = list[tuple[float, float]]


def objective(graph: Graph, members: set[int], base: float, least: float) -> float:
    """Acts of the members times the suspicion of their content, per member and unit of suspicion."""
    acts: dict[int, float] = {}
    share: dict[int, float] = {}
    for account, content, worth, of in zip(graph.account, graph.content, graph.worth, graph.share, strict=True):
        if account in members:
            acts[content] = acts.get(content, 0.0) + worth
            share[content] = share.get(content, 0.0) + of
    suspicion = {content: least * base**of for content, of in share.items()}
    return sum(acts[c] * suspicion[c] for c in acts) / (len(members) + sum(suspicion.values()))


def shave_slowly(graph: Graph, start: set[int], base: float, least: float) -> tuple[set[int], float]:
    """Remove the account that adds least to the sum of acts times suspicion; return the best set on the way."""
    members, best, value = set(start), set(start), objective(graph, start, base, least)
    edges = list(zip(graph.account.tolist(), graph.content.tolist(), graph.worth, graph.share, strict=True))
    while len(members) > 1:
        power = {c: sum(s for a, d, _, s in edges if d == c and a in members) for c in set(graph.content.tolist())}
        adds = {m: sum(w * least * base ** power[c] for a, c, w, _ in edges if a == m) for m in members}
        members = members - {min(sorted(adds), key=lambda m: adds[m])}
        if objective(graph, members, base, least) > value:
            best, value = set(members), objective(graph, members, base, least)
    return best, value


@pytest.mark.parametrize("seed", range(6))
def test_the_kernel_shaves_as_its_twin_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    account, content = np.unique(rng.integers(0, 12, (60, 2)), axis=0).T
    # Uneven worths leave no ties, which rounding could break.
    graph = Graph(account, content, rng.uniform(1, 2, len(account)), np.zeros(len(account)))
    graph.share[:] = graph.worth / np.bincount(content, weights=graph.worth)[content]
    start = np.unique(account)[: 8 + seed % 3]
    members, value = shave(graph, start, base=32.0, least=1 / 32)
    expected, worth = shave_slowly(graph, set(start.tolist()), 32.0, 1 / 32)
    assert set(members.tolist()) == expected
    assert value == pytest.approx(worth)


def bursts_of(points: Points) -> list[tuple[float, float, float, float]]:
    """Awakening point, peak, height and slope of every burst, by recursion on the points of a histogram."""
    if len(points) < 2:
        return []
    peak = max(range(len(points)), key=lambda k: (points[k][1], -k))
    (x0, y0), (xm, ym) = points[0], points[peak]
    found = []
    if peak:
        below = [y0 + (ym - y0) * (x - x0) / (xm - x0) - y for x, y in points[:peak]]
        wake = max(range(peak), key=lambda k: (round(below[k], 9), -k))
        rise = ym - points[wake][1]
        found = [(points[wake][0], xm, rise, rise / (xm - points[wake][0])), *bursts_of(points[:wake])]
    later = [k for k in range(peak, len(points) - 1) if points[k + 1][1] > points[k][1]]
    return [*found, *(bursts_of(points[later[0] :]) if later else [])]


def drops_of(points: Points) -> list[tuple[float, float]]:
    """Fall and slope of every drop, by recursion on the points of a histogram."""
    if len(points) < 2:
        return []
    peak = max(range(len(points)), key=lambda k: (points[k][1], k))
    (xm, ym), (xe, ye) = points[peak], points[-1]
    found = []
    if peak < len(points) - 1:
        apart = {k: abs(ym + (ye - ym) * (x - xm) / (xe - xm) - y) for k, (x, y) in enumerate(points) if k > peak}
        dying = max(apart, key=lambda k: (round(apart[k], 9), k == len(points) - 1, -k))
        fall = ym - points[dying][1]
        found = [(fall, fall / (points[dying][0] - xm)), *drops_of(points[dying:])]
    return [*found, *drops_of(points[:peak])]


def weigh_slowly(day: Floats, end: float) -> tuple[Floats, float]:
    """Burst weight of each act and drop of a content, from numpy's own histogram."""
    count, edges = np.histogram(day, bins=count_bins(day))
    width = edges[1] - edges[0]
    bursts = bursts_of([(edges[0], 0.0), *zip(edges[1:], count.astype(float), strict=True)])
    least = max(rise for *_, rise, _ in bursts) / 2
    weight = np.zeros(len(day))
    for wake, peak, rise, slope in bursts:
        if rise >= least:
            weight[(day >= wake - width * (1 + 1e-9)) & (day <= peak + 1e-9)] += rise * slope
    tail = 0.0 if day[-1] < end - 0.5 else (count[-1] + count[-2]) / 2
    drops = drops_of([*zip(edges, [*count.astype(float), tail], strict=True)])
    fall, slope = max(drops, default=(0.0, 0.0), key=lambda drop: drop[0])
    return weight, fall * slope


@pytest.mark.parametrize("seed", range(8))
def test_spikes_are_those_of_the_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts = [rng.uniform(0, 20, 40), rng.normal(6, 0.2, 60), rng.normal(14, 0.5, 30)][: 1 + seed % 3]
    rows = [np.sort(np.clip(np.concatenate(parts), 0, 20)), np.sort(rng.uniform(0, 9, 15)), np.array([3.0])]
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    burst, drop = weigh_spikes(indptr, np.concatenate(rows))
    end = max(row[-1] for row in rows)
    for k, row in enumerate(rows[:2]):
        expected, fall = weigh_slowly(row, end)
        assert np.allclose(burst[indptr[k] : indptr[k + 1]], expected)
        assert drop[k] == pytest.approx(fall)
    assert burst[-1] == drop[-1] == 0.0


def test_a_burst_outweighs_a_trickle_and_a_drop_a_fading() -> None:
    trickle = np.linspace(0.0, 10.0, 100)
    spike = np.sort(np.append(np.linspace(0.0, 10.0, 40), np.linspace(4.0, 4.1, 60)))
    burst, drop = weigh_spikes(np.array([0, 100, 200, 201]), np.concatenate([trickle, spike, [20.0]]))
    inside = (spike >= 4.0) & (spike <= 4.1)
    assert np.mean(burst[100:200][inside] > 0) > 0.3  # the burst ends at its peak
    assert burst[100:200][spike < 3.0].max() == 0
    assert burst[100:200].max() > 10 * burst[:100].max()
    assert drop[1] > 10 * drop[0]


def test_bins_follow_the_rules_that_numpy_knows() -> None:
    rng = np.random.default_rng(2)
    for day in (rng.uniform(0, 9, 50), rng.normal(0, 1, 300)):
        sturges, diaconis = (len(np.histogram_bin_edges(day, bins=rule)) - 1 for rule in ("sturges", "fd"))
        assert count_bins(np.sort(day)) == max(sturges, diaconis)
    assert count_bins(np.full(5, 3.0)) == 1


def test_blocks_share_no_account() -> None:
    acts = together(names("a", 8), names("p", 8)) + together(names("b", 5), names("q", 5)) + alone(20, 3)
    groups = run_peer("holoscope", make_log(acts), n_blocks=2)
    sets = [set(groups.ids.take(pa.array(members)).to_pylist()) for members in groups.sets]
    assert sets == [set(names("a", 8)), set(names("b", 5))]


def test_the_score_of_a_block_that_nobody_else_touches() -> None:
    # Each of the 8 contents is wholly theirs, in acts and in bursts: P = 1. All drop alike: an act weighs 1 + 1.
    log = make_log(together(names("a", 8), names("p", 8)) + alone(20, 1))
    assert run_peer("holoscope", log).scores[0] == pytest.approx(2 * 64 / (8 + 8))
    assert run_peer("holoscope", log, spikes=False).scores[0] == pytest.approx(64 / (8 + 8))


def test_times_tell_more_than_the_graph_alone() -> None:
    log = cg.simulate("independent", n_accounts=2000, n_events=20_000, rng=1).events
    world = inject(log, n_accounts=200, n_targets=40, acts_per_target=30, rng=1)
    f1 = {}
    for spikes in (True, False):
        groups = run_peer("holoscope", world.events, spikes=spikes)
        f1[spikes] = evaluate(groups.to_members(), world.truth, accounts=log["account"]).matches["f1"][0].as_py()
    assert f1[True] > 0.9
    assert f1[False] < 0.5


def test_an_empty_log_has_no_block() -> None:
    groups = run_peer("holoscope", make_log([("a", "p", 0.0)]).slice(0, 0))
    assert groups.sets == ()
    assert len(groups.account_scores) == 0


def public(n: int = 2000) -> pa.Table:
    rng = np.random.default_rng(3)
    rows = zip(rng.integers(0, 400, n), rng.zipf(1.5, n) % 150, rng.integers(0, 10**6, n), strict=True)
    return make_log([(f"a{who}", f"c{what}", float(second)) for who, what, second in rows])


@pytest.mark.parametrize("one_start", [True, False])
def test_the_protocol_injects_what_it_says(one_start: bool) -> None:
    log = public()
    options = {"n_accounts": 80, "n_targets": 20, "acts_per_target": 40, "most": 30, "one_start": one_start}
    world = inject(log, **options, rng=5)
    key = ["account", "content", "time"]
    assert len(world.events) == len(log) + 20 * 40 + 80 * (20 * 40 // 80)
    assert world.truth.to_arrow()["n_acts"].to_pylist() == pytest.approx([10] * 80, abs=9)
    assert pc.sum(world.truth.to_arrow()["n_acts"]).as_py() == 800
    members = set(world.truth["account"].to_pylist())
    assert members <= set(log["account"].to_pylist())  # accounts that were there before
    counts = {row["values"]: row["counts"] for row in pc.value_counts(log["content"]).to_pylist()}
    before, after = ([tuple(row[k] for k in key) for row in t.to_pylist()] for t in (log, world.events.to_arrow()))
    added = list(after)
    for row in before:
        added.remove(row)
    hit: dict[str, set[str]] = {}
    for account, content, _ in added:
        hit.setdefault(content, set()).add(account)
    targets = {content for content, who in hit.items() if counts[content] < 30 and len(who) == 40}
    assert len(targets) == 20
    assert len({account for account, content, _ in added if content not in targets}) == 80
    cover = [counts[content] for _, content, _ in added if content not in targets]
    assert np.mean(cover) == pytest.approx(np.average(list(counts.values()), weights=list(counts.values())), rel=0.3)
    spans = [max(t) - min(t) for t in ([t for _, _, t in added],) if one_start]
    for content in hit if not one_start else ():
        when = [t for _, c, t in added if c == content]
        spans.append(max(when) - min(when))
    assert max(spans).total_seconds() <= shortest_pauses(log)[-1]
    assert inject(log, **options, rng=5).events.to_arrow().equals(world.events.to_arrow())


def shortest_pauses(log: pa.Table) -> list[float]:
    """The twenty shortest pauses of the log, in seconds."""
    by_content: dict[str, list[float]] = {}
    for row in log.to_pylist():
        by_content.setdefault(row["content"], []).append(row["time"].timestamp())
    pauses = {b - a for times in by_content.values() for a, b in itertools.pairwise(sorted(times)) if b > a}
    return sorted(pauses)[:20]
