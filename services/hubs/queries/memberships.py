"""Reading memberships and allocations."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.models.candidates import Candidate
from services.hubs.models.memberships import Allocation, AllocationDecision, Membership
from services.hubs.queries.visibility import DECISIONS, MEMBERSHIPS, PARTNERSHIP
from shared.http.lists import Filtered, equal

OF_CANDIDATE = and_(
    Candidate.partnership_id == Membership.partnership_id, Candidate.placement_id == Membership.placement_id
)

_VISIBLE = (
    select(
        Membership.id,
        Membership.hub_id,
        Membership.placement_id,
        func.json_build_object("id", Membership.student_id, "full_name", Candidate.student_name).label(
            "student"
        ),
        Membership.university_id,
        Membership.programme_id,
        Membership.member_kind,
        Membership.joined_on,
        Membership.ended_on,
        Membership.end_reason,
        Membership.why,
        Membership.updated_at,
        Membership.version,
    )
    .join(Candidate, OF_CANDIDATE)
    .where(MEMBERSHIPS)
)

SINGLE = _VISIBLE.where(Membership.id == bindparam("id", type_=Uuid()))
"""One membership the caller sees."""

LIST = Filtered(
    _VISIBLE,
    Membership.id,
    **equal(Membership.hub_id),
    **equal(Membership.student_id),
    current=Membership.ended_on.is_(None) == bindparam("current"),
)
"""The memberships the caller sees."""

ALLOCATION = select(Allocation.id, Allocation.created_at).where(
    Allocation.partnership_id == PARTNERSHIP, Allocation.id == bindparam("id", type_=Uuid())
)
"""One allocation."""

DECIDED = (
    select(
        AllocationDecision.placement_id,
        AllocationDecision.student_id,
        AllocationDecision.hub_id,
        AllocationDecision.moved_from_hub_id,
        AllocationDecision.why,
    )
    .where(DECISIONS, AllocationDecision.allocation_id == bindparam("id", type_=Uuid()))
    .order_by(AllocationDecision.id)
)
"""What an allocation decided, as far as the caller sees it."""


async def current_members(
    session: AsyncSession, tenant: UUID, hub_ids: Collection[UUID]
) -> Sequence[Membership]:
    """The members these hubs have now."""
    statement = (
        select(Membership)
        .where(
            Membership.partnership_id == tenant,
            Membership.hub_id.in_(list(hub_ids)),
            Membership.ended_on.is_(None),
        )
        .order_by(Membership.id)
    )
    return (await session.execute(statement)).scalars().all()


async def count_current(session: AsyncSession, tenant: UUID, hub_id: UUID) -> int:
    """How many members the hub has now. Hold the memberships' lock for as long as it must stay true."""
    statement = (
        select(func.count())
        .select_from(Membership)
        .where(
            Membership.partnership_id == tenant,
            Membership.hub_id == hub_id,
            Membership.ended_on.is_(None),
        )
    )
    return int((await session.execute(statement)).scalar_one())


async def members_on(session: AsyncSession, tenant: UUID, hub_id: UUID, day: date) -> Sequence[Membership]:
    """Who belonged to the hub on this day."""
    statement = (
        select(Membership)
        .where(
            Membership.partnership_id == tenant,
            Membership.hub_id == hub_id,
            Membership.joined_on <= day,
            or_(Membership.ended_on.is_(None), Membership.ended_on >= day),
        )
        .order_by(Membership.id)
    )
    return (await session.execute(statement)).scalars().all()


async def names_on(
    session: AsyncSession, tenant: UUID, hub_id: UUID, day: date
) -> Sequence[tuple[Membership, Sequence[dict[str, str]]]]:
    """Who belonged to the hub on this day, each with what other systems call the student."""
    statement = (
        select(Membership, Candidate.student_external_ids)
        .join(Candidate, OF_CANDIDATE)
        .where(
            Membership.partnership_id == tenant,
            Membership.hub_id == hub_id,
            Membership.joined_on <= day,
            or_(Membership.ended_on.is_(None), Membership.ended_on >= day),
        )
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]


async def hold_current(session: AsyncSession, tenant: UUID, placement_id: UUID) -> Membership | None:
    """The place a placement's student has in a hub now, locked until the transaction ends."""
    statement = (
        select(Membership)
        .where(
            Membership.partnership_id == tenant,
            Membership.placement_id == placement_id,
            Membership.ended_on.is_(None),
        )
        .with_for_update(key_share=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def hold_membership(session: AsyncSession, tenant: UUID, membership_id: UUID) -> Membership | None:
    """A membership, locked until the transaction ends; None when the partnership has no such one."""
    statement = (
        select(Membership)
        .where(Membership.partnership_id == tenant, Membership.id == membership_id)
        .with_for_update(key_share=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def taking_turns(
    session: AsyncSession, tenant: UUID, hub_id: UUID
) -> Sequence[tuple[Membership, date]]:
    """The hub's present members with the last day of their placement, in the order they joined."""
    statement = (
        select(Membership, Candidate.ends_on)
        .join(Candidate, OF_CANDIDATE)
        .where(
            Membership.partnership_id == tenant,
            Membership.hub_id == hub_id,
            Membership.ended_on.is_(None),
        )
        .order_by(Membership.id)
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]
