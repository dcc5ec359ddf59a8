"""load: from a folder, from a faked source, and what it says when either fails."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import clickgraph as cg
from clickgraph.datasets.catalogue import DATA_SETS
from clickgraph.errors import InputError

Folder = Callable[[str], Path]
KEYS = ["account", "content", "time", "action", "post_id"]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache; no folder of the user's."""
    import pooch

    monkeypatch.delenv("CLICKGRAPH_DATA", raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda _name: tmp_path / "cache")
    return tmp_path / "cache"


def _serve(monkeypatch: pytest.MonkeyPatch, find: Callable[[str], Path]) -> list[str]:
    """Let pooch take its files from this disk, checksums and all; return the addresses that it is asked for."""
    import pooch

    asked: list[str] = []

    def retrieve(url: str, *, known_hash: str | None, fname: str, path: Path) -> str:
        asked.append(url)
        path.mkdir(parents=True, exist_ok=True)
        shutil.copy(find(url), path / fname)
        if known_hash is not None and not pooch.hashes.hash_matches(path / fname, known_hash):
            raise ValueError("SHA256 hash of downloaded file does not match the known hash")
        return str(path / fname)

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    return asked


def test_the_catalogue() -> None:
    table = cg.datasets.available()
    assert table["name"].to_pylist() == list(DATA_SETS)
    assert all(one["source"].endswith(DATA_SETS[one["name"]].commit) for one in table)


