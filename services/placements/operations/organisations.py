"""Organisations, as they are kept: the partnership's office writes them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.messages import OrganisationChanged
from services.placements.models.organisations import Organisation
from services.placements.operations.authors import Author
from services.placements.operations.resources import Resource
from services.placements.queries.references import every_organisation


async def everybody(session: AsyncSession, author: Author, rows: Sequence[Any]) -> list[Iterable[UUID]]:
    """The audience of what every member of the partnership may know: all its organisations."""
    members = await every_organisation(session, author.tenant)
    return [members for _ in rows]


ORGANISATION = Resource(
    name="organisation", model=Organisation, message=OrganisationChanged, audience=everybody
)
"""A member of the partnership. Only the office adds and changes one."""
