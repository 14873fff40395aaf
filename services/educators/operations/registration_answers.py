"""Reading the regulator's CSV: in whatever spelling, every fault named by row, and nothing taken of a bad file."""

import csv
import io
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

from services.educators.domain.codes import is_registration_number, normal_number
from services.educators.domain.regulator import Answer, surname_in
from services.educators.domain.regulator_words import HEADINGS, day_in, meaning_of, restriction_in, status_in
from shared.errors import Fault, Invalid
from shared.imports.files import FileFault, Record, csv_records, lines

MOST_ROWS = 1000
"""Rows of one answer; the regulator's search gives 100."""

LONGEST_NAME = 200
"""Characters of a name."""

Cells = Mapping[str, str]
"""The cells of a row by what their column means; restrictions of several columns are under several names."""


async def read_answers(file: bytes) -> list[Answer]:
    """The answers in a file. Raises `Invalid` with every fault of the file."""
    try:
        records = [record async for record in _records(file)]
    except FileFault as broken:
        raise Invalid([broken.fault]) from broken
    if len(records) > MOST_ROWS:
        raise Invalid([Fault("", "too_many_rows", f"The file has more than {MOST_ROWS} rows.")])
    faults: list[Fault] = []
    answers: dict[str, Answer] = {}
    for record in records:
        found = list(_faults_of(record, answers))
        faults += found
        if not found:
            answer = _answer(record.members)
            answers[answer.number] = answer
    if faults:
        raise Invalid(faults)
    return list(answers.values())


async def _records(file: bytes) -> AsyncIterator[Record]:
    async def whole() -> AsyncIterator[bytes]:
        yield file

    source = lines(whole())
    heading = ""
    async for line in source:
        if heading := line.strip():
            break
    columns = _columns(heading)

    async def with_plain_headings() -> AsyncIterator[str]:
        yield ",".join(columns)
        async for line in source:
            yield line

    async for record in csv_records(with_plain_headings(), columns, ()):
        yield record


def _columns(heading: str) -> list[str]:
    """What each column means, and its place where that must be told apart. Refused when a needed one is missing."""
    cells = next(csv.reader(io.StringIO(heading, newline="")), [])
    meanings = [meaning_of(cell) for cell in cells]
    for needed in (("number",), ("surname", "name"), ("status",)):
        if not set(needed) & set(meanings):
            accepted = "; ".join(words for each in needed for words in HEADINGS[each])
            raise FileFault("missing_column", f"No column has one of these headings: {accepted}.", 1)
    for meaning in ("number", "surname", "name", "status", "registered_until"):
        if meanings.count(meaning) > 1:
            raise FileFault("column_twice", f"Two columns say the same: {meaning}.", 1)
    return [
        meaning if meaning and meaning != "restriction" else f"{meaning or 'passed_over'}_{place}"
        for place, meaning in enumerate(meanings, start=1)
    ]


def _faults_of(record: Record, known: Mapping[str, Answer]) -> Iterator[Fault]:
    where = f"/rows/{record.number}"
    if record.faults:
        yield from (Fault(where, fault.code, fault.detail) for fault in record.faults)
        return
    cells: Cells = record.members
    number = normal_number(cells.get("number", ""))
    if not is_registration_number(number):
        words = "A number is SW and up to six digits without a leading zero."
        yield Fault(f"{where}/number", "bad_number", words)
    elif number in known:
        yield Fault(f"{where}/number", "number_twice", "This number stands in an earlier row, too.")
    name = cells.get("surname") or cells.get("name") or ""
    if not name:
        yield Fault(f"{where}/surname", "missing", "There is no name to compare.")
    if len(name) > LONGEST_NAME:
        yield Fault(f"{where}/surname", "too_long", f"A name has at most {LONGEST_NAME} characters.")
    if status_in(cells.get("status", "")) is None:
        words = (
            "The status is not understood. Known are: registered, not registered, removed, lapsed, suspended."
        )
        yield Fault(f"{where}/status", "unknown_status", words)
    until = cells.get("registered_until")
    if until and day_in(until) is None:
        words = "Write the day as 30/11/2026, 30 November 2026 or 2026-11-30."
        yield Fault(f"{where}/registered_until", "bad_day", words)


def _answer(cells: Cells) -> Answer:
    status = status_in(cells["status"])
    assert status is not None  # noqa: S101 - a row without has a fault
    return Answer(
        number=normal_number(cells["number"]),
        surname=cells.get("surname") or surname_in(cells["name"]),
        status=status,
        registered_until=day_in(cells.get("registered_until", "")),
        restriction=restriction_in(cells["status"], *_restrictions(cells)),
    )


def _restrictions(cells: Cells) -> Sequence[str]:
    return [cell for name, cell in cells.items() if name.startswith("restriction_")]
