"""Reading the file: bytes to rows, CSV (RFC 4180, with a header) or NDJSON, UTF-8, one record at a time.

A fault of the file as a whole stops it (`FileFault`); a fault of one row belongs to that row. Neither repeats a cell.
"""

import codecs
import csv
import io
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.errors import Fault
from shared.spreadsheets import written

LONGEST_LINE = 64 * 1024
"""Characters in one line; a longer one is a broken file (an unclosed quotation mark, as a rule)."""

ROWS_AT_MOST = 1_000_000


class FileFault(Exception):
    """The file as a whole cannot be read. `line` counts from 1."""

    def __init__(self, code: str, detail: str, line: int | None = None) -> None:
        super().__init__(code)
        self.fault = Fault(f"/lines/{line}" if line else "", code, detail)


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it came: its number (the header is not counted), its members, or the fault that makes it unreadable."""

    number: int
    members: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()


async def lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """The file's lines as text, without their ends. A byte order mark is passed over; anything but UTF-8 is refused."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest, number = "", 1
    async for chunk in chunks:
        rest += _decoded(decoder, chunk, number)
        *whole, rest = rest.split("\n")
        for line in whole:
            yield _short_enough(line, number)
            number += 1
        _short_enough(rest, number)
    rest += _decoded(decoder, b"", number, final=True)
    if rest:
        yield _short_enough(rest, number)


def _decoded(decoder: codecs.IncrementalDecoder, chunk: bytes, line: int, *, final: bool = False) -> str:
    try:
        return decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        line += chunk[: error.start].count(b"\n")
        hint = "Save the file as UTF-8 (in a spreadsheet: CSV UTF-8) and send it again."
        raise FileFault("not_utf8", f"The file is not UTF-8 from line {line} on. {hint}", line) from error


def _short_enough(line: str, number: int) -> str:
    if len(line) > LONGEST_LINE:
        hint = "Is a quotation mark not closed?"
        raise FileFault(
            "line_too_long", f"Line {number} is longer than {LONGEST_LINE} characters. {hint}", number
        )
    return line


async def csv_records(
    source: AsyncIterator[str], columns: Sequence[str], required: Sequence[str]
) -> AsyncIterator[Record]:
    """Records of a CSV file. The header may name the columns in any order; unknown or missing ones are file faults."""
    header: list[str] | None = None
    number, line_number, pending = 0, 0, ""
    async for line in source:
        line_number += 1
        pending = f"{pending}\n{line}" if pending else line.removesuffix("\r")
        if pending.count('"') % 2:
            _short_enough(pending, line_number)
            continue
        cells, pending = _cells(pending), ""
        if not any(cells):
            continue
        if header is None:
            header = _checked_header(cells, columns, required)
            continue
        number = _next(number)
        yield _csv_record(number, header, cells)
    if pending:
        raise FileFault("quote_not_closed", "A quotation mark is opened and never closed.", line_number)
    if header is None:
        raise FileFault(
            "empty_file", "The file has no rows. Its first line names the columns: " + ", ".join(columns)
        )


def _cells(text: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader(io.StringIO(text, newline=""), strict=True), [])]
    except csv.Error:
        return ["\x00"]


def _checked_header(cells: list[str], columns: Sequence[str], required: Sequence[str]) -> list[str]:
    header = [cell.lower() for cell in cells]
    known = ", ".join(columns)
    for position, name in enumerate(header, start=1):
        if name not in columns:
            raise FileFault(
                "unknown_column", f"Column {position} of the header is not known. Known are: {known}.", 1
            )
        if name in header[: position - 1]:
            raise FileFault("column_twice", f"The column {name} stands twice in the header.", 1)
    missing = [name for name in required if name not in header]
    if missing:
        raise FileFault("missing_column", f"The header lacks: {', '.join(missing)}.", 1)
    return header


def _csv_record(number: int, header: list[str], cells: list[str]) -> Record:
    if len(cells) != len(header):
        words = f"The row has {len(cells)} cells, the header {len(header)}. Is a comma inside a cell without quotation marks?"
        return Record(number, {}, (Fault("", "wrong_number_of_cells", words),))
    if any("\x00" in cell for cell in cells):
        return Record(
            number,
            {},
            (Fault("", "unreadable_row", "The row has a NUL character or a stray quotation mark."),),
        )
    return Record(number, {name: cell for name, cell in zip(header, cells, strict=True) if cell != ""})


async def ndjson_records(source: AsyncIterator[str]) -> AsyncIterator[Record]:
    """Records of an NDJSON file: one JSON object a line; empty lines are passed over."""
    number = 0
    async for line in source:
        if not line.strip():
            continue
        number = _next(number)
        yield _json_record(number, line)
    if number == 0:
        raise FileFault("empty_file", "The file has no rows. Each line is one JSON object.")


def _json_record(number: int, line: str) -> Record:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return Record(number, {}, (Fault("", "json_invalid", "The line is no valid JSON."),))
    if not isinstance(value, dict):
        return Record(number, {}, (Fault("", "not_an_object", "The line is no JSON object."),))
    return Record(number, {k: v for k, v in value.items() if v is not None and v != ""})


def _next(number: int) -> int:
    if number >= ROWS_AT_MOST:
        raise FileFault("too_many_rows", f"The file has more than {ROWS_AT_MOST} rows. Send it in parts.")
    return number + 1


def error_csv(rows: Iterable[tuple[int, str, Sequence[Mapping[str, str]]]]) -> Iterator[str]:
    """The rows that need attention as CSV: `row,result,column,code,detail`, a line for each fault."""
    yield written([("row", "result", "column", "code", "detail")])
    for number, result, faults in rows:
        yield written(
            (number, result, fault["pointer"].lstrip("/"), fault["code"], fault["detail"]) for fault in faults
        )
