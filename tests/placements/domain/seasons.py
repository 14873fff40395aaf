"""A season of made-up placements, and when their steps are due by a reference that shares no code with the rules.

The reference knows bank holidays from the library of that name, walks through the calendar day by day in whole and half days,
and knows nothing of `Terms`, `Calendar` or `next_steps`.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import holidays

from services.placements.domain.life import Around, Life, ReviewSoFar
from services.placements.domain.named_steps import Minima
from services.placements.domain.schedule import Pattern, Terms
from services.placements.domain.vocabulary import Checkpoint, PlacementLevel, PlacementStatus
from shared.calendar import england

BANK_HOLIDAYS = set(holidays.country_holidays("GB", subdiv="ENG", years=range(2026, 2031)))
ONE = timedelta(days=1)
_CLOSURES = ((date(2026, 12, 21), date(2027, 1, 3)), (date(2026, 10, 26), date(2026, 10, 30)))


@dataclass(frozen=True)
class Made:
    """What a placement was made from: the reference sees only this."""

    starts_on: date
    days: int
    weekdays: tuple[int, ...]
    half: tuple[int, ...]
    closed: frozenset[date]
    leave: frozenset[date]
    observations: int
    supervisor: bool
    tutor: bool


def made(count: int, seed: int = 5) -> Iterator[Made]:
    """So many placements, the same ones for the same seed."""
    draw = random.Random(seed)
    for _ in range(count):
        final = draw.random() < 0.6
        weekdays = tuple(sorted(draw.sample(range(1, 6), draw.randint(2, 5))))
        closures = draw.sample(_CLOSURES, draw.randint(0, 2))
        holiday = date(2026, 10, 1) + timedelta(days=draw.randrange(150))
        yield Made(
            starts_on=date(2026, 9, 7) + timedelta(days=draw.randrange(60)),
            days=100 if final else 70,
            weekdays=weekdays,
            half=tuple(draw.sample(weekdays, draw.randint(0, 1))),
            closed=frozenset(d for first, last in closures for d in span(first, last)),
            leave=frozenset(span(holiday, holiday + timedelta(days=draw.randrange(8)))),
            observations=3 if final else 2,
            supervisor=draw.random() < 0.5,
            tutor=draw.random() < 0.8,
        )


def span(first: date, last: date) -> list[date]:
    return [first + n * ONE for n in range((last - first).days + 1)]


def open_day(day: date, closed: frozenset[date]) -> bool:
    return day.isoweekday() < 6 and day not in BANK_HOLIDAYS and day not in closed


def first_open(day: date, closed: frozenset[date]) -> date:
    while not open_day(day, closed):
        day += ONE
    return day


def later(day: date, working_days: int, closed: frozenset[date]) -> date:
    day = first_open(day, closed)
    for _ in range(working_days):
        day = first_open(day + ONE, closed)
    return day


def due_by_reference(of: Made) -> set[tuple[str, str, str | None, date]]:
    """Every step that is open on the first day, as (code, by, about, due): nothing is done yet."""
    half_days: list[date] = []
    day = of.starts_on
    while len(half_days) < 2 * of.days:
        if day.isoweekday() in of.weekdays and open_day(day, of.closed) and day not in of.leave:
            half_days += [day] if day.isoweekday() in of.half else [day, day]
        day += ONE
    half_days = half_days[: 2 * of.days]

    def placement_day(number: int) -> date:
        return half_days[2 * number - 1]

    midway, last = placement_day((of.days + 1) // 2), half_days[-1]
    found: list[tuple[str, str, str | None, date]] = [
        ("learning_agreement", "tutor" if of.tutor else "practice_educator", None, placement_day(10)),
        ("supervision", "practice_educator", None, placement_day(5)),
        ("midway_report", "practice_educator", None, midway),
        ("final_report", "practice_educator", None, last),
        ("survey", "student", None, last),
    ]
    for number in range(1, of.observations + 1):
        due = midway if number <= (of.observations + 1) // 2 else last
        found.append(("observation", "practice_educator", str(number), due))
    four_weeks, days_a_week = of.starts_on + timedelta(days=28), len(of.weekdays) - len(of.half) / 2
    found_on = {(code, by, about, first_open(due, of.closed)) for code, by, about, due in found}
    for checkpoint, due in (
        ("four_week", max(four_weeks, placement_day(15)) if days_a_week < 4 else four_weeks),
        ("midway", midway),
        ("end", last),
    ):
        due_on = first_open(due, of.closed)
        for by in ("student", "practice_educator", *(["on_site_supervisor"] if of.supervisor else [])):
            found_on.add(("review_response", by, checkpoint, due_on))
        found_on.add(("review_moderation", "tutor", checkpoint, later(due, 5, of.closed)))
    if half_days[0] == of.starts_on:
        found_on.add(("submit_days", "student", None, later(of.starts_on, 5, of.closed)))
    return found_on


def life_of(of: Made, number: int) -> Life:
    """The same placement as the rules see it, on its first day."""
    terms = Terms(
        starts_on=of.starts_on,
        days_required=of.days,
        pattern=Pattern(frozenset(of.weekdays), frozenset(of.half)),
        leave=of.leave,
        calendar=england(of.closed),
    )
    by_reference = due_by_reference(of)
    due = {about: day for code, _, about, day in by_reference if code == "review_response"}
    (last,) = (day for code, _, _, day in by_reference if code == "final_report")
    return Life(
        id=UUID(int=number),
        status=PlacementStatus.ACTIVE,
        level=PlacementLevel.FINAL if of.days == 100 else PlacementLevel.FIRST,
        minima=Minima(60, of.observations),
        terms=terms,
        agreed_end_on=last,
        around=Around(
            student_id=UUID(int=1),
            educator_id=UUID(int=2),
            on_site_supervisor_id=UUID(int=3) if of.supervisor else None,
            tutor_id=UUID(int=4) if of.tutor else None,
            university_id=UUID(int=5),
        ),
        reviews=[ReviewSoFar(UUID(int=9), checkpoint, due[checkpoint]) for checkpoint in Checkpoint],
        reports={},
    )
