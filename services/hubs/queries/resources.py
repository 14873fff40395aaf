"""Reading the resource bank."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.models.resources import Resource
from services.hubs.queries.visibility import RESOURCES
from shared.http.lists import Filtered

_VISIBLE = select(
    Resource.id,
    Resource.title,
    Resource.url,
    Resource.note,
    Resource.tags,
    Resource.pcf_domains,
    Resource.withdrawn_at,
    Resource.updated_at,
    Resource.version,
).where(RESOURCES)

SINGLE = _VISIBLE.where(Resource.id == bindparam("id", type_=Uuid()))
"""One resource, also when it was withdrawn."""

LIST = Filtered(
    _VISIBLE.where(Resource.withdrawn_at.is_(None)),
    Resource.id,
    tag=Resource.tags.has_key(bindparam("tag", type_=Text())),
    pcf_domain=Resource.pcf_domains.has_key(bindparam("pcf_domain", type_=Text())),
)
"""What the bank offers now."""


async def hold_resource(session: AsyncSession, tenant: UUID, resource_id: UUID) -> Resource | None:
    """A resource, locked until the transaction ends; None when the partnership has no such one."""
    statement = (
        select(Resource)
        .where(Resource.partnership_id == tenant, Resource.id == resource_id)
        .with_for_update()
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def unknown_among(session: AsyncSession, tenant: UUID, ids: Collection[str]) -> set[str]:
    """Those of the ids that are no resource of the partnership."""
    if not ids:
        return set()
    wanted = [UUID(each) for each in ids]
    statement = select(Resource.id).where(Resource.partnership_id == tenant, Resource.id.in_(wanted))
    return set(ids) - {str(known) for known in (await session.execute(statement)).scalars()}
