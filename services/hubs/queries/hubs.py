"""Reading hubs and closures, and the locks of a hub."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.models.hubs import Closure, Hub
from services.hubs.models.memberships import Membership
from services.hubs.queries.visibility import CLOSURES, HUBS
from shared.http.lists import Filtered, equal
from shared.imports.external_ids import external_ids_of

_TAKEN = (
    select(func.count())
    .select_from(Membership)
    .where(
        Membership.partnership_id == Hub.partnership_id,
        Membership.hub_id == Hub.id,
        Membership.ended_on.is_(None),
    )
    .scalar_subquery()
)

_VISIBLE = select(
    Hub.id,
    Hub.name,
    Hub.locality,
    Hub.service_area,
    Hub.latitude,
    Hub.longitude,
    Hub.cadence,
    Hub.weekday,
    Hub.starts_at,
    Hub.minutes,
    func.json_build_object(
        "min", Hub.capacity_min, "target", Hub.capacity_target, "hard", Hub.capacity_hard
    ).label("capacity"),
    Hub.facilitator_person_id,
    Hub.co_facilitator_person_id,
    Hub.takes,
    Hub.statutory_only,
    Hub.facilitator_assesses_members,
    Hub.starts_on,
    Hub.ends_on,
    _TAKEN.label("members"),
    external_ids_of("hub", Hub.id).label("external_ids"),
    Hub.updated_at,
    Hub.version,
).where(HUBS)

SINGLE = _VISIBLE.where(Hub.id == bindparam("id", type_=Uuid()))
"""One hub."""

LIST = Filtered(
    _VISIBLE,
    Hub.id,
    **equal(Hub.locality),
    **equal(Hub.service_area),
    **equal(Hub.facilitator_person_id),
)
"""The partnership's hubs."""

_CLOSURES = select(
    Closure.id,
    Closure.hub_id,
    Closure.name,
    Closure.starts_on,
    Closure.ends_on,
    Closure.updated_at,
    Closure.version,
).where(CLOSURES)

CLOSURE = _CLOSURES.where(Closure.id == bindparam("id", type_=Uuid()))
"""One closure."""

CLOSURE_LIST = Filtered(_CLOSURES, Closure.id, **equal(Closure.hub_id))
"""The partnership's closures."""


async def hold_memberships(session: AsyncSession, tenant: UUID) -> None:
    """Until the transaction ends nobody else gives or counts places in this partnership's hubs."""
    lock = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
    await session.execute(lock, {"name": f"hub_memberships:{tenant}"})


async def hold_hub(session: AsyncSession, tenant: UUID, hub_id: UUID) -> Hub | None:
    """The hub, locked until the transaction ends; None when the partnership has no such hub.

    The lock is the weaker one that lets others refer to the hub. Take the memberships' lock before it, if both are needed.
    """
    statement = (
        select(Hub).where(Hub.partnership_id == tenant, Hub.id == hub_id).with_for_update(key_share=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def hold_closure(session: AsyncSession, tenant: UUID, closure_id: UUID) -> Closure | None:
    """The closure, locked until the transaction ends; None when the partnership has no such closure."""
    statement = (
        select(Closure).where(Closure.partnership_id == tenant, Closure.id == closure_id).with_for_update()
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def open_hubs(session: AsyncSession, tenant: UUID, today: date) -> Sequence[Hub]:
    """The hubs that are not over."""
    still = or_(Hub.ends_on.is_(None), Hub.ends_on >= today)
    statement = select(Hub).where(Hub.partnership_id == tenant, still).order_by(Hub.id)
    return (await session.execute(statement)).scalars().all()


async def hubs_named(session: AsyncSession, tenant: UUID, ids: Collection[UUID]) -> Sequence[Hub]:
    """Those of the ids that are hubs of the partnership."""
    statement = select(Hub).where(Hub.partnership_id == tenant, Hub.id.in_(list(ids))).order_by(Hub.id)
    return (await session.execute(statement)).scalars().all()


async def hubs_called(session: AsyncSession, tenant: UUID, names: Collection[str]) -> dict[str, UUID]:
    """The hubs that have these names, where only one has it."""
    statement = select(Hub.name, func.array_agg(Hub.id).label("ids")).where(
        Hub.partnership_id == tenant, Hub.name.in_(list(names))
    )
    found = await session.execute(statement.group_by(Hub.name))
    return {row.name: row.ids[0] for row in found if len(row.ids) == 1}


async def closed_days(session: AsyncSession, tenant: UUID, hub_id: UUID, from_day: date) -> frozenset[date]:
    """The days from `from_day` on which this hub, or every hub of the partnership, is closed."""
    statement = select(Closure.starts_on, Closure.ends_on).where(
        Closure.partnership_id == tenant,
        or_(Closure.hub_id.is_(None), Closure.hub_id == hub_id),
        Closure.ends_on >= from_day,
    )
    spans = (await session.execute(statement)).all()
    return frozenset(
        span.starts_on + timedelta(days=step)
        for span in spans
        for step in range((span.ends_on - span.starts_on).days + 1)
    )
