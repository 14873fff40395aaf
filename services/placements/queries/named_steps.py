"""Reading the named steps, leave and calendar links of a placement, and holding one for a change."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.models.calendar_links import CalendarLink
from services.placements.models.leave import Leave
from services.placements.models.named_steps import LearningAgreement, Observation, Supervision
from services.placements.models.placements import Placement
from services.placements.queries.visibility import PLACEMENTS
from shared.errors import NotFound
from shared.http.reading import listing
from shared.statements import Statement

Step = TypeVar("Step", bound=Supervision | Observation | Leave | CalendarLink)

_SEEN = (PLACEMENTS, Placement.id == bindparam("placement_id"))


def _of_placement(model: Any, *columns: Any) -> Select[Any]:
    return select(*columns).join(Placement, Placement.id == model.placement_id).where(*_SEEN)


AGREEMENT: Statement = _of_placement(
    LearningAgreement,
    LearningAgreement.placement_id,
    LearningAgreement.held_on,
    LearningAgreement.signed_by,
    LearningAgreement.updated_at,
    LearningAgreement.version,
)
"""The learning agreement of a placement the caller sees."""

SUPERVISIONS = listing(
    _of_placement(
        Supervision,
        Supervision.id,
        Supervision.on,
        Supervision.minutes,
        Supervision.kind,
        Supervision.pcf_domains,
        Supervision.created_at,
    ),
    Supervision.id,
)
"""The supervisions of a placement, as they were recorded."""

OBSERVATIONS = listing(
    _of_placement(
        Observation, Observation.id, Observation.on, Observation.pcf_domains, Observation.created_at
    ),
    Observation.id,
)
"""The observations of a placement, as they were recorded."""

LEAVE = listing(
    _of_placement(Leave, Leave.id, Leave.starts_on, Leave.ends_on, Leave.reason, Leave.created_at), Leave.id
)
"""The agreed leave of a placement."""

LINKS = listing(
    _of_placement(CalendarLink, CalendarLink.id, CalendarLink.created_at, CalendarLink.revoked_at),
    CalendarLink.id,
)
"""The calendar links of a placement, without their secrets: nobody can read those again."""


async def agreement_of(session: AsyncSession, placement_id: UUID) -> LearningAgreement | None:
    """The learning agreement of a placement that is held."""
    statement = select(LearningAgreement).where(LearningAgreement.placement_id == placement_id)
    return (await session.execute(statement)).scalar_one_or_none()


async def step_of(session: AsyncSession, model: type[Step], placement_id: UUID, step_id: UUID) -> Step:
    """One supervision, observation, leave or link of a placement that is held."""
    statement = select(model).where(model.placement_id == placement_id, model.id == step_id)
    found = (await session.execute(statement)).scalar_one_or_none()
    if found is None:
        raise NotFound(model.__tablename__.removesuffix("s").replace("_", " "))
    return found


async def placement_behind(session: AsyncSession, secret_hash: str) -> UUID | None:
    """The placement whose calendar a link shows; None when there is no such link, or it is revoked."""
    statement = select(CalendarLink.placement_id).where(
        CalendarLink.secret_hash == secret_hash, CalendarLink.revoked_at.is_(None)
    )
    return (await session.execute(statement)).scalar_one_or_none()
