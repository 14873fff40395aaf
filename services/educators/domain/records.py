"""What a record of evidence may say about days: nothing that has not happened, and nothing that ends before it began."""

from collections.abc import Iterator
from datetime import date

from shared.errors import Fault


def faults_of_day(pointer: str, day: date | None, today: date) -> Iterator[Fault]:
    """A day that is said to have happened must not lie in the future."""
    if day is not None and day > today:
        yield Fault(pointer, "in_the_future", "This day has not come yet; record it when it has.")


def faults_of_span(started_on: date, ended_on: date | None, today: date) -> Iterator[Fault]:
    """A span must have begun, and must not end before it began or after today; without an end it is still running."""
    yield from faults_of_day("/started_on", started_on, today)
    yield from faults_of_day("/ended_on", ended_on, today)
    yield from faults_of_order("/ended_on", started_on, ended_on)


def faults_of_order(pointer: str, first: date, last: date | None) -> Iterator[Fault]:
    """Nothing ends before it began; what has no last day goes on."""
    if last is not None and last < first:
        yield Fault(pointer, "ends_before_it_begins", "The last day is before the first.")


def faults_before(pointer: str, day: date | None, today: date) -> Iterator[Fault]:
    """A day that something is meant to be done by must not have passed."""
    if day is not None and day < today:
        yield Fault(pointer, "in_the_past", "This day has passed.")
