"""Placement days: what a record may say, and how much credit it gives.

Source: the regulator counts days, not weeks; a half day counts a half; only approved days count.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

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


def faults_in(records: Sequence[DayRecord], starts_on: date, today: date) -> list[Fault]:
    """Everything wrong with a set of records: days before the placement or still to come, and days said twice."""
    faults = []
    said: Counter[tuple[date, DayPart]] = Counter((r.on, r.part) for r in records)
    whole = {r.on for r in records if r.part is DayPart.DAY}
    for n, record in enumerate(records):
        where = f"/days/{n}"
        if record.on < starts_on:
            faults.append(
                Fault(f"{where}/on", "before_the_start", "The placement had not begun on this day.")
            )
        if record.on > today:
            faults.append(Fault(f"{where}/on", "in_the_future", "A day is recorded when it has come."))
        if said[record.on, record.part] > 1:
            faults.append(Fault(f"{where}/on", "said_twice", "This day stands twice in the list."))
        if record.part is not DayPart.DAY and record.on in whole:
            faults.append(Fault(f"{where}/part", "said_twice", "The whole day is in the list as well."))
    return faults


def credit_of(records: Iterable[tuple[str, str]]) -> float:
    """The days of credit of approved (kind, part) records."""
    return sum(CREDIT.get((DayKind(kind), DayPart(part)), 0.0) for kind, part in records)
