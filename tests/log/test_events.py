import numpy as np
import pyarrow as pa

from clickgraph import read_events

LOG = {
    "user": ["b", "a", "b"],
    "video": [7, 7, 8],
    "time": np.array(["2024-05-01", "2024-05-02", "2024-05-02"], "M8[s]"),
    "action": ["like", "like", "share"],
}


def test_counts_and_what_is_printed() -> None:
    events = read_events(LOG)
    assert (len(events), events.n_accounts, events.n_contents) == (3, 2, 2)
    assert repr(events) == "<Events: 3 events, 2 accounts, 2 contents, clock of one day>"
    assert repr(read_events(LOG, time=None)).endswith("no clock>")


def test_the_table_has_the_callers_ids_and_times() -> None:
    table = read_events(LOG).to_table()
    assert table.to_arrow().schema.types == [pa.string(), pa.int64(), pa.timestamp("us", "UTC"), pa.string()]
    assert [tuple(row.values())[:2] for row in table] == [("b", 7), ("a", 7), ("b", 8)]
    assert table["time"].to_pylist()[0].isoformat() == "2024-05-01T00:00:00+00:00"


def test_the_fingerprint_knows_each_part_and_nothing_else() -> None:
    same = [
        LOG,
        LOG | {"language": ["de", "en", "fr"]},
        LOG | {"user": pa.array(LOG["user"], pa.large_string()), "video": pa.array(LOG["video"], pa.int8())},
        {name: column[::-1] for name, column in LOG.items()},
    ]
    other = [
        LOG | {"user": ["c", "a", "c"]},
        LOG | {"user": ["a", "b", "a"]},
        LOG | {"video": [7, 7, 9]},
        LOG | {"action": ["like", "like", "like"]},
        LOG | {"time": LOG["time"] + np.timedelta64(1, "D")},
        LOG | {"post": ["p", "q", "p"]},
        LOG | {"post": ["p", "q", "r"]},
    ]
    assert {read_events(source).fingerprint for source in same} == {read_events(LOG).fingerprint}
    prints = [read_events(source).fingerprint for source in [LOG, *other]]
    assert len(set(prints)) == len(prints)
    assert read_events(LOG, time=None).fingerprint not in prints
