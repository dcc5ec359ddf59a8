"""Files as published -> the tables of a data set, by name."""

import ast
import datetime
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from clickgraph.datasets.catalogue import OULAD_PAGES, OULAD_PART, OULAD_RUNS
from clickgraph.datasets.hiding import Veil
from clickgraph.datasets.r_files import read_r

Files: TypeAlias = Mapping[str, Path]
Parts: TypeAlias = dict[str, pa.Table]

_TIME = pa.timestamp("us", tz="UTC")
# The copy of MovieLens in this repository had ratings added by an app; the official set ends here.
_LAST_USER, _LAST_RATING = 610, datetime.datetime(2018, 9, 26, tzinfo=datetime.UTC)
_ACTIONS = {
    "WatchEvent": "star", "ForkEvent": "fork", "CreateEvent": "create", "PushEvent": "push", "IssuesEvent": "issue",
    "PublicEvent": "public",
}  # fmt: skip
_TERM_BEGINS = {"B": (2, 1), "J": (10, 1)}  # the month and day on which a presentation starts, about


def convert_retweets(files: Files) -> Parts:
    """Return the retweets: account, content (the tweet retweeted), time, action, post_id."""
    frame = read_r(files["data/russian_coord_tweets.rda"])
    return {"events": _in_order(account=_text(frame["account_id"]), content=_text(frame["object_id"]),
                                time=_seconds(frame["timestamp_share"]), action="retweet",
                                post_id=_text(frame["content_id"]))}  # fmt: skip


def convert_elections(files: Files) -> Parts:
    """Return a row per object of a post (url, hashtag, domain, image), without nulls and exact repeats."""
    frame = read_r(files["data/german_elections.rda"])
    whole = pa.table({"account": _text(frame["account_id"]), "time": _seconds(frame["timestamp"]),
                      "post_id": _text(frame["post_id"])})  # fmt: skip
    layers = []
    for action, name in {"url": "url_id", "hashtag": "hashtag_id", "domain": "domain_id", "image": "phash_id"}.items():
        number = _text(frame[name])
        content = pc.binary_join_element_wise(f"{action}:", number, "")
        rows = whole.append_column("content", content).append_column("action", pa.array([action] * len(whole)))
        layers.append(rows.filter(pc.is_valid(number)))
    names = ["account", "content", "time", "action", "post_id"]
    distinct = pa.concat_tables(layers).select(names).group_by(names, use_threads=False).aggregate([])
    return {"events": distinct.select(names).sort_by([("time", "ascending")])}


def convert_stars(files: Files) -> Parts:
    """Return the events, with logins and repositories hidden, and for each account whether it is a listed ghost."""
    raw = pyarrow.csv.read_csv(
        files["data/checkpoint_repo_events.csv"],
        convert_options=pyarrow.csv.ConvertOptions(column_types={"created_at": pa.string(), "actor": pa.string()}),
    )
    veil = Veil()
    time = pc.strptime(pc.utf8_replace_slice(raw["created_at"], 19, 23, ""), "%Y-%m-%d %H:%M:%S", "s")
    action = pa.array([_ACTIONS.get(kind, "other") for kind in raw["type"].to_pylist()], pa.string())
    columns = {"account": veil.hide(raw["actor"]), "content": veil.hide(raw["repo"]), "time": time.cast(_TIME)}
    names = ["account", "content", "time", "action"]
    table = pa.table({**columns, "action": action}).group_by(names, use_threads=False).aggregate([])
    events = table.select(names).sort_by([("time", "ascending")])
    listed = veil.hide(pa.array(sorted(_listed(files["scripts/analysis/checkpoint.py"]))))
    accounts = pa.concat_arrays([events["account"].combine_chunks(), listed]).unique()
    stargazers = events.filter(pc.equal(events["action"], "star"))["account"].combine_chunks().unique()
    ghost, stars = (pc.is_in(accounts, value_set=each) for each in (listed, stargazers))
    # In an order that tells nothing: hashes are as good as random.
    table = pa.table({"account": accounts, "ghost": ghost.cast(pa.int8()), "stars": stars})
    return {"events": events, "accounts": table.sort_by("account")}


