"""Which column of a foreign log is the account, the content, the time, the action and the post."""

import difflib
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from clickgraph.errors import InputError
from clickgraph.log.text import printable

AUTO: Final = "auto"

# Names that mean one role, by rank: a name of an earlier rank wins, two of the same rank are ambiguous.
# Names are compared in lower case, without "_", "-", "." and spaces.
_KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "account": (
        "account",
        "accountid",
        "userid actorid authorid profileid memberid reviewerid customerid studentid stargazerid followerid",
        "user actor author profile member reviewer customer student stargazer follower",
        "username screenname accountname authorname login handle",
    ),
    "content": (
        "content",
        "objectid object",
        "contentid",
        "itemid videoid mediaid targetid repoid repositoryid pageid productid movieid filmid trackid songid"
        " photoid appid bookid url uri link",
        "item video media target repo repository reponame page product movie film track song photo app book hashtag",
        "postid tweetid statusid messageid retweetedid retweetid",
        "post tweet",
    ),
    "time": (
        "time",
        "timestamp timestampshare eventtime datetime",
        "createdat starredat likedat ratedat sharedat followedat postedat viewedat clickedat reviewedat",
        "date unixtime epoch ts created",
    ),
    "action": ("action", "actiontype eventtype interactiontype", "interaction engagementtype verb"),
    "post": ("post", "postid actid shareid", "tweetid statusid messageid"),
}
OPTIONAL: Final = frozenset({"action", "post"})


@dataclass(frozen=True, slots=True)
class Names:
    """The column of each role; None where the log has none, or where it is not wanted."""

    account: str
    content: str
    time: str | None
    action: str | None
    post: str | None

    def by_role(self) -> dict[str, str | None]:
        """Return the column of each role."""
        return asdict(self)

    def used(self) -> list[str]:
        """Return the columns that have a role."""
        return [name for name in asdict(self).values() if name is not None]


def find_names(found: Sequence[str], *, given: Mapping[str, str | None], optional: Container[str] = OPTIONAL) -> Names:
    """Return the column of each role: the one that was `given`, else the one that is recognised.

    ``account_id, object_id, content_id, timestamp_share`` are those of CooRTweet, where ``content_id``
    is the post: it is taken so wherever ``object_id`` stands beside it.

    Parameters
    ----------
    found : sequence of str
        The names of the columns.
    given : mapping of str to str or None
        By role: a name, "auto" to recognise it, or None for no such column.
    optional : container of str, default {"action", "post"}
        Roles that a log may lack.

    Raises
    ------
    InputError
        A name that is not there or has two roles, a role that no column or that two columns fit.

    Examples
    --------
    >>> auto = dict.fromkeys(["account", "content", "time", "action", "post"], "auto")
    >>> names = find_names(["account_id", "object_id", "content_id", "timestamp_share"], given=auto)
    >>> names.content, names.post
    ('object_id', 'content_id')
    """
    _refuse_twins(found)
    named = {role: _check_name(name, role=role, found=found) for role, name in given.items() if _is_given(name)}
    if len(set(named.values())) < len(named):
        raise InputError("a column of its own for each role", say_names(list(named.values())))
    chosen: dict[str, str | None] = dict(named)
    for role in _KNOWN:
        if given[role] == AUTO:
            free = [name for name in found if name not in chosen.values()]
            chosen[role] = _recognise(role, free, coortweet="object_id" in found)
            if chosen[role] is None and role not in optional:
                raise _missing(role, found=found)
    return Names(**{role: chosen.get(role) for role in _KNOWN})  # type: ignore[arg-type]


def say_names(names: Sequence[str]) -> str:
    """Return the names of columns, made safe, in one line.

    Examples
    --------
    >>> say_names(["account", "time"])
    'account, time'
    """
    return ", ".join(printable(name) for name in names[:40]) or "none"


def _is_given(name: str | None) -> bool:
    return name is not None and name != AUTO


def _refuse_twins(found: Sequence[str]) -> None:
    twins = sorted({name for name in found if found.count(name) > 1})
    if twins:
        raise InputError("columns of different names", f"more than one column {say_names(twins)}")


def _check_name(name: object, *, role: str, found: Sequence[str]) -> str:
    if not isinstance(name, str):
        raise InputError(f"the name of a column as {role}", printable(repr(name)))
    if name not in found:
        close = difflib.get_close_matches(name, found, n=1)
        hint = f"did you mean {role}='{printable(close[0])}'?" if close else ""
        raise InputError(f"a column '{printable(name)}' as {role}", f"the columns {say_names(found)}", hint)
    return name


def _recognise(role: str, free: Sequence[str], *, coortweet: bool) -> str | None:
    """Return the free column of the best rank; None where there is none."""
    if role in free:
        return role
    ranks = ("contentid", *_KNOWN[role]) if role == "post" and coortweet else _KNOWN[role]
    for rank in ranks:
        fitting = [name for name in free if _plain(name) in rank.split()]
        if len(fitting) > 1:
            hint = f"say which, for example {role}='{printable(fitting[0])}'"
            raise InputError(f"one column for the {role}", f"{len(fitting)}: {say_names(fitting)}", hint)
        if fitting:
            return fitting[0]
    return None


def _missing(role: str, *, found: Sequence[str]) -> InputError:
    hint = f"name it with {role}='...'" + (", or read a log without times with time=None" if role == "time" else "")
    return InputError(f"a column for the {role}", f"the columns {say_names(found)}", hint)


def _plain(name: str) -> str:
    return re.sub(r"[_\-. ]", "", name.lower())
