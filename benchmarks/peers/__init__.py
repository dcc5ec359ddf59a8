"""The peers: each a function ``detect(events, **parameters) -> Groups``, written from its paper.

``PEERS`` says for each the parameters of its paper and a small grid of others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any

from benchmarks.peers.groups import Groups

Parameters = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer by name: what it is called, whence it comes, its paper's parameters and its small grid."""

    title: str
    source: str
    paper: Parameters
    grid: tuple[Parameters, ...]

    @property
    def settings(self) -> tuple[Parameters, ...]:
        """The paper's parameters first, then those of the grid."""
        return (self.paper, *self.grid)


_DAY = 86_400.0

PEERS: MappingProxyType[str, Peer] = MappingProxyType(
    {
        "qut": Peer(
            "coordination-network-toolkit (the package)",
            "doi:10.25912/RDF_1632782596538",
            {"window": 60.0, "min_edge_weight": 2},
            ({"window": 600.0, "min_edge_weight": 4}, {"window": 3600.0, "min_edge_weight": 6}),
        ),
        "coortweet": Peer(
            "CooRTweet's rule",
            "doi:10.5117/CCR2025.1.7.RIGH",
            {"window": 10.0, "min_participation": 2, "edge_weight": 0.5},
            (
                {"window": 60.0, "min_participation": 4, "edge_weight": 0.9},
                {"window": 600.0, "min_participation": 4, "edge_weight": 0.98},
                {"window": 3600.0, "min_participation": 6, "edge_weight": 0.99},
            ),
        ),
        "synchrotrap": Peer(
            "SynchroTrap",
            "doi:10.1145/2660267.2660269",
            {"window": "1h", "threshold": 0.5, "min_actions": 5},
            (
                {"window": "10min", "threshold": 0.2, "min_actions": 5},
                {"window": "1h", "threshold": 0.2, "min_actions": 5},
                {"window": "1day", "threshold": 0.2, "min_actions": 5},
                {"window": "1day", "threshold": 0.35, "min_actions": 5},
            ),
        ),
        "tfidf_cosine": Peer(
            "TF-IDF cosine",
            "doi:10.1609/icwsm.v15i1.18075",
            {"top": 0.005, "min_contents": 10},
            (
                {"top": 0.005, "min_contents": 5},
                {"top": 0.001, "min_contents": 5},
                {"top": 0.0002, "min_contents": 5},
            ),
        ),
        "fraudar": Peer(
            "FRAUDAR",
            "doi:10.1145/2939672.2939747",
            {"n_blocks": 1},
            ({"n_blocks": 10}, {"n_blocks": 30}),
        ),
        "holoscope": Peer(
            "HoloScope",
            "arXiv:1705.02505 (CIKM 2017)",
            {"n_blocks": 1},
            ({"n_blocks": 10}, {"n_blocks": 10, "spikes": False}),
        ),
        "copycatch": Peer(
            "CopyCatch",
            "doi:10.1145/2488388.2488400",
            {"window": 15 * _DAY, "min_accounts": 50, "min_contents": 10, "rho": 0.5},
            (
                {"window": _DAY / 2, "min_accounts": 5, "min_contents": 10, "rho": 0.5},
                {"window": 3600.0, "min_accounts": 5, "min_contents": 10, "rho": 0.5},
                {"window": 3600.0, "min_accounts": 5, "min_contents": 10, "rho": 0.3},
            ),
        ),
        "community_notes": Peer(
            "Community Notes rule",
            "github.com/twitter/communitynotes",
            {"window": "20min", "npmi": 0.55, "pseudocounts": 500.0, "min_contents": 10},
            (
                {"window": "20min", "npmi": 0.55, "pseudocounts": 0.0, "min_contents": 10},
                {"window": "20min", "npmi": 0.55, "pseudocounts": 10.0, "min_contents": 5},
                {"window": "1day", "npmi": 0.55, "pseudocounts": 10.0, "min_contents": 5},
            ),
        ),
        "plain_recipe": Peer(
            "networkx projection and Louvain",
            "doi:10.1088/1742-5468/2008/10/P10008",
            {"min_weight": 1},
            ({"min_weight": 3}, {"min_weight": 5, "resolution": 4.0}),
        ),
    }
)


# What makes a peer cheap where many small worlds are searched, and leaves its answer as it is.
_CHEAPLY: MappingProxyType[str, Parameters] = MappingProxyType(
    {"qut": {"n_threads": 1}, "plain_recipe": {"projection": "sparse"}}
)


def cheaply(peer: str, settings: Iterable[Parameters]) -> list[Parameters]:
    """Return settings of a peer for small worlds, of which several are searched at the same time."""
    return [{**setting, **_CHEAPLY.get(peer, {})} for setting in settings]


def without_cheap(peer: str, setting: Parameters) -> Parameters:
    """Return a setting as the tables show it: what changes the answer."""
    return {name: value for name, value in setting.items() if name not in _CHEAPLY.get(peer, {})}


def run_peer(name: str, events: Any, **parameters: Any) -> Groups:
    """Return what the peer of this name finds in a table of events."""
    groups: Groups = import_module(f"benchmarks.peers.{name}").detect(events, **parameters)
    return groups