def convert_fake_stars(files: Files) -> Parts:
    """Return the stars, with logins and repositories hidden.

    A star comes twice where its repository was renamed: one account, one second, two names. The first name stays.
    """
    names = {"github": pa.string(), "name": pa.string(), "starred_at": pa.string()}
    options = pyarrow.csv.ConvertOptions(column_types=names, include_columns=list(names))
    raw = pyarrow.csv.read_csv(files["data/dagster_test/fake_stars_obvious_users.csv"], convert_options=options)
    kept = raw.group_by(["name", "starred_at"], use_threads=False).aggregate([("github", "min")])
    veil, time = Veil(), pc.strptime(kept["starred_at"], "%Y-%m-%d %H:%M:%S", "s").cast(_TIME)
    return {"events": _in_order(account=veil.hide(kept["name"]), content=veil.hide(kept["github_min"]), time=time,
                                action="star")}  # fmt: skip


def _listed(script: Path) -> set[str]:
    """Return the accounts of the published list: the last long text of the script, a login per line.

    The script is parsed, never run.
    """
    texts = [
        node.value.split()
        for node in ast.walk(ast.parse(script.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    logins = sorted((text for text in texts if not any("/" in line for line in text)), key=len)
    return set(logins[-1]) if logins else set()


def convert_ratings(files: Files) -> Parts:
    """Return the ratings of the official set: account, content (film), time, action, rating."""
    raw = pyarrow.csv.read_csv(files["ml-latest-small/ratings.csv"])
    time = raw["timestamp"].cast(pa.timestamp("s")).cast(pa.timestamp("us")).cast(_TIME)
    official = pc.and_(pc.less_equal(raw["userId"], _LAST_USER), pc.less(time, pa.scalar(_LAST_RATING, _TIME)))
    events = _in_order(account=raw["userId"], content=raw["movieId"], time=time, action="rate",
                       rating=raw["rating"].cast(pa.float32()), keep=official)  # fmt: skip
    return {"events": events}


def convert_clicks(files: Files) -> Parts:
    """Return a row per student, page and day as published: account, content, time, action, weight, course."""
    rows = []
    for module, term in OULAD_RUNS:
        raw = pyarrow.parquet.ParquetFile(files[OULAD_PART.format(module, term)]).read()
        begin = np.datetime64(datetime.date(int(term[:4]), *_TERM_BEGINS[term[4]]), "us").astype(np.int64)
        time = begin + raw["date"].cast(pa.int64()).to_numpy() * 86_400_000_000
        rows.append(pa.table({
            "account": raw["id_student"].cast(pa.int64()), "content": raw["id_site"].cast(pa.int64()),
            "time": pa.array(time, _TIME), "action": pa.array(["click"] * len(raw)),
            "weight": raw["sum_click"].cast(pa.int32()), "course": pa.array([f"{module}_{term}"] * len(raw)),
        }))  # fmt: skip
    pages = pyarrow.parquet.ParquetFile(files[OULAD_PAGES]).read()
    kinds = {"content": pages["id_site"].cast(pa.int64()), "activity_type": pages["activity_type"].cast(pa.string())}
    return {"events": pa.concat_tables(rows), "contents": pa.table(kinds)}


CONVERSIONS: MappingProxyType[str, Callable[[Files], Parts]] = MappingProxyType(
    {
        "german_elections": convert_elections,
        "github_fake_stars": convert_fake_stars,
        "movielens_latest_small": convert_ratings,
        "oulad_clicks": convert_clicks,
        "russian_coord_tweets": convert_retweets,
        "stargazers_ghost": convert_stars,
    }
)


def _text(column: Any) -> pa.Array:
    """Return a column of a frame as text, what is missing as null."""
    return pa.Array.from_pandas(column).cast(pa.string())


def _seconds(column: Any) -> pa.Array:
    return pa.array(np.rint(np.asarray(column, np.float64)).astype(np.int64) * 1_000_000, _TIME)


def _in_order(*, action: str, keep: pa.ChunkedArray | None = None, **columns: Any) -> pa.Table:
    """Return the columns as a table with its action, in order of time."""
    names = ["account", "content", "time"]
    n = len(columns["time"])
    parts = {**{name: columns.pop(name) for name in names}, "action": pa.array([action] * n), **columns}
    table = pa.table(parts)
    table = table if keep is None else table.filter(keep)
    return table.sort_by([("time", "ascending")])
