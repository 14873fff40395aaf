"""Tables for a spreadsheet: no text in them is taken for a formula, and everything else stays as it is."""

import csv
import io
from datetime import date

import pytest

from shared.spreadsheets import written


@pytest.mark.parametrize("text", ["=1+1", "+44", "-2", "@cmd", "\tx", "\rx"])
def test_a_text_that_begins_like_a_formula_has_an_apostrophe_before_it(text: str) -> None:
    assert list(csv.reader(io.StringIO(written([(text, "a")]), newline=""))) == [[f"'{text}", "a"]]


def test_everything_else_stays_as_it_is() -> None:
    line = ("a=b", -2, -0.5, None, date(2026, 9, 7), 'a "b", c', "two\nlines")
    text = written([("first", "second"), line])
    assert text.startswith("first,second\r\n")
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == [
        "a=b",
        "-2",
        "-0.5",
        "",
        "2026-09-07",
        'a "b", c',
        "two\nlines",
    ]
