"""Small logs with a group in their midst, and the background that the group is judged against."""

import numpy as np
import pyarrow as pa
from toy_logs import Act, make_log

import clickgraph as cg
from clickgraph.rings.background import Background

WINDOWS = np.array([60_000_000, 3_600_000_000])
MINUTE, HOUR = 60.0, 3_600.0
PAGES = [f"page{k}" for k in range(8)]


def crowd(n_accounts: int, n_events: int, *, n_contents: int = 200, hours: float = 240.0, seed: int = 0) -> list[Act]:
    """Accounts that act on contents at random times."""
    rng = np.random.default_rng(seed)
    who, what = rng.integers(n_accounts, size=n_events), rng.integers(n_contents, size=n_events)
    when = rng.uniform(0, HOUR * hours, n_events)
    return [(f"x{a}", f"y{c}", float(t)) for a, c, t in zip(who, what, when, strict=True)]


def farm(name: str, n_accounts: int, n_jobs: int, *, share: float = 1.0, seed: int = 0) -> list[Act]:
    """Accounts of which a share, drawn anew for each job, acts on a new content within a minute."""
    rng = np.random.default_rng(seed)
    return [
        (f"{name}{k}", f"{name}-job{job}", 20 * HOUR * (job + 1) + float(rng.uniform(0, 50)))
        for job in range(n_jobs)
        for k in np.flatnonzero(rng.random(n_accounts) < share)
    ]


def pool(name: str, n_accounts: int, n_jobs: int, size: int, *, days: int = 60, seed: int = 0) -> list[Act]:
    """Accounts of which some, drawn anew for each job, act on a new content in the course of a day."""
    rng = np.random.default_rng(seed)
    return [
        (f"{name}{k}", f"{name}-job{job}", 24 * HOUR * day + float(rng.uniform(0, 12 * HOUR)))
        for job, day in enumerate(rng.integers(0, days, n_jobs).tolist())
        for k in rng.choice(n_accounts, size, replace=False).tolist()
    ]


def visit(who: str, begin: float, *, pages: list[str] = PAGES) -> list[Act]:
    """One account goes through the pages, two minutes on each."""
    return [(who, page, begin + 2 * MINUTE * k) for k, page in enumerate(pages)]


def course(n_together: int, n_others: int) -> list[Act]:
    """Pages of a course: some go through them at the same time, the others on evenings of their own."""
    together = [act for k in range(n_together) for act in visit(f"t{k}", 100 * HOUR + 2.5 * MINUTE * k)]
    others = [act for k in range(n_others) for act in visit(f"o{k}", (5 + 1.5 * k) * HOUR)]
    return together + others


def background(acts: list[Act] | pa.Table, *, windows: np.ndarray = WINDOWS) -> Background:
    """Index a log."""
    log = acts if isinstance(acts, pa.Table) else make_log(acts)
    return Background.of(cg.build_graph(cg.read_events(log)), windows)


def codes(log: Background, *letters: str) -> np.ndarray:
    """The codes of the accounts whose names begin so."""
    names = log.graph.events.account_ids.to_pylist()
    return np.flatnonzero([name.startswith(letters) for name in names]).astype(np.int32)
