"""The matching meeting: in which order a host or a university talks about its proposals."""

from datetime import datetime
from enum import StrEnum

from services.placements.domain.matching.journey import PACES, travel_mode
from services.placements.domain.vocabulary import ProposalStatus


class ToDiscuss(StrEnum):
    """Why a proposal wants talking about. The order of the members is the order of the meeting."""

    OUTSIDE_LIST = "outside_list"
    LONG_JOURNEY = "long_journey"
    DECLINED = "declined"
    OVERDUE = "overdue"
    CHANGED = "changed"
    NOT_ANSWERED = "not_answered"


def to_discuss(
    *,
    status: str,
    outside_list: bool,
    travel_minutes: int,
    can_drive: bool,
    changed: bool,
    answer_due_at: datetime | None,
    now: datetime,
) -> tuple[ToDiscuss, ...]:
    """Everything about one proposal that wants talking about, the weightiest first; nothing where all is well."""
    waits = status == ProposalStatus.PUBLISHED
    overdue = waits and answer_due_at is not None and answer_due_at < now
    found = {
        ToDiscuss.OUTSIDE_LIST: outside_list,
        ToDiscuss.LONG_JOURNEY: travel_minutes > PACES[travel_mode(can_drive=can_drive)].review_minutes,
        ToDiscuss.DECLINED: status == ProposalStatus.DECLINED,
        ToDiscuss.OVERDUE: overdue,
        ToDiscuss.CHANGED: changed,
        ToDiscuss.NOT_ANSWERED: waits and not overdue,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def agenda_place(
    reasons: tuple[ToDiscuss, ...], preference_rank: int, travel_minutes: int
) -> tuple[int, ...]:
    """The place of a proposal in the meeting: by its weightiest reason, then the worse rank, then the longer journey."""
    weight = list(ToDiscuss).index(reasons[0]) if reasons else len(ToDiscuss)
    return weight, -preference_rank, -travel_minutes
