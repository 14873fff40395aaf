"""Placement audits: an agency rates what its setting offers students, a university verifies it, all universities use it.

An audit lives for 24 months. A standard that requires improvement has an action with a date. Only people open a setting
again; what the system does by itself is to ask for another look, and to close the door of one whose audit has run out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LIFE_IN_YEARS = 2
_LEAP_DAY, _LAST_OF_FEBRUARY = (2, 29), 28


class Standard(StrEnum):
    """What every audit rates."""

    INDUCTION_AND_SAFETY = "induction_and_safety"
    SPACE_AND_EQUIPMENT = "space_and_equipment"
    EDUCATOR_AND_SUPERVISION = "educator_and_supervision"
    COVER_FOR_ABSENCE = "cover_for_absence"
    WORKLOAD_AND_OPPORTUNITIES = "workload_and_opportunities"
    PCF_COVERAGE = "pcf_coverage"
    EQUALITY_AND_ADJUSTMENTS = "equality_and_adjustments"
    INVOLVEMENT_OF_PEOPLE_WHO_USE_SERVICES = "involvement_of_people_who_use_services"
    TIME_FOR_LEARNING = "time_for_learning"


class AuditRating(StrEnum):
    """How a standard is met."""

    EXCELLENT = "excellent"
    SATISFACTORY = "satisfactory"
    REQUIRES_IMPROVEMENT = "requires_improvement"


class AuditStatus(StrEnum):
    """Whether a setting is open to students, as far as its audit goes."""

    OPEN = "open"
    ACTION_PLAN_IN_PROGRESS = "action_plan_in_progress"
    ACTION_PLAN_COMPLETED = "action_plan_completed"
    ON_HOLD = "on_hold"
    CLOSED = "closed"
    TO_BE_REVIEWED_BEFORE_USE = "to_be_reviewed_before_use"


STOPS_MATCHING = frozenset({AuditStatus.CLOSED, AuditStatus.ON_HOLD, AuditStatus.TO_BE_REVIEWED_BEFORE_USE})
"""In these a setting gets no further students; so it does once its audit has expired. Those who are there stay."""


class AuditReason(StrEnum):
    """Why an audit has another status. The last two are the system's, the others are said by a person.

    `recheck` is a concern at stage two, or a setting whose trend falls; it does not say which, so that nobody is given away.
    """

    VERIFIED = "verified"
    REVIEWED = "reviewed"
    STAFFING = "staffing"
    REORGANISATION = "reorganisation"
    INSPECTION = "inspection"
    QUALITY = "quality"
    OTHER = "other"
    ACTIONS_DONE = "actions_done"
    RECHECK = "recheck"


OF_THE_SYSTEM = frozenset({AuditReason.VERIFIED, AuditReason.ACTIONS_DONE, AuditReason.RECHECK})
"""Reasons a person cannot give."""


@dataclass(frozen=True, slots=True)
class Rated:
    """One standard of an audit: its rating, and what is done about it by when, where that is needed."""

    standard: Standard
    rating: AuditRating
    action: str | None = None
    action_due_on: date | None = None
    action_done_on: date | None = None


def expires_on(audited_on: date) -> date:
    """The first day on which the audit is out of date: 24 months after it was made."""
    is_leap_day = (audited_on.month, audited_on.day) == _LEAP_DAY
    return audited_on.replace(
        year=audited_on.year + LIFE_IN_YEARS, day=_LAST_OF_FEBRUARY if is_leap_day else audited_on.day
    )


def faults_of(rated: Iterable[Rated], audited_on: date) -> dict[str, tuple[str, str]]:
    """What is wrong with the standards of an audit: JSON pointer -> (code, words). Every standard is rated once."""
    faults: dict[str, tuple[str, str]] = {}
    seen: set[Standard] = set()
    for at, each in enumerate(rated):
        if each.standard in seen:
            faults[f"/standards/{at}/standard"] = ("repeated", "This standard is rated twice.")
        seen.add(each.standard)
        wanting = each.rating is AuditRating.REQUIRES_IMPROVEMENT
        if wanting and (each.action is None or each.action_due_on is None):
            words = "What requires improvement has an action with a date."
            faults[f"/standards/{at}/action"] = ("missing", words)
        elif each.action_due_on is not None and not audited_on <= each.action_due_on < expires_on(audited_on):
            words = "The day is on or after the audit, and within its life."
            faults[f"/standards/{at}/action_due_on"] = ("out_of_range", words)
    if missing := [standard for standard in Standard if standard not in seen]:
        faults["/standards"] = ("missing", f"Rate also: {', '.join(missing)}.")
    return faults


def status_by_plan(rated: Iterable[Rated]) -> AuditStatus:
    """The status an audit has by its actions alone."""
    actions = [each for each in rated if each.action is not None]
    if not actions:
        return AuditStatus.OPEN
    if any(each.action_done_on is None for each in actions):
        return AuditStatus.ACTION_PLAN_IN_PROGRESS
    return AuditStatus.ACTION_PLAN_COMPLETED


def steps_from(status: AuditStatus) -> frozenset[AuditStatus]:
    """What people can make of an audit in this status; `open` stands for whatever its action plan says."""
    if status in STOPS_MATCHING:
        return frozenset({AuditStatus.OPEN, *STOPS_MATCHING}) - {status}
    return STOPS_MATCHING


def coverage(opportunities: Iterable[Mapping[str, object]], domains: Iterable[str]) -> dict[str, list[str]]:
    """PCF domain -> what the setting offers for it, in the audit's words; an empty list where it offers nothing."""
    found: dict[str, list[str]] = {domain: [] for domain in domains}
    for each in opportunities:
        of_it = each.get("pcf_domains")
        for domain in of_it if isinstance(of_it, list) else []:
            if domain in found:
                found[domain].append(str(each["what"]))
    return found
