"""Pseudonyms: no id is left, the same one everywhere, and nobody without the key can tell."""

import hashlib
import hmac
import json
from base64 import b32encode

import pyarrow as pa
import pytest
from made_rings import make_ring, make_rings, two_rings

import clickgraph as cg
from clickgraph.errors import InputError
from clickgraph.log.coding import UNMET
from clickgraph.rings.columns import COLUMNS
from clickgraph.views.pseudonyms import with_pseudonyms

KEY = b"a key of sixteen bytes or more"


def everything(rings: cg.Rings) -> str:
    tables = {name: getattr(rings, name).to_pylist() for name in COLUMNS}
    return json.dumps([tables, rings.settings, rings.fingerprint, rings.notices], default=str)


def test_no_id_is_left(found: cg.Rings) -> None:
    said = everything(with_pseudonyms(found, KEY))
    for ring in found:
        ids = [ring.id, *ring.accounts.to_pylist(), *ring.contents.to_pylist(), found.fingerprint]
        assert not [each for each in ids if each in said]


def test_nothing_but_ids_changes(found: cg.Rings) -> None:
    hidden = with_pseudonyms(found, KEY)
    for name in COLUMNS:
        before, after = getattr(found, name).to_arrow(), getattr(hidden, name).to_arrow()
        assert before.column_names == after.column_names
        for column in set(before.column_names) - {"ring", "account", "other", "content"}:
            assert sorted(map(str, before[column].to_pylist())) == sorted(map(str, after[column].to_pylist()))
    assert (hidden.settings, hidden.version, hidden.notices) == (found.settings, found.version, found.notices)


def test_one_account_has_one_pseudonym_in_every_table_and_ring() -> None:
    rings, hidden = two_rings(), with_pseudonyms(two_rings(), KEY)
    twice = [row["account"] for row in hidden.members]
    assert len(twice) == 7
    assert len(set(twice)) == 6  # "a2" is in both rings
    members = set(twice)
    assert {row["account"] for row in hidden.acts} == members
    assert {row[end] for row in hidden.ties for end in ("account", "other")} == members
    assert {row["content"] for row in hidden.acts} == {row["content"] for row in hidden.bursts}
    assert [len(ring.accounts) for ring in hidden] == [len(ring.accounts) for ring in rings]
    shared = {(row["account"], row["other"]) for row in hidden.ties}
    assert len(shared) == len({(row["account"], row["other"]) for row in rings.ties})


def test_whoever_holds_the_key_can_compute_them() -> None:
    digest = hmac.new(KEY, b"account\x00a1", hashlib.sha256).digest()
    expected = f"account-{b32encode(digest).decode().lower()[:12]}"
    assert expected in with_pseudonyms(two_rings(), KEY)[0].accounts.to_pylist()
    assert expected in with_pseudonyms(two_rings(), KEY.decode())[0].accounts.to_pylist()
    numbered = make_rings(make_ring("r", [1, 2], ["c"]), accounts=pa.int64())
    texts = make_rings(make_ring("r", ["1", "2"], ["c"]))
    assert with_pseudonyms(numbered, KEY)[0].accounts == with_pseudonyms(texts, KEY)[0].accounts


def test_another_key_another_pseudonym() -> None:
    one, other = (with_pseudonyms(two_rings(), key) for key in (KEY, KEY + b"!"))
    assert not set(one[0].accounts.to_pylist()) & set(other[0].accounts.to_pylist())
    first, second = (with_pseudonyms(two_rings(), True) for _ in range(2))
    assert not set(first[0].accounts.to_pylist()) & set(second[0].accounts.to_pylist())


def test_the_order_of_rows_does_not_tell_the_order_of_ids() -> None:
    accounts = [f"account{at:03}" for at in range(200)]
    hidden = with_pseudonyms(make_rings(make_ring("r", accounts, ["c1", "c2"])), KEY)
    rows = hidden.members["account"].to_pylist()
    assert rows == sorted(rows)
    assert hidden.acts["account"].to_pylist() == sorted(hidden.acts["account"].to_pylist())


def test_rings_stay_best_first_and_read_back(tmp_path: object) -> None:
    hidden = with_pseudonyms(two_rings(), KEY)
    assert [ring.verdict for ring in hidden] == ["ring", "audience"]
    hidden.write(f"{tmp_path}/out")
    assert cg.read_rings(f"{tmp_path}/out") == hidden


def test_what_names_ids_is_withheld() -> None:
    rings = make_rings(
        make_ring("r", ["a", "b"], ["c"]),
        notices=(f"{UNMET}: jane (1 in all).", "a clock"),
        settings={"ignore": ["joe"]},
    )
    hidden = with_pseudonyms(rings, KEY)
    assert hidden.notices == (f"{UNMET}: withheld.", "a clock")
    assert hidden.settings == {}


def test_the_notice_of_the_reader_is_known() -> None:
    events = cg.read_events({"account": ["a"], "content": ["c"], "time": ["2024-01-01"]}, ignore=["jane"])
    assert any(notice.startswith(UNMET) and "jane" in notice for notice in events.notices)


def test_nulls_and_empty_results_stay() -> None:
    rings = make_rings(make_ring("r", [b"\xff", None], ["c"]), accounts=pa.binary())
    assert with_pseudonyms(rings, KEY).members["account"].null_count == 1
    assert len(with_pseudonyms(make_rings(), KEY)) == 0
    assert with_pseudonyms(rings, None) is rings


def test_takes_a_whole_result_only() -> None:
    for pseudonyms in (None, KEY):
        with pytest.raises(InputError, match="expected Rings; found a Ring"):
            with_pseudonyms(two_rings()[0], pseudonyms)


@pytest.mark.parametrize(
    ("given", "said"),
    [("short", "16 bytes or more; found 5"), (b"", "found 0"), (7, "found a int"), (False, "found a bool")],
)
def test_refuses_what_is_no_key(given: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        with_pseudonyms(two_rings(), given)
