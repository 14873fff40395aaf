"""Programmes, as they are kept: their university writes them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.vocabulary import ProgrammeRoute
from services.placements.models.organisations import Organisation
from services.placements.models.programmes import Programme
from services.placements.operations.authors import Author
from services.placements.operations.resources import Resource
from services.placements.queries.programmes import named
from shared.ids import new_id

PROGRAMME = Resource(
    name="programme", model=Programme, references={"organisation_id": Organisation}, owner="organisation_id"
)
"""A qualifying course."""


async def ensure(
    session: AsyncSession, author: Author, wanted: Collection[tuple[UUID, str]], now: datetime
) -> dict[tuple[UUID, str], UUID]:
    """The programmes of these organisations and names; those that are not there are added with the route `other`."""
    rows = [
        {
            "id": new_id(),
            "partnership_id": author.tenant,
            "organisation_id": organisation_id,
            "name": name,
            "route": ProgrammeRoute.OTHER.value,
            "version": 1,
            "created_at": now,
            "updated_at": now,
        }
        for organisation_id, name in sorted(wanted)
    ]
    if not rows:
        return {}
    await session.execute(insert(Programme).values(rows).on_conflict_do_nothing())
    return await named(session, author.tenant, {name for _, name in wanted})
