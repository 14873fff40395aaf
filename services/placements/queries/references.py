"""What is known about things that others refer to: whether they are there, and whose they are."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.models.declarative import Tenanted
from services.placements.models.organisations import Organisation

Known = Mapping[type[Tenanted], Mapping[UUID, UUID | None]]
"""For each kind of thing: those that exist in the partnership, each with the organisation it belongs to (None: none)."""


async def owners(
    session: AsyncSession, tenant: UUID, model: type[Tenanted], ids: Collection[UUID]
) -> dict[UUID, UUID | None]:
    """Those of the ids that exist in the partnership, with their organisations."""
    columns: Any = model
    nobody = literal(None, Uuid())
    whose = columns.id if model is Organisation else getattr(columns, "organisation_id", nobody)
    statement = select(columns.id, whose).where(columns.partnership_id == tenant, columns.id.in_(list(ids)))
    return {row[0]: row[1] for row in await session.execute(statement)} if ids else {}


async def every_organisation(session: AsyncSession, tenant: UUID) -> frozenset[UUID]:
    """All organisations of the partnership."""
    rows = await session.execute(select(Organisation.id).where(Organisation.partnership_id == tenant))
    return frozenset(rows.scalars())
