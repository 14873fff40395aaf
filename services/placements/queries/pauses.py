"""Reading pauses of many placements, and holding one for a change."""

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.models.pauses import Pause
from services.placements.queries.visibility import PAUSES
from shared.errors import NotFound, StaleVersion
from shared.http.lists import Filtered, equal

_VISIBLE = select(
    Pause.id,
    Pause.organisation_id,
    Pause.from_on,
    Pause.reason_code,
    Pause.note,
    Pause.paused,
    Pause.applied_at,
    Pause.resume_on,
    Pause.resumed,
    Pause.lifted_at,
    Pause.updated_at,
    Pause.version,
).where(PAUSES)

SINGLE = _VISIBLE.where(Pause.id == bindparam("id"))
"""One pause the caller sees."""

LIST = Filtered(_VISIBLE, Pause.id, **equal(Pause.organisation_id))
"""The pauses the caller sees."""


async def hold_visible_pause(
    session: AsyncSession, binds: dict[str, object], pause_id: UUID, seen: int | None
) -> Pause:
    """The pause, held, if the caller sees it at the version they saw."""
    statement = select(Pause).where(PAUSES, Pause.id == pause_id).with_for_update(key_share=True)
    found = (await session.execute(statement, binds)).scalar_one_or_none()
    if found is None:
        raise NotFound("pause")
    if seen is not None and seen != found.version:
        raise StaleVersion
    return found


async def hold_pause(session: AsyncSession, pause_id: UUID) -> Pause:
    """The pause, held, for whoever carries it out."""
    statement = select(Pause).where(Pause.id == pause_id).with_for_update(key_share=True)
    return (await session.execute(statement)).scalar_one()
