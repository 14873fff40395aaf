"""How far a placement is against its plan, and when it will end as things stand.

Only approved days count towards the end. For the forecast a day that waits for approval is taken as done, and so is a
planned day of the last four weeks that nobody has recorded yet, because days are recorded in batches; an older one is taken
as missed. Ahead of plan is nobody's concern: `behind_by` is never below 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.placements.domain.days import CREDIT
from services.placements.domain.schedule import ONE_DAY, PlannedDay, Terms, lay_out, plan, single_days
from services.placements.domain.vocabulary import DayKind, DayPart

RECORDED_WITHIN = timedelta(days=28)
"""How long a planned day may stay without a record before it is taken as missed."""

ABSENCES = frozenset({DayKind.SICK, DayKind.AUTHORISED_ABSENCE, DayKind.UNAUTHORISED_ABSENCE})
"""Kinds of days on which the student was expected and not there."""


class WhyBehind(StrEnum):
    """Why a placement is behind its plan."""

    SICKNESS = "sickness"
    AUTHORISED_ABSENCE = "authorised_absence"
    UNAUTHORISED_ABSENCE = "unauthorised_absence"
    NOT_RECORDED = "not_recorded"
    OTHER_DAYS = "other_days"


_WHY = {
    DayKind.SICK: WhyBehind.SICKNESS,
    DayKind.AUTHORISED_ABSENCE: WhyBehind.AUTHORISED_ABSENCE,
    DayKind.UNAUTHORISED_ABSENCE: WhyBehind.UNAUTHORISED_ABSENCE,
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One record of a day: what it was, and whether it is approved."""

    on: date
    part: DayPart
    kind: DayKind
    is_approved: bool
    submitted_on: date

    @property
    def halves(self) -> int:
        """What it gives, or will give once approved, in half days."""
        return int(2 * CREDIT.get((self.kind, self.part), 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a placement stands on a day. Days are counted in halves."""

    planned: Sequence[PlannedDay]
    planned_so_far: int
    approved: int
    awaiting: int
    unrecorded: Sequence[date]
    behind: int
    forecast_end_on: date
    reasons: Mapping[WhyBehind, int]

    @property
    def planned_end_on(self) -> date:
        """The last planned day."""
        return self.planned[-1].on

    @property
    def behind_by(self) -> float:
        """Days behind the plan."""
        return self.behind / 2


def approved_halves(records: Iterable[Recorded]) -> int:
    """What counts so far, in half days."""
    return sum(record.halves for record in records if record.is_approved)


def not_recorded(planned: Iterable[PlannedDay], records: Iterable[Recorded], today: date) -> list[PlannedDay]:
    """The planned days until `today` of which nothing is on record."""
    recorded_on = {record.on for record in records}
    return [day for day in planned if day.on <= today and day.on not in recorded_on]


def standing(terms: Terms, records: Iterable[Recorded], today: date) -> Standing:
    """Where the placement stands at the end of `today`. Raises `NeverEnds` when its days have no room."""
    known = list(records)
    planned = plan(terms, today)
    so_far = [day for day in planned if day.on <= today]
    unrecorded = not_recorded(so_far, known, today)
    recent = [day for day in unrecorded if today - day.on < RECORDED_WITHIN]
    approved = approved_halves(known)
    awaiting = sum(record.halves for record in known if not record.is_approved)
    expected = approved + awaiting + sum(day.halves for day in recent)
    due = sum(day.halves for day in so_far)
    return Standing(
        planned=planned,
        planned_so_far=due,
        approved=approved,
        awaiting=awaiting,
        unrecorded=[day.on for day in unrecorded],
        behind=max(0, due - expected),
        forecast_end_on=_forecast(terms, planned, today, 2 * terms.days_required - expected, known),
        reasons=_reasons(so_far, known, [day for day in unrecorded if day not in recent]),
    )


def _forecast(
    terms: Terms, planned: Sequence[PlannedDay], today: date, left: int, known: Iterable[Recorded]
) -> date:
    if left <= 0:
        credited = [record.on for record in known if record.halves]
        return max([*credited, *(day.on for day in planned if day.on <= today)], default=planned[0].on)
    starting = max(terms.starts_on, today + ONE_DAY)
    resting = single_days((rest for rest in terms.rests if rest.last), planned[-1].on)
    return lay_out(terms, starting=starting, halves=left, resting=resting)[-1].on


def _reasons(
    so_far: Sequence[PlannedDay], known: Iterable[Recorded], missed: Sequence[PlannedDay]
) -> dict[WhyBehind, int]:
    halves_on = {day.on: day.halves for day in so_far}
    reasons: dict[WhyBehind, int] = {}
    for record in known:
        whole = halves_on.get(record.on, 0)
        lost = min(whole, 2 if record.part is DayPart.DAY else 1) - record.halves
        if lost > 0:
            why = _WHY.get(record.kind, WhyBehind.OTHER_DAYS)
            reasons[why] = reasons.get(why, 0) + lost
    if missed:
        reasons[WhyBehind.NOT_RECORDED] = sum(day.halves for day in missed)
    return reasons


def sickness_now(records: Sequence[Recorded], planned: Sequence[PlannedDay]) -> tuple[date, int] | None:
    """The last run of planned days in a row on which the student was sick: its first day and its length in days.

    None when the last recorded day was no day of sickness: then the run is over.
    """
    sick = {r.on for r in records if r.kind is DayKind.SICK}
    known = {r.on for r in records}
    run: list[date] = []
    for day in planned:
        if day.on in sick:
            run.append(day.on)
        elif day.on in known:
            run = []
    return (run[0], len(run)) if run else None
