"""Answering proposals: who may answer, what an answer leads to, and by when."""

from datetime import datetime, time
from enum import StrEnum

from services.placements.domain.vocabulary import Party, ProposalStatus
from shared.calendar import LONDON, Calendar, london_day
from shared.errors import InvalidState

ANSWER_WORKING_DAYS = 10
"""Working days that host and university have after publication."""


class DeclineReason(StrEnum):
    """Why a side declines; coded, so that a partnership can count and act."""

    CAPACITY_LOST = "capacity_lost"
    EDUCATOR_UNAVAILABLE = "educator_unavailable"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    TRAVEL_UNREASONABLE = "travel_unreasonable"
    ADJUSTMENT_NOT_POSSIBLE = "adjustment_not_possible"
    LEARNING_NEEDS_NOT_MET = "learning_needs_not_met"
    STUDENT_WITHDREW = "student_withdrew"
    OTHER = "other"


LOSES_THE_PLACE = frozenset({DeclineReason.CAPACITY_LOST, DeclineReason.EDUCATOR_UNAVAILABLE})
"""Reasons of a host that are about its place and not about the student: nobody is to be proposed for that place."""

LIVE = (ProposalStatus.DRAFT.value, ProposalStatus.PUBLISHED.value, ProposalStatus.ACCEPTED.value)
"""Statuses in which a proposal takes up a place."""

REMINDED_WORKING_DAYS = 3
"""Working days before the deadline on which those are reminded who have not answered."""


def reminded_until(calendar: Calendar, now: datetime) -> datetime:
    """Whoever has to answer by this instant, or has had to already, is to be reminded at `now`."""
    return calendar.due_at(now, REMINDED_WORKING_DAYS)


def overdue_before(now: datetime) -> datetime:
    """Whoever had to answer before this instant is to be reminded a last time: the beginning of the day in London."""
    return datetime.combine(london_day(now), time(), LONDON)


def refuse_unless_open(status: ProposalStatus) -> None:
    """Only a published proposal can be answered."""
    if status is not ProposalStatus.PUBLISHED:
        raise InvalidState("proposal", status.value, [])


def status_after(accepted: frozenset[Party]) -> ProposalStatus:
    """Accepted when both sides have accepted, else still waiting."""
    return ProposalStatus.ACCEPTED if accepted == frozenset(Party) else ProposalStatus.PUBLISHED
