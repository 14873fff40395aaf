"""What the placements service tells becomes evidence: who supported which student, from when to when."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import EpisodeEnd, PlacementLevel
from services.educators.domain.placements import Placement
from services.educators.operations.seats import confirm_seat
from services.educators.operations.support_episodes import begin_episode, end_episode, forget_placement
from shared.clock import Clock
from shared.events.change import Change

_ENDINGS = {
    "placement.completed": EpisodeEnd.COMPLETED,
    "placement.ended_early": EpisodeEnd.ENDED_EARLY,
}
_UNDER_WAY = frozenset({"placement.started", "placement.resumed"})
_CONFIRMED = "placement.confirmed"
TYPES = (_CONFIRMED, *sorted(_UNDER_WAY), *_ENDINGS, "placement.cancelled")
"""What is followed."""


class _Told(BaseModel):
    """What a message about a placement holds, as far as it matters here; the placements service may say more."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    student_id: UUID
    educator_id: UUID | None
    placement_level: PlacementLevel
    starts_on: date
    ends_on: date
    days_required: Annotated[int, Field(ge=0)]
    days_approved: Annotated[float, Field(ge=0)]
    midway_reported: bool
    occurred_on: date


async def take_in(session: AsyncSession, change: Change, *, clock: Clock) -> None:
    """Give one change its effect on the register. A placement without an educator has none."""
    partnership_id, now = change.partnership_id, clock.now()
    if change.type == "placement.cancelled":
        await forget_placement(session, partnership_id, change.subject_id, now)
        return
    if change.type in {_CONFIRMED, *_UNDER_WAY}:
        await confirm_seat(session, partnership_id, change.subject_id, now)
    if change.type == _CONFIRMED:
        return
    told = _Told.model_validate(change.data)
    if told.educator_id is None or change.type not in TYPES:
        return
    placement = Placement(**{**told.model_dump(), "id": change.subject_id, "educator_id": told.educator_id})
    if change.type in _UNDER_WAY:
        await begin_episode(session, partnership_id, placement, now)
    else:
        await end_episode(session, partnership_id, placement, _ENDINGS[change.type], now)
