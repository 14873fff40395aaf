"""What a record of evidence may say: nothing that has not happened, nothing that ends before it begins, nothing odd."""

from collections.abc import Iterator, Mapping
from datetime import date

from services.educators.domain.codes import AwardedStage
from services.educators.domain.months import MONTHS_A_YEAR, add_months
from shared.errors import Fault


def faults_of_day(pointer: str, day: date | None, today: date) -> Iterator[Fault]:
    """A day that is said to have happened must not lie in the future."""
    if day is not None and day > today:
        yield Fault(pointer, "in_the_future", "This day has not come yet; record it when it has.")


def faults_of_span(
    started_on: date, ended_on: date | None, today: date, *, longest: int | None = None
) -> Iterator[Fault]:
    """A span must have begun, and must not end before it began or after today; without an end it is still running.

    `longest` are the years after which such a span, running or not, is more likely a slip of the pen.
    """
    yield from faults_of_day("/started_on", started_on, today)
    yield from faults_of_day("/ended_on", ended_on, today)
    yield from faults_of_order("/ended_on", started_on, ended_on)
    if longest is not None and (ended_on or today) > add_months(started_on, longest * MONTHS_A_YEAR):
        words = f"That is longer than {longest} years. Look at both days; was the last one left out?"
        yield Fault("/ended_on", "longer_than_plausible", words)


def faults_of_days(days: int | None, started_on: date, last_day: date) -> Iterator[Fault]:
    """Nobody is there on more days than there are from the first to the last."""
    there_were = (last_day - started_on).days + 1
    if days is not None and 0 < there_were < days:
        yield Fault("/days", "more_days_than_there_were", f"From the first to the last day are {there_were}.")


def faults_of_award(
    stage: AwardedStage,
    awarded_on: date,
    *,
    qualified_on: date | None,
    others: Mapping[AwardedStage, date],
) -> Iterator[Fault]:
    """A stage is awarded to a qualified social worker, and Stage 2 not before Stage 1 (PEPS guidance of 2013).

    `qualified_on` is the educator's day of qualifying, `others` the awards on record beside this one.
    """
    if qualified_on is not None and awarded_on < qualified_on:
        yield Fault("/awarded_on", "awarded_before_qualifying", "The educator was no social worker yet.")
    awards = {**others, stage: awarded_on}
    first, second = awards.get(AwardedStage.STAGE_1), awards.get(AwardedStage.STAGE_2)
    if first and second and second < first and stage is not AwardedStage.LEGACY_EQUIVALENT:
        yield Fault("/awarded_on", "stage_2_before_stage_1", "Stage 2 is not awarded before Stage 1.")


def faults_of_order(pointer: str, first: date, last: date | None) -> Iterator[Fault]:
    """Nothing ends before it began; what has no last day goes on."""
    if last is not None and last < first:
        yield Fault(pointer, "ends_before_it_begins", "The last day is before the first.")


def faults_before(pointer: str, day: date | None, today: date) -> Iterator[Fault]:
    """A day that something is meant to be done by must not have passed."""
    if day is not None and day < today:
        yield Fault(pointer, "in_the_past", "This day has passed.")
