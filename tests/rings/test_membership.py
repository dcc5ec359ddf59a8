"""Membership: the likelihood ratio of every account, against a plain sum."""

import math

import numpy as np
from made_groups import background, codes, crowd, farm

from clickgraph.rings.membership import LEAST_NATS, NOBODY, judge_accounts

ACTS = crowd(200, 2_000) + farm("f", 12, 9, share=0.7)
# A visitor who comes to one burst only, and one who came to four.
VISITS = [
    ("guest", "f-job0", 20 * 3_600.0 + 20),
    *(("regular", f"f-job{k}", 72_000.0 * (k + 1) + 25) for k in range(4)),
]
LOG = background(ACTS + VISITS)
FARM = codes(LOG, "f")


def test_who_is_explained_by_the_bursts_belongs() -> None:
    bursts = LOG.bursts_of(FARM, by_hours=False).widened()
    group = judge_accounts(LOG, FARM, bursts)
    assert set(FARM) <= set(group.account)
    (regular,) = codes(LOG, "regular")
    assert regular in group.account
    assert codes(LOG, "guest")[0] not in group.account
    assert (group.hits >= 2).all()
    assert (group.nats > LEAST_NATS).all()


def test_the_ratio_is_the_plain_one() -> None:
    bursts = LOG.bursts_of(FARM, by_hours=False)
    group = judge_accounts(LOG, FARM, bursts)
    account = LOG.graph.slots.account
    runs = [account[a:b] for a, b in zip(bursts.first, bursts.end, strict=True)]
    n_outside = sum(int((~np.isin(run, FARM)).sum()) for run in runs)
    total = n_outside + 0.5 * len(runs)
    rate = total / (LOG.graph.n_events - LOG.n_acted[FARM].sum())
    mean = sum(len(set(run) & set(FARM)) for run in runs) / len(FARM)
    for who, hits, nats in zip(group.account, group.hits, group.nats, strict=True):
        assert hits == sum(who in run for run in runs)
        own = 1.0 if who in FARM else (total - hits + 0.5) / (total + 0.5)
        chance = LOG.n_acted[who] * rate * own
        prior = math.log(len(FARM) / LOG.graph.n_accounts)
        assert math.isclose(nats, hits * math.log(mean / chance) - (mean - chance) + prior, rel_tol=1e-9)


def test_without_bursts_or_members_nobody_belongs() -> None:
    bursts = LOG.bursts_of(FARM, by_hours=False)
    assert judge_accounts(LOG, FARM[:0], bursts) is NOBODY
    assert judge_accounts(LOG, FARM, bursts.where(np.zeros(len(bursts), np.bool_))) is NOBODY
