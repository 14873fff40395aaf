"""What the placements service tells becomes evidence: who supported which student, from when to when."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import PlacementLevel
from services.educators.domain.placements import Phase, Step
from services.educators.operations.seats import confirm_seat
from services.educators.operations.support_episodes import follow
from shared.clock import Clock
from shared.events.change import Change

_PHASES = {
    "placement.started": Phase.STARTED,
    "placement.completed": Phase.COMPLETED,
    "placement.ended_early": Phase.ENDED_EARLY,
    "placement.cancelled": Phase.CANCELLED,
}
_ON_THE_WAY = (
    "placement.assigned",
    "placement.changed",
    "placement.paused",
    "placement.resumed",
    "placement.suspended",
)
_WITH_A_STUDENT = frozenset({"active", "paused", "suspended"})
_CONFIRMED = "placement.confirmed"
TYPES = (_CONFIRMED, *sorted(_PHASES), *_ON_THE_WAY)
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
    """Give one change its effect on the register: a confirmed placement keeps its seat, one that began is evidence."""
    phase, now = _phase_of(change), clock.now()
    if change.type == _CONFIRMED or phase in {Phase.STARTED, Phase.UNDER_WAY}:
        await confirm_seat(session, change.partnership_id, change.subject_id, now)
    if phase is None:
        return
    told = _Told.model_validate(change.data)
    step = Step(
        id=change.id,
        position=change.position,
        phase=phase,
        placement_id=change.subject_id,
        **told.model_dump(),
    )
    await follow(session, change.partnership_id, step, now)


def _phase_of(change: Change) -> Phase | None:
    """What the change says of the placement's course, if it says anything."""
    if change.type in _ON_THE_WAY:
        return Phase.UNDER_WAY if change.data.get("status") in _WITH_A_STUDENT else None
    return _PHASES.get(change.type)
