import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickgraph.log.text import csv_safe, printable


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain id-17", "plain id-17"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("two\nlines\r\t", "two\\nlines\\r\\t"),
        ("abc\u202edef", "abc\\u202edef"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("odd\xa0space", "odd\\xa0space"),
        ("broken\udc80", "broken\\udc80"),
        ("\x9b31m", "\\x9b31m"),
        ("Zoë 東京 🐦", "Zoë 東京 🐦"),
        (17, "17"),
        (None, ""),
    ],
)
def test_what_a_terminal_could_obey_is_escaped(value: object, shown: str) -> None:
    assert printable(value) == shown


def test_long_ids_keep_both_ends() -> None:
    shown = printable("https://example.org/" + "a" * 500 + "/end", width=20)
    assert len(shown) == 20
    assert shown.startswith("https://")
    assert shown.endswith("/end")


@given(st.text(alphabet=st.characters(), max_size=200))
def test_printable_text_is_one_safe_line(text: str) -> None:
    shown = printable(text)
    assert len(shown) <= 48
    assert shown.isprintable()
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in shown)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_cells_that_a_spreadsheet_would_run_get_an_apostrophe(start: str) -> None:
    assert csv_safe(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["", "a=b", "17", "'=1"])
def test_other_cells_stay(text: str) -> None:
    assert csv_safe(text) == text
