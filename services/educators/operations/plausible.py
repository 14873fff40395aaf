"""Whether a record can be true: of itself, and beside what is on record about the same educator."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from services.educators.domain.codes import AwardedStage
from services.educators.domain.records import (
    faults_of_award,
    faults_of_day,
    faults_of_days,
    faults_of_order,
    faults_of_span,
)
from services.educators.models.circumstances import DevelopmentPlan, ReturnStep, Unavailability
from services.educators.models.conflicts import CPD_TWICE, OVERLAPPING_EPISODE, STAGE_TWICE
from services.educators.models.declarative import Record
from services.educators.models.educators import Educator
from services.educators.models.evidence import (
    CpdRecord,
    LearnerEpisode,
    ManagerCheckIn,
    Qualification,
    RegistrationCheck,
    SupportEpisode,
)
from shared.errors import Fault

Values = Mapping[str, Any]

_HAPPENED: Mapping[type[Record], tuple[str, ...]] = {
    CpdRecord: ("on",),
    ManagerCheckIn: ("on",),
    RegistrationCheck: ("checked_on", "restriction_reviewed_on"),
    Qualification: ("awarded_on",),
    ReturnStep: ("on",),
    DevelopmentPlan: ("opened_on", "closed_on"),
}
_FIRST_AND_LAST: Mapping[type[Record], tuple[str, str]] = {
    Unavailability: ("starts_on", "ends_on"),
    DevelopmentPlan: ("opened_on", "closed_on"),
}
_LONGEST: Mapping[type[Record], int] = {SupportEpisode: 3, LearnerEpisode: 5}
"""Years. A placement of 100 days takes half a year, and two or three part-time with a break; an ASYE takes one, an
apprenticeship three, with a break five. A role may be held for a working life."""

BESIDE_OTHERS: frozenset[type[Record]] = frozenset({SupportEpisode, Qualification, CpdRecord})
"""Kinds whose records must fit with the others of the same educator."""


def faults_in(model: type[Record], values: Values, today: date) -> Iterator[Fault]:
    """What cannot be true of a record by itself, as far as it depends on more than one member or on today."""
    if "started_on" in values:
        first, last = values["started_on"], values.get("ended_on")
        yield from faults_of_span(first, last, today, longest=_LONGEST.get(model))
        yield from faults_of_days(values.get("days"), first, last or today)
        expected = values.get("expected_end_on")
        if expected is not None and expected < first:
            yield Fault(
                "/expected_end_on", "ends_before_it_begins", "The planned end is before the first day."
            )
    for name in _HAPPENED.get(model, ()):
        yield from faults_of_day(f"/{name}", values.get(name), today)
    if model in _FIRST_AND_LAST:
        opening, closing = _FIRST_AND_LAST[model]
        yield from faults_of_order(f"/{closing}", values[opening], values.get(closing))
    if values.get("ending") is not None and values.get("ended_on") is None:
        yield Fault("/ended_on", "last_day_missing", "Say on which day it ended.")


def faults_beside(
    model: type[Record], values: Values, educator: Educator, others: Iterable[Any]
) -> Iterator[Fault]:
    """What cannot be true of a record beside the others of its kind about the educator that still count."""
    if model is Qualification:
        awards = {AwardedStage(other.stage): other.awarded_on for other in others}
        stage, on = AwardedStage(values["stage"]), values["awarded_on"]
        awards.pop(stage, None)
        yield from faults_of_award(stage, on, qualified_on=educator.qualified_on, others=awards)


def conflict_beside(model: type[Record], values: Values, others: Iterable[Any]) -> tuple[str, str] | None:
    """Why a record cannot stand beside another one: it says the same thing twice. The database has the last word."""
    if model is Qualification:
        return STAGE_TWICE if any(other.stage == values["stage"] for other in others) else None
    if model is CpdRecord:
        same = (values["on"], values["title"])
        return CPD_TWICE if any((other.on, other.title) == same for other in others) else None
    if model is SupportEpisode and values.get("student_id") is not None:
        overlaps = any(_with_student_in(values, other) for other in others)
        return OVERLAPPING_EPISODE if overlaps else None
    return None


def _with_student_in(values: Values, other: SupportEpisode) -> bool:
    first, last = values["started_on"], values.get("ended_on") or date.max
    there = other.started_on <= last and first <= (other.ended_on or date.max)
    return there and other.student_id == values["student_id"]
