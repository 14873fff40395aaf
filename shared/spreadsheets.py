"""Tables that people open in a spreadsheet: CSV as RFC 4180 has it, in which no text is taken for a formula."""

import csv
import io
from collections.abc import Iterable

MEDIA_TYPE = "text/csv; charset=utf-8"

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins like this for a formula (OWASP, "CSV Injection")."""


def written(lines: Iterable[Iterable[object]]) -> str:
    """The lines as CSV: nothing for None, and an apostrophe before a text that would be a formula; numbers stay."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_cell(value) for value in line] for line in lines)
    return out.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