@pytest.mark.parametrize("name", sorted(set(DATA_SETS)))
def test_a_folder_of_ones_own(name: str, shared_data: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICKGRAPH_DATA", str(shared_data(name).parent))
    events = cg.datasets.load(name)
    assert events.columns[:2] == ["account", "content"]
    for part in DATA_SETS[name].other_parts:
        assert len(cg.datasets.load(name, part=part)) > 0


def test_the_ghosts(shared_data: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICKGRAPH_DATA", str(shared_data("stargazers_ghost").parent))
    accounts = cg.datasets.load("stargazers_ghost", part="accounts").to_arrow()
    ghosts = accounts.filter(pc.equal(accounts["ghost"], 1))
    assert (len(ghosts), pc.sum(ghosts["stars"]).as_py()) == (374, 204)


@pytest.mark.parametrize("name", ["russian_coord_tweets", "german_elections"])
def test_what_is_fetched_is_what_lies_in_the_folder(
    name: str, shared_data: Folder, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("rdata", reason="needs the extra `datasets`")
    raw = shared_data("raw")
    asked = _serve(monkeypatch, lambda url: raw / url.rsplit("/", 1)[1])
    fetched, again = cg.datasets.load(name).to_arrow(), cg.datasets.load(name).to_arrow()
    assert asked == [
        f"https://raw.githubusercontent.com/nicolarighetti/CooRTweet/d31a008e7a1d41645519aefea3917d9c3a741518/"
        f"data/{name}.rda"
    ]
    beside = pq.read_table(shared_data(name) / "events.parquet").cast(fetched.schema)
    order = [(key, "ascending") for key in KEYS]
    assert fetched.select(KEYS).sort_by(order).equals(beside.select(KEYS).sort_by(order))
    assert again.equals(fetched)
    assert [path.name for path in cache.rglob("*") if path.is_file()] == ["events.parquet"]


def _published(folder: Path) -> Callable[[str], Path]:
    """Write files that look like those of stargazers_ghost; return where each address lies."""
    (folder / "checkpoint_repo_events.csv").write_text(
        ",type,created_at,repo,actor\n"
        "0,CreateEvent,2024-05-31 15:22:42 UTC,someone/bot,someone\n"
        "1,WatchEvent,2024-05-31 16:42:56 UTC,someone/bot,first\n"
        "2,WatchEvent,2024-05-31 16:42:56 UTC,someone/bot,first\n"
        "3,WatchEvent,2024-05-31 16:42:57 UTC,someone/bot,0070070070\n"
    )
    (folder / "checkpoint.py").write_text(
        'REPOS = """\nsomeone/bot\n"""\nACTORS = """\nfirst\nsleeper\n0070070070\n"""\n'
    )
    return lambda url: folder / url.rsplit("/", 1)[1]


def test_logins_are_hidden_and_nothing_published_stays(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _serve(monkeypatch, _published(tmp_path))
    monkeypatch.setattr("clickgraph.datasets.loading._check", lambda *_args, **_more: None)
    events = cg.datasets.load("stargazers_ghost").to_arrow()
    accounts = cg.datasets.load("stargazers_ghost", part="accounts").to_arrow()
    assert events["action"].to_pylist() == ["create", "star", "star"]
    assert events["time"][1].as_py().isoformat() == "2024-05-31T16:42:56+00:00"
    stars = events.filter(pc.equal(events["action"], "star"))
    rows = {row["account"]: row for row in accounts.to_pylist()}
    assert [rows[account]["ghost"] for account in stars["account"].to_pylist()] == [1, 1]
    assert sorted(row["ghost"] for row in rows.values()) == [0, 1, 1, 1]
    assert [row["stars"] for row in rows.values()].count(True) == 2
    kept = b"".join(path.read_bytes() for path in cache.rglob("*") if path.is_file())
    assert not any(name in kept for name in (b"first", b"sleeper", b"someone", b"0070070070"))


def test_another_content_is_refused(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _serve(monkeypatch, _published(tmp_path))
    with pytest.raises(InputError, match=r"events with the digest cf000083e3908cf9"):
        cg.datasets.load("stargazers_ghost")
    assert not list(cache.rglob("*.*"))


def test_another_checksum_is_refused(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del cache
    (tmp_path / "russian_coord_tweets.rda").write_bytes(b"not it")
    _serve(monkeypatch, lambda _url: tmp_path / "russian_coord_tweets.rda")
    with pytest.raises(InputError, match=r"expected the SHA-256 327cee.*was it published anew"):
        cg.datasets.load("russian_coord_tweets")


def test_without_a_network(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del cache
    import pooch

    def retrieve(*_args: Any, **_more: Any) -> str:
        raise OSError("no route to host")

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    with pytest.raises(ConnectionError, match=r"no route to host.*CLICKGRAPH_DATA"):
        cg.datasets.load("movielens_latest_small")


def test_fake_stars_as_published(
    tmp_path: Path, shared_data: Folder, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The columns of the published file, a renamed repository twice, make what lies in the folder; logins go."""
    beside = pq.read_table(shared_data("github_fake_stars") / "events.parquet")
    rows = beside.select(["content", "account", "time"]).to_pylist()
    lines = [(row["content"], f"user-{row['account']:03}", f"{row['time']:%Y-%m-%d %H:%M:%S}") for row in rows]
    renamed = [("sst/sst", *rest) for name, *rest in lines if name == "serverless-stack/sst"]
    assert len(renamed) == 2909
    text = "\n".join(",".join(line) for line in sorted([*lines, *renamed]))
    (tmp_path / "fake_stars_obvious_users.csv").write_text(f"github,name,starred_at\n{text}\n")
    asked = _serve(monkeypatch, lambda url: tmp_path / url.rsplit("/", 1)[1])
    events = cg.datasets.load("github_fake_stars").to_arrow()
    assert asked[0].endswith("c955b489ab6fd29f2d8bfae260be56b27cfe89aa/data/dagster_test/fake_stars_obvious_users.csv")
    assert events.column_names == ["account", "content", "time", "action"]
    assert events["time"].combine_chunks().equals(beside["time"].combine_chunks().sort())
    kept = b"".join(path.read_bytes() for path in cache.rglob("*") if path.is_file())
    assert b"user-" not in kept
    assert b"sst" not in kept


def test_logins_of_digits_keep_their_zeros(tmp_path: Path) -> None:
    from clickgraph.datasets.conversion import convert_fake_stars

    path = tmp_path / "some.csv"
    path.write_text("github,name,starred_at\na/b,007,2022-01-01 06:32:07\na/b,7,2022-01-01 06:32:07\n")
    events = convert_fake_stars({"data/dagster_test/fake_stars_obvious_users.csv": path})["events"]
    assert len(events["account"].unique()) == 2


def test_what_has_no_checksum_is_verified_by_its_digest() -> None:
    for one in DATA_SETS.values():
        assert all(sha256 is None or len(sha256) == 64 for sha256 in one.paths.values())
        assert len(one.digest) == 16


def test_checksums_of_published_files(shared_data: Folder) -> None:
    raw = shared_data("raw")
    known = {path.rsplit("/", 1)[1]: sha256 for one in DATA_SETS.values() for path, sha256 in one.paths.items()}
    for path in sorted(raw.iterdir()):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == known[path.name]


def test_films_and_clicks_as_published(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ratings that an app added are left out; days of a course become dates."""
    ratings = tmp_path / "ratings.csv"
    ratings.write_text("userId,movieId,rating,timestamp\n1,3,4.0,964981247\n611,3,4.0,964981247\n1,4,4.5,1700000000\n")
    part, pages = tmp_path / "part-0.parquet", tmp_path / "vle.parquet"
    pq.write_table(pa.table({"id_site": [5], "id_student": [9], "date": [-2], "sum_click": [3]}), part)
    pq.write_table(pa.table({"id_site": [5], "activity_type": ["quiz"]}), pages)
    _serve(monkeypatch, lambda url: tmp_path / url.rsplit("/", 1)[1])
    monkeypatch.setattr("clickgraph.datasets.loading._check", lambda *_args, **_more: None)
    films = cg.datasets.load("movielens_latest_small").to_pylist()
    assert [(row["account"], row["content"], row["rating"]) for row in films] == [(1, 3, 4.0)]
    clicks = cg.datasets.load("oulad_clicks").to_pylist()
    assert len(clicks) == 22
    assert (clicks[0]["time"].date().isoformat(), clicks[0]["course"]) == ("2013-09-29", "AAA_2013J")
    assert cg.datasets.load("oulad_clicks", part="contents").to_pylist() == [{"content": 5, "activity_type": "quiz"}]
    assert len(list(cache.iterdir())) == 2


def test_an_unknown_set() -> None:
    with pytest.raises(InputError, match="a data set among german_elections"):
        cg.datasets.load("facebook")


def test_an_unknown_part() -> None:
    with pytest.raises(InputError, match="a part of stargazers_ghost among events, accounts"):
        cg.datasets.load("stargazers_ghost", part="labels")


def test_a_folder_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICKGRAPH_DATA", str(tmp_path))
    with pytest.raises(InputError, match="unset CLICKGRAPH_DATA to fetch it"):
        cg.datasets.load("stargazers_ghost")


def test_r_files_with_other_than_one_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rdata = pytest.importorskip("rdata", reason="needs the extra `datasets`")
    from clickgraph.datasets.r_files import read_r

    monkeypatch.setattr(rdata, "read_rda", lambda _path: {"a": 1, "b": 2})
    with pytest.raises(InputError, match=r"2 objects in some\.rda"):
        read_r(tmp_path / "some.rda")
