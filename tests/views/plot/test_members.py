"""The raster and the heat map show every act once, in the order of entry."""

import io
from datetime import timedelta

import numpy as np
import pytest
from made_rings import NOON, make_ring, make_rings, two_rings
from matplotlib import pyplot

import clickgraph as cg
from clickgraph.errors import InputError


class TestRaster:
    def test_every_act_is_a_mark_at_its_time(self) -> None:
        ring = two_rings()[0]
        (line,) = cg.plot.raster(ring).get_lines()
        times = np.sort(np.asarray(line.get_xdata(), "datetime64[us]"))
        assert times.tolist() == sorted(time.replace(tzinfo=None) for time in ring.acts["time"].to_pylist())

    def test_rows_follow_the_order_of_entry(self) -> None:
        rows = make_ring("r", ["late", "early"], ["c1", "c2"])
        for act in rows["acts"]:
            act["time"] = NOON + timedelta(hours=0 if act["account"] == "early" else 5)
        ax = cg.plot.raster(make_rings(rows)[0])
        assert [tick.get_text() for tick in ax.get_yticklabels()] == ["early", "late"]
        low, high = ax.get_ylim()
        assert low > high  # the first on top

    def test_says_what_is_seen(self, found: cg.Rings) -> None:
        ring = found[0]
        title = cg.plot.raster(ring).get_title(loc="left").replace("\n", " ")
        assert title == f"60 accounts act together in {len(ring.bursts)} bursts on 40 contents within 28 days"

    def test_one_content_from_near(self) -> None:
        ax = cg.plot.raster(two_rings()[0], content="c1")
        (line,) = ax.get_lines()
        assert list(line.get_ydata()) == [0, 1, 2, 3]
        assert ax.get_title(loc="left") == "4 accounts of the ring of 4 act on c1 within 30 seconds"

    def test_without_times_contents_stand_in_a_row(self) -> None:
        ax = cg.plot.raster(make_rings(make_ring("r", ["a", "b"], ["c1", "c2"], clock=False))[0])
        (line,) = ax.get_lines()
        assert sorted(zip(line.get_xdata(), line.get_ydata(), strict=True)) == [(0, 0), (0, 1), (1, 0), (1, 1)]
        assert "no times" in ax.get_xlabel()

    def test_refuses_a_content_of_nobody(self) -> None:
        with pytest.raises(InputError, match="a content of ring r-farm; found 'nowhere'"):
            cg.plot.raster(two_rings()[0], content="nowhere")

    def test_draws_where_it_is_told(self) -> None:
        _, ax = pyplot.subplots()
        assert cg.plot.raster(two_rings()[0], ax=ax) is ax

    def test_ids_are_no_mathematics_and_no_escapes(self) -> None:
        ax = cg.plot.raster(make_rings(make_ring("r", ["$\\frac{", "\x1b[31m\u202e"], ["c"]))[0])
        ax.figure.savefig(io.BytesIO())  # mathematics would fail here
        assert all(tick.get_text().isprintable() for tick in ax.get_yticklabels())

    def test_a_ring_without_acts_is_drawn_empty(self) -> None:
        rows = make_ring("r", ["a", "b"], ["c"]) | {"acts": []}
        ring = make_rings(rows)[0]
        cg.plot.raster(ring).figure.savefig(io.BytesIO())
        assert cg.plot.heatmap(ring).get_title(loc="left") == "No act of this ring lies inside a burst"


class TestHeatmap:
    def test_counts_acts_busiest_first(self) -> None:
        rows = make_ring("r", ["a", "b", "c"], ["c1", "c2", "c2"])
        rows["acts"] = [act for act in rows["acts"] if act["account"] != "a" or act["content"] == "c2"]
        ax = cg.plot.heatmap(make_rings(rows)[0])
        (image,) = ax.get_images()
        assert np.ma.filled(image.get_array(), 0).tolist() == [[1, 2], [1, 2], [0, 2]]
        assert [tick.get_text() for tick in ax.get_xticklabels()] == ["c1", "c2"]
        assert ax.get_title(loc="left") == "The median member takes part in 2 of the 2 contents, the busiest in 2"

    def test_all_acts_are_counted(self, found: cg.Rings) -> None:
        (image,) = cg.plot.heatmap(found[0]).get_images()
        assert image.get_array().sum() == len(found[0].acts)


@pytest.mark.parametrize("name", ["raster", "heatmap", "waterfall", "network"])
def test_several_rings_are_not_one_picture(name: str) -> None:
    with pytest.raises(InputError, match=r"one Ring; found a Rings \(rings\[0\]"):
        getattr(cg.plot, name)(two_rings())


def test_the_lack_of_matplotlib_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"clickgraph\[plot\]"):
        cg.plot.raster(two_rings()[0])
