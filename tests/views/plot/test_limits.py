"""Window sensitivity and the detectability plane: the right number in the right place."""

from datetime import timedelta
from typing import ClassVar

import numpy as np
import pytest

import clickgraph as cg
from clickgraph.errors import InputError


class TestWindowSensitivity:
    def test_windows_stand_by_their_length(self) -> None:
        table = {"window": ["1h", "10s", "10min", "ever", "tick"], "f1": [0.4, 0.2, 0.3, 0.5, 0.1]}
        ax = cg.plot.window_sensitivity(table)
        assert [tick.get_text() for tick in ax.get_xticklabels()] == ["tick", "10s", "10min", "1h", "ever"]
        assert ax.get_lines()[0].get_ydata().tolist() == [0.1, 0.2, 0.3, 0.4, 0.5]
        assert ax.get_title(loc="left") == "f1 stays between 0.10 and 0.50 from tick to ever"

    def test_a_line_per_method_rows_of_one_window_averaged(self) -> None:
        table = {
            "window": ["10s", "1h", "10s", "1h", "1h"], "recall": [1.0, 0.9, 0.5, 0.2, 0.4],
            "rule": ["ours", "ours", "theirs", "theirs", "theirs"],
        }  # fmt: skip
        ax = cg.plot.window_sensitivity(table, value="recall", method="rule")
        assert [line.get_label() for line in ax.get_lines()] == ["ours", "theirs"]
        assert ax.get_lines()[1].get_ydata() == pytest.approx([0.5, 0.3])
        assert len({line.get_marker() for line in ax.get_lines()}) == 2
        title = ax.get_title(loc="left")
        assert title == "ours is steadiest: recall stays between 0.90 and 1.00 from 10s to 1h"

    def test_a_window_that_a_method_lacks_is_a_gap(self) -> None:
        table = {"window": ["10s", "1h", "1h"], "f1": [1.0, 1.0, 0.5], "m": ["a", "a", "b"]}
        gap, there = cg.plot.window_sensitivity(table, method="m").get_lines()[1].get_ydata()
        assert np.isnan(gap)
        assert there == 0.5

    def test_says_where_nothing_changes(self) -> None:
        assert "f1 stays at 1.00 at 10s" in cg.plot.window_sensitivity({"window": ["10s"], "f1": [1]}).get_title(
            loc="left"
        )

    @pytest.mark.parametrize(
        ("table", "said"),
        [
            ({"window": ["10s"]}, "none called f1"),
            ({"window": [], "f1": []}, "an empty one"),
            ({"window": ["10s", None], "f1": [1.0, 1.0]}, "nulls in window"),
            ({"window": ["soon"], "f1": [1.0]}, "a window such as"),
            ({"window": ["10s"], "f1": ["good"]}, "numbers in f1"),
        ],
    )
    def test_refuses_other_tables(self, table: dict[str, list[object]], said: str) -> None:
        with pytest.raises(InputError, match=said):
            cg.plot.window_sensitivity(table)

    def test_refuses_more_methods_than_can_be_told_apart(self) -> None:
        table = {"window": ["10s"] * 6, "f1": [1.0] * 6, "m": list("abcdef")}
        with pytest.raises(InputError, match="at most 5 methods; found 6"):
            cg.plot.window_sensitivity(table, method="m")


class TestDetectability:
    TABLE: ClassVar = {
        "participation": [0.5, 0.1, 0.5, 0.1, 0.1],
        "spread": ["1day", "1h", "1h", "1day", "1day"],
        "f1": [0.9, 0.8, 1.0, 0.1, 0.3],
    }

    def test_a_cell_is_the_mean_of_its_rows(self) -> None:
        ax = cg.plot.detectability(self.TABLE)
        (image,) = ax.get_images()
        assert image.get_array().tolist() == [[0.8, pytest.approx(0.2)], [1.0, 0.9]]
        assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1h", "1day"]
        assert [tick.get_text() for tick in ax.get_yticklabels()] == ["10%", "50%"]
        assert sorted(text.get_text() for text in ax.texts) == ["0.20", "0.80", "0.90", "1.00"]

    def test_counts_what_is_found(self) -> None:
        title = cg.plot.detectability(self.TABLE).get_title(loc="left").replace("\n", " ")
        assert title == "Farms are found (F1 of 0.8 or more) in 3 of 4 settings; the hardest has F1 0.20"

    def test_what_was_not_measured_stays_blank(self) -> None:
        table = {"participation": [0.1, 0.5], "spread": [timedelta(hours=1), timedelta(days=1)], "f1": [1, 1]}
        ax = cg.plot.detectability(table)
        assert np.ma.count_masked(ax.get_images()[0].get_array()) == 2
        assert ax.get_title(loc="left").endswith("in 2 of 2 settings")

    def test_spreads_may_be_numbers(self) -> None:
        table = {"participation": [0.1, 0.1], "spread": [24.0, 3.0], "f1": [0.5, 1.0]}
        assert [tick.get_text() for tick in cg.plot.detectability(table).get_xticklabels()] == ["3", "24"]

    def test_refuses_what_is_no_f1(self) -> None:
        with pytest.raises(InputError, match="an f1 from 0 to 1; found 0 to 95"):
            cg.plot.detectability({"participation": [0.1, 0.2], "spread": [1, 1], "f1": [0, 95]})
