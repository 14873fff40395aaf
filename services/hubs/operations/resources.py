"""The resource bank: filled and kept by facilitators and those who arrange hubs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.models.resources import Resource
from services.hubs.operations.authors import Author
from services.hubs.operations.versions import overwrite
from shared.errors import Forbidden, InvalidState
from shared.ids import new_id


async def add(session: AsyncSession, author: Author, values: Mapping[str, Any], now: datetime) -> Resource:
    """Put a resource into the bank."""
    author.must_fill_the_bank()
    resource = Resource(
        id=new_id(),
        partnership_id=author.tenant,
        added_by=author.subject,
        version=1,
        created_at=now,
        updated_at=now,
        **values,
    )
    session.add(resource)
    await session.flush()
    return resource


async def change(
    session: AsyncSession, author: Author, resource: Resource, values: Mapping[str, Any], now: datetime
) -> bool:
    """Change a held resource; returns whether anything differs."""
    _must_keep(author, resource)
    changed = overwrite(resource, values, now)
    await session.flush()
    return changed


async def withdraw(session: AsyncSession, author: Author, resource: Resource, now: datetime) -> None:
    """Offer a held resource no more. Summaries that name it still find it."""
    _must_keep(author, resource)
    overwrite(resource, {"withdrawn_at": now}, now)
    await session.flush()


def _must_keep(author: Author, resource: Resource) -> None:
    author.must_fill_the_bank()
    if not author.arranges and resource.added_by != author.subject:
        raise Forbidden("not_your_resource", "It was added by somebody else: they, or the office, change it.")
    if resource.withdrawn_at is not None:
        raise InvalidState("resource", "withdrawn", [])
