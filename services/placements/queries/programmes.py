"""Reading programmes."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.models.programmes import Programme
from services.placements.queries.visibility import PROGRAMMES
from shared.http.lists import Filtered, equal
from shared.imports.external_ids import external_ids_of

_VISIBLE = select(
    Programme.id,
    Programme.organisation_id,
    Programme.name,
    Programme.route,
    Programme.supervision_minutes,
    Programme.observations_first,
    Programme.observations_final,
    external_ids_of("programme", Programme.id).label("external_ids"),
    Programme.updated_at,
    Programme.version,
).where(PROGRAMMES)

SINGLE = _VISIBLE.where(Programme.id == bindparam("id"))
"""One programme of the partnership."""

LIST = Filtered(_VISIBLE, Programme.id, **equal(Programme.organisation_id))
"""The programmes of the partnership."""


async def named(session: AsyncSession, tenant: UUID, names: Collection[str]) -> dict[tuple[UUID, str], UUID]:
    """Programmes of these exact names, by organisation and name."""
    statement = select(Programme.organisation_id, Programme.name, Programme.id).where(
        Programme.partnership_id == tenant, Programme.name.in_(list(names))
    )
    return {(row[0], row[1]): row[2] for row in await session.execute(statement)} if names else {}
