"""Educators as callers see them: whole to those they belong to, and to others only what matching needs."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, and_, bindparam, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.educators.models.educators import Educator
from services.educators.queries.visibility import EDUCATORS, WHOLE
from shared.errors import Forbidden, NotFound
from shared.http.reading import Statement, listing, one
from shared.imports.external_ids import Owner, external_ids_of
from shared.imports.tables import external_ids

NOT_YOURS = ("other_organisation", "This educator belongs to another organisation.")
"""What somebody hears who may know of an educator but not more."""

_nobody = func.json_build_array()
_SHOWN = select(
    Educator.id,
    Educator.organisation_id,
    Educator.mode,
    Educator.peps_stage,
    Educator.currency_status.label("status"),
    case((WHOLE, Educator.social_work_england_number)).label("social_work_england_number"),
    case((WHOLE, Educator.full_name)).label("full_name"),
    case((WHOLE, Educator.employment)).label("employment"),
    case((WHOLE, Educator.qualified_on)).label("qualified_on"),
    case((WHOLE, Educator.registered_on)).label("registered_on"),
    case((WHOLE, Educator.mentor_educator_id)).label("mentor_educator_id"),
    case((WHOLE, Educator.directorate)).label("directorate"),
    case((WHOLE, Educator.locality)).label("locality"),
    case((WHOLE, func.json_build_object("max_concurrent", Educator.max_concurrent))).label("capacity"),
    case((WHOLE, external_ids_of("educator", Educator.id)), else_=_nobody).label("external_ids"),
    Educator.version,
).where(EDUCATORS)

ONE = _SHOWN.where(Educator.id == bindparam("p_id"))
"""One educator as the caller may see them."""


async def shown(session: AsyncSession, binds: Mapping[str, object], educator_id: UUID) -> dict[str, Any]:
    """The columns of one educator as the caller may see them, inside the transaction that changed them."""
    return await one(await session.connection(), ONE, {**binds, "p_id": educator_id}, "educator")


_FILTERS = {
    "organisation_id": Educator.organisation_id == bindparam("organisation_id"),
    "peps_stage": Educator.peps_stage == bindparam("peps_stage"),
    "status": Educator.currency_status == bindparam("status"),
    "social_work_england_number": and_(
        WHOLE, Educator.social_work_england_number == bindparam("social_work_england_number")
    ),
}


@cache
def listed_by(*filters: str) -> Statement:
    """The list narrowed by the named filters; a statement for each set of them, so that each is served by its index."""
    return listing(_SHOWN.where(*(_FILTERS[name] for name in filters)), Educator.id)


def in_use(filters: Mapping[str, object]) -> tuple[str, ...]:
    """The names of the filters that have a value, in a fixed order."""
    return tuple(sorted(name for name, value in filters.items() if value is not None))


_BY_NUMBER = select(Educator.id, Educator.social_work_england_number).where(
    EDUCATORS, Educator.social_work_england_number == func.any(bindparam("numbers", type_=ARRAY(Text())))
)


async def by_number(
    connection: AsyncConnection | AsyncSession, partnership_id: UUID, numbers: Collection[str]
) -> dict[str, UUID]:
    """The educators with these registration numbers; a number nobody has is left out."""
    binds = {"p_partnership": partnership_id, "numbers": list(numbers)}
    found = await connection.execute(_BY_NUMBER, binds)
    return {row.social_work_england_number: row.id for row in found}


async def named_by(
    session: AsyncSession, owner: Owner, system: str, ids: Collection[UUID]
) -> frozenset[UUID]:
    """Those of the educators for whom the owner already has a name in this system."""
    known = external_ids.c
    statement = select(known.resource_id).where(
        known.resource == "educator",
        known.resource_id.in_(ids),
        known.system == system,
        known.owner_organisation_id.is_not_distinct_from(owner.organisation_id),
    )
    return frozenset((await session.execute(statement)).scalars())


_WHOLE = select(WHOLE.label("whole")).where(EDUCATORS, Educator.id == bindparam("p_id"))


async def expect_whole(connection: AsyncConnection, binds: Mapping[str, object], educator_id: UUID) -> None:
    """Refuse with 404 when the educator is not visible, with 403 when they are but belong to another organisation."""
    whole = (await connection.execute(_WHOLE, {**binds, "p_id": educator_id})).scalar_one_or_none()
    if whole is None:
        raise NotFound("educator")
    if not whole:
        raise Forbidden(*NOT_YOURS)


async def hold_educator(session: AsyncSession, partnership_id: UUID, educator_id: UUID) -> Educator:
    """The educator, locked until the transaction ends; whoever else changes them or their evidence waits."""
    return (await hold_educators(session, partnership_id, [educator_id]))[educator_id]


async def hold_educators(
    session: AsyncSession, partnership_id: UUID, ids: Collection[UUID]
) -> dict[UUID, Educator]:
    """These educators, locked in one order until the transaction ends. Refused when one of them is not there."""
    statement = (
        select(Educator)
        .where(Educator.partnership_id == partnership_id, Educator.id.in_(ids))
        .order_by(Educator.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    held = {row.id: row for row in (await session.execute(statement)).scalars()}
    if len(held) < len(set(ids)):
        raise NotFound("educator")
    return held


async def organisations_with_educators(session: AsyncSession, partnership_id: UUID) -> Sequence[UUID]:
    """The organisations of a partnership that have educators."""
    statement = select(Educator.organisation_id).where(Educator.partnership_id == partnership_id)
    return (await session.execute(statement.distinct())).scalars().all()
