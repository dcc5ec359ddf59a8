"""Toy logs for the peers: who acts on what, at which second."""

from collections.abc import Iterable

import pyarrow as pa

NOON = 1_700_000_000_000_000
Act = tuple[str, str, float]


def make_log(acts: Iterable[Act], **columns: list[str]) -> pa.Table:
    """A log of (account, content, second)."""
    account, content, seconds = zip(*acts, strict=True)
    time = pa.array([NOON + round(1_000_000 * second) for second in seconds], pa.timestamp("us", "UTC"))
    return pa.table({"account": list(account), "content": list(content), "time": time, **columns})


def together(accounts: Iterable[str], contents: Iterable[str], *, apart: float = 1.0) -> list[Act]:
    """Every account acts on every content, `apart` seconds after the one before; contents an hour apart."""
    whom = list(accounts)
    return [
        (who, what, 3600.0 * hour + apart * place)
        for hour, what in enumerate(contents)
        for place, who in enumerate(whom)
    ]


def names(letter: str, n: int) -> list[str]:
    """n names that begin with a letter."""
    return [f"{letter}{number}" for number in range(n)]


def alone(n_accounts: int, n_contents: int) -> list[Act]:
    """Accounts that each act on contents that nobody else touches, days after all the others."""
    return [
        (f"x{who}", f"x{who}-{what}", 86_400.0 * (10 + who) + 3600.0 * what)
        for who in range(n_accounts)
        for what in range(n_contents)
    ]
