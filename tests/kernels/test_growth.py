"""Growth in the kernels against growth step by step."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import logs
from made_groups import background, codes, crowd, farm

import clickgraph as cg
from clickgraph.kernels.growth import are_fertile, grow_seed
from clickgraph.rings.background import Background
from clickgraph.rings.refinement import grow_by_steps

WINDOWS = np.array([3_000_000, 40_000_000])
FARMS = background(crowd(800, 8_000, hours=900.0) + farm("f", 60, 30, share=0.35) + farm("g", 8, 12, seed=1))
PHONES = codes(FARMS, "f")


def _both(log: Background, seed: np.ndarray, rounds: int, *, by_hours: bool) -> list[tuple[list[int], bool]]:
    ground = log.ground()
    assert ground is not None
    steps = grow_by_steps(log, seed, rounds, by_hours)
    found = grow_seed(seed, rounds, by_hours, ground, log.scratch()), steps
    return [(members.tolist(), bool(rests)) for members, rests in found]


@given(logs(), st.integers(0, 3), st.sets(st.integers(0, 8)), st.integers(1, 3), st.booleans())
def test_seeds_in_any_log(log: pa.Table, n_apart: int, chosen: set[int], rounds: int, by_hours: bool) -> None:
    graph = cg.build_graph(cg.read_events(log))
    layer = (np.arange(len(graph.target_layer)) < n_apart).astype(np.int32)
    against = Background.of(replace(graph, target_layer=layer, base_layer=np.array([0, 0], np.int32)), WINDOWS)
    if against.ground() is not None:
        seed = np.array(sorted(a for a in chosen if a < graph.n_accounts), dtype=np.int32)
        kernels, steps = _both(against, seed, rounds, by_hours=by_hours)
        assert kernels == steps


def _lasts(log: Background, seed: np.ndarray, rounds: int, *, min_size: int, by_hours: bool) -> bool:
    """Say whether a seed grows, or only shrinks, but not below `min_size`: one round of steps after the other."""
    sizes, rests = [len(seed)], False
    while not rests and len(sizes) <= rounds and sizes == sorted(sizes, reverse=True):
        seed, rests = grow_by_steps(log, seed, 1, by_hours)
        sizes.append(len(seed))
    return sizes != sorted(sizes, reverse=True) or len(seed) >= min_size


@given(logs(), st.lists(st.sets(st.integers(0, 8)), max_size=5), st.integers(0, 5), st.integers(1, 3))
def test_a_seed_is_fertile_if_it_grows_or_stays(log: pa.Table, chosen: list[set[int]], first: int, rounds: int) -> None:
    graph = cg.build_graph(cg.read_events(log))
    against = Background.of(graph, WINDOWS)
    ground, first = against.ground(), min(first, len(chosen))
    if ground is not None:
        seeds = [np.array(sorted(a for a in some if a < graph.n_accounts), dtype=np.int32) for some in chosen]
        indptr, accounts = np.cumsum([0, *map(len, seeds)]), np.concatenate([np.empty(0, np.int32), *seeds])
        fertile = are_fertile(indptr, accounts, first, len(seeds), rounds, 3, ground, against.scratch())
        lasting = [
            any(_lasts(against, seed, rounds, min_size=3, by_hours=by_hours) for by_hours in (False, True))
            for seed in seeds[first:]
        ]
        assert fertile.tolist() == lasting


@pytest.mark.parametrize("by_hours", [False, True])
@pytest.mark.parametrize("rounds", [1, 2, 5])
@pytest.mark.parametrize("seed", [PHONES[5:11], PHONES, codes(FARMS, "g")[:4], codes(FARMS, "x1")[:6]])
def test_farms_and_strangers(seed: np.ndarray, rounds: int, by_hours: bool) -> None:
    kernels, steps = _both(FARMS, seed, rounds, by_hours=by_hours)
    assert kernels == steps


def test_the_farm_is_what_its_seed_grows_to() -> None:
    (kernels, rests), _ = _both(FARMS, PHONES[5:11], 5, by_hours=False)
    assert rests
    assert len(set(kernels) & set(PHONES.tolist())) >= 0.9 * len(PHONES)
