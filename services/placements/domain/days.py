"""Placement days: what a record may say, and how much credit it gives.

Source: the regulator counts days, not weeks; a half day counts a half; only approved days count.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.placements.domain.schedule import Terms
from services.placements.domain.vocabulary import DayKind, DayPart
from shared.errors import Fault

CREDIT = {
    (DayKind.ATTENDED, DayPart.DAY): 1.0,
    (DayKind.ATTENDED, DayPart.AM): 0.5,
    (DayKind.ATTENDED, DayPart.PM): 0.5,
    (DayKind.HALF, DayPart.DAY): 0.5,
    (DayKind.HALF, DayPart.AM): 0.5,
    (DayKind.HALF, DayPart.PM): 0.5,
    (DayKind.SKILLS_DAY, DayPart.DAY): 1.0,
}
"""Days of credit by kind and part; what is not listed gives none."""


@dataclass(frozen=True, slots=True)
class DayRecord:
    """What one day, or one half of it, was."""

    on: date
    kind: DayKind
    part: DayPart = DayPart.DAY


def faults_in(
    records: Sequence[DayRecord],
    terms: Terms,
    today: date,
    known: Collection[tuple[date, DayPart]] = (),
) -> list[Fault]:
    """Everything wrong with a set of records; `known` are the days and parts on record already.

    Refused are days before the placement or still to come, days said twice, halves beside a whole day, and attendance on
    a day that was closed: nobody gains a day of credit while the place is shut.
    """
    said: Counter[tuple[date, DayPart]] = Counter((r.on, r.part) for r in records)
    whole = {on for on, part in (*known, *said) if part is DayPart.DAY}
    halved = {on for on, part in known if part is not DayPart.DAY}
    faults: list[Fault] = []
    for n, record in enumerate(records):
        where = f"/days/{n}"
        faults += _faults_of_day(record, terms, today, f"{where}/on")
        if said[record.on, record.part] > 1:
            faults.append(Fault(f"{where}/on", "said_twice", "This day stands twice in the list."))
        if record.on in (halved if record.part is DayPart.DAY else whole):
            words = "A day is on record as a whole or in halves, not both."
            faults.append(Fault(f"{where}/part", "said_twice", words))
    return faults


def _faults_of_day(record: DayRecord, terms: Terms, today: date, pointer: str) -> Iterator[Fault]:
    if record.on < terms.starts_on:
        yield Fault(pointer, "before_the_start", "The placement had not begun on this day.")
    elif record.on > today:
        yield Fault(pointer, "in_the_future", "A day is recorded when it has come.")
    elif CREDIT.get((record.kind, record.part)) and terms.is_closed(record.on):
        words = "A bank holiday, a closure, agreed leave or a weekend: nobody attends on a closed day."
        yield Fault(pointer, "closed_day", words)


def credit_of(records: Iterable[tuple[str, str]]) -> float:
    """The days of credit of approved (kind, part) records."""
    return sum(CREDIT.get((DayKind(kind), DayPart(part)), 0.0) for kind, part in records)
