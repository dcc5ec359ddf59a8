"""The logs that rings made by hand could have come from."""

from made_rings import make_ring, make_rings

import clickgraph as cg
from clickgraph.rings.model import Ring


def one_ring(**summary: object) -> Ring:
    """Four accounts in three bursts on two contents, an hour apart; what `summary` says is as it says."""
    return make_rings(make_ring("r", ["a1", "a2", "a3", "a4"], ["c2", "c1", "c2"], **summary))[0]


def its_log(ring: Ring, *more: tuple[str, str, int]) -> cg.Events:
    """The acts of a made ring as a log, with a few events more: account, content, Unix time."""
    rows = [(act["account"], act["content"], int(act["time"].timestamp())) for act in ring.acts]
    account, content, time = (list(column) for column in zip(*rows, *more, strict=True))
    return cg.read_events({"account": account, "content": content, "time": time, "action": ["like"] * len(account)})
