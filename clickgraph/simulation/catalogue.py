"""The catalogue of worlds: each system by name, with its source, its farm and its public."""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from clickgraph.simulation.draws import HOUR
from clickgraph.simulation.worlds import DAY


@dataclass(frozen=True, slots=True)
class Scenario:
    """A world by name: where it comes from, and the defaults of its farm (None: no farm) and its public."""

    source: str
    farm: MappingProxyType[str, Any] | None = None
    public: MappingProxyType[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def _farm(source: str, *, action: str = "like", days: float = 28.0, **farm: Any) -> Scenario:
    public = {"n_accounts": 100_000, "n_events": 1_000_000, "action": action, "days": days}
    return Scenario(source, MappingProxyType(farm), MappingProxyType(public))


def _organic(source: str, **public: Any) -> Scenario:
    return Scenario(source, None, MappingProxyType(public))


SCENARIOS: MappingProxyType[str, Scenario] = MappingProxyType(
    {
        "manual-farm": _farm(
            "Dhaka 2013, about 400 likes per worker and day (computed from Guardian, Dispatches); gap, sizes "
            "and cover assumed",
            n_accounts=90,
            n_jobs=40,
            participation=(0.5, 1.0),
            delivery="serial",
            gap=8.0,
            jitter=(0.5, 2.0),
            cover=(0.11, 0.43),
        ),
        "box-farm": _farm(
            "Thailand 2017, 474 phones, 347,200 SIM cards, 9 computers (Bangkok Post, Infosecurity); 4 to 16 "
            "actions per account and day at work (SynchroTrap); one day in seven at work and spread assumed",
            days=7.0,
            n_accounts=347_200,
            n_jobs=140,
            participation=(0.03, 0.11),
            on_days=1 / 7,
            delivery="serial",
            hands=9,
            jitter=(1.0, 10.0),
        ),
        "phone-farm": _farm(
            "China 2017, about 10,000 phones, known from a video and no court record; all rates assumed",
            n_accounts=10_000,
            n_jobs=40,
            on_days=0.9,
            audience=(0.05, 0.3),
            cover=(0.5, 1.0),
        ),
        "computer-farm": _farm(
            "Ukraine 2022, 100 gateways, 10,000 SIM cards, 100,000 accounts (police reports; SIMCARTEL 2025: "
            "Europol); a job takes whole gateways within seconds; job sizes and cover assumed",
            n_accounts=100_000,
            n_jobs=30,
            participation=(0.05, 0.2),
            cells=100,
            spread=(1.0, 4.0),
            core=(1.0, 1.0),
            jitter=(0.01, 0.3),
            cover=(0.0, 0.1),
        ),
        "stealth-farm": _farm(
            "a BoostLikes-like trickle, 15 days a job (De Cristofaro et al., IMC 2014; the 41 likes a day "
            "are unverified); pairs share 0 to 3 targets; pool and lives assumed",
            n_accounts=2_000,
            n_jobs=10,
            job_sizes=(615.0, 0.1),
            delivery="trickle",
            spread=(15 * DAY, 15 * DAY),
            audience=(0.5, 2.0),
            lives="clone",
        ),
        "follower-seller": _farm(
            "Devumi, 3,450 follows per order and 57 per bot (computed from New York Times, FTC); pool, days "
            "and trailing assumed",
            action="follow",
            n_accounts=20_000,
            n_jobs=330,
            job_sizes=(3450.0, 0.15),
            spread=(2 * HOUR, 3 * DAY),
            core=(0.8, 1.0),
        ),
        "star-seller": _farm(
            "fake GitHub stars, median 169 a repository, quartiles 98 and 264, 59 % one-shot "
            "accounts, active a week, delivered in 48 hours to a week (He et al., ICSE 2026); pool and "
            "job rate assumed",
            action="star",
            n_accounts=20_000,
            n_jobs=1_400,
            job_sizes=(169.0, 0.735),
            one_shot=0.6,
            workload=(5.0, 130.0),
            lifetime=7.0,
            delivery="trickle",
            spread=(2 * DAY, 7 * DAY),
            clients=400,
        ),
        "independent": _organic("people who choose for themselves; heavy tails and rhythm assumed"),
        "topics": _organic("20 topics of shared taste, time zones, day rhythm; tastes assumed", n_topics=20),
        "fans": _organic(
            "twenty creators, half of the fans within minutes of each post; loyalty heavy-tailed, assumed",
            n_creators=20,
        ),
        "news-flash": _organic(
            "three flashes of news, a dozen outlets each, half-life 24 minutes; sizes assumed", n_flashes=3
        ),
        "live-event": _organic("two matches of two hours with a shared second screen; sizes assumed", n_matches=2),
        "sale-day": _organic("two sale days of forty advertised offers; sizes assumed", n_sales=2),
        "mixture": _organic(
            "topics, fans, news, a match and a sale in one log; sizes assumed",
            n_topics=20,
            n_creators=8,
            n_flashes=1,
            n_matches=1,
            n_sales=1,
        ),
    }
)
