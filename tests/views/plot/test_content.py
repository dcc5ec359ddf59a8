"""The timeline: every event of the content once, the ring's part counted apart."""

import numpy as np
import pytest
from made_rings import make_ring, make_rings

import clickgraph as cg
from clickgraph.errors import InputError


def heights(ax: object) -> list[float]:
    return [sum(bar.get_height() for bar in container) for container in ax.containers]


def test_bars_add_up_to_all_events(events: cg.Events, found: cg.Rings) -> None:
    ring = found[0]
    table = events.to_table().to_pandas()
    for content in ring.contents.to_pylist()[:5]:
        n_bought = sum(act["content"] == content for act in ring.acts)
        n_events = int((table["content"] == content).sum())
        ax = cg.plot.timeline(events, found, content=content)
        assert heights(ax) == [n_bought, n_events - n_bought]
        said = f"{n_bought / n_events:.0%} of the {n_events} events on {content} lie in bursts of one ring"
        assert ax.get_title(loc="left") == said


def test_bars_stand_at_their_times(events: cg.Events, found: cg.Rings) -> None:
    content = found[0].contents[0].as_py()
    table = events.to_table().to_pandas()
    times = table["time"][table["content"] == content].dt.tz_localize(None).to_numpy()
    ax = cg.plot.timeline(events, found[0], content=content)
    left = np.array([bar.get_x() for bar in ax.containers[0]])
    first = (times.min() - np.datetime64(0, "s")) / np.timedelta64(1, "D")
    last = (times.max() - np.datetime64(0, "s")) / np.timedelta64(1, "D")
    assert left[0] == pytest.approx(first)
    assert left[-1] + ax.containers[0][-1].get_width() == pytest.approx(last)


def test_a_content_that_no_ring_touched(events: cg.Events, found: cg.Rings) -> None:
    taken = set(found[0].contents.to_pylist())
    other = next(content for content in events.content_ids.to_pylist() if content not in taken)
    ax = cg.plot.timeline(events, found, content=other)
    assert ax.get_title(loc="left").startswith("None of the ")
    assert heights(ax)[0] == 0


def test_an_act_of_two_rings_is_one_event() -> None:
    rings = make_rings(make_ring("r1", ["a", "b"], ["c"]), make_ring("r2", ["a", "d"], ["c"]))
    log = {row: [act[row] for act in rings.acts] for row in ("account", "content", "action", "time")}
    events = cg.read_events(log)
    ax = cg.plot.timeline(events, rings, content="c")
    assert heights(ax) == [3, 0]
    assert ax.get_title(loc="left") == "100% of the 3 events on c lie in bursts of 2 rings"


def test_an_audience_is_no_ring() -> None:
    rings = make_rings(make_ring("r", ["a", "b"], ["c"], verdict="audience"))
    log = {row: [act[row] for act in rings.acts] for row in ("account", "content", "action", "time")}
    ax = cg.plot.timeline(log, rings, content="c")  # of several, only what has the verdict "ring" counts
    assert heights(ax) == [0, 2]
    assert ax.get_title(loc="left") == "None of the 2 events on c lies in a burst of a ring"
    ax = cg.plot.timeline(log, rings[0], content="c")
    assert heights(ax) == [2, 0]
    assert ax.get_title(loc="left") == "100% of the 2 events on c lie in bursts of one audience"
    assert ax.get_legend().get_texts()[0].get_text() == "in bursts of an audience"


def test_refuses_what_has_no_timeline(events: cg.Events, found: cg.Rings) -> None:
    for unknown in ("nowhere", 7, None):
        with pytest.raises(InputError, match="a content of the log"):
            cg.plot.timeline(events, found, content=unknown)
    timeless = cg.read_events({"account": ["a", "b"], "content": ["c", "c"]}, time=None)
    with pytest.raises(InputError, match="a log with times"):
        cg.plot.timeline(timeless, found, content="c")
    numbered = cg.read_events({"account": ["a"], "content": [7], "time": ["2024-01-01"]})
    with pytest.raises(InputError, match="rings of this log"):
        cg.plot.timeline(numbered, found, content=7)
