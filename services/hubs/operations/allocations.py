"""Allocation: everybody who has no hub is looked at together, under the lock of the partnership's memberships."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from anyio import to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.allocation.inputs import HubInput, StudentInput
from services.hubs.domain.allocation.solve import allocate as decide
from services.hubs.domain.allocation.words import why_of
from services.hubs.domain.hubs import Capacity
from services.hubs.models.candidates import Candidate
from services.hubs.models.hubs import Hub
from services.hubs.models.memberships import Allocation, AllocationDecision
from services.hubs.operations.authors import Author
from services.hubs.operations.memberships import enter
from services.hubs.operations.sessions import rotate_presenters
from services.hubs.operations.versions import overwrite
from services.hubs.queries.candidates import hold_without_hub
from services.hubs.queries.hubs import hold_memberships, hubs_named, open_hubs
from services.hubs.queries.memberships import current_members
from shared.calendar import london_day
from shared.errors import Fault, Invalid
from shared.ids import new_id


async def allocate(
    session: AsyncSession, author: Author, hub_ids: Sequence[UUID] | None, now: datetime
) -> Allocation:
    """Give every candidate without a hub a place, as far as there is one, and say why. `hub_ids` narrows the choice."""
    author.must_arrange()
    await hold_memberships(session, author.tenant)
    hubs = await _hubs(session, author.tenant, hub_ids, now)
    candidates = await hold_without_hub(session, author.tenant)
    members = await _universities(session, author.tenant, [hub.id for hub in hubs])
    students = [_student(candidate) for candidate in candidates]
    choices = [_hub(hub, members[hub.id]) for hub in hubs]
    # The solver computes for up to seconds; the other requests of this process go on meanwhile.
    decisions = await to_thread.run_sync(decide, students, choices)
    allocation = Allocation(
        id=new_id(), partnership_id=author.tenant, by_subject=author.subject, created_at=now
    )
    session.add(allocation)
    await session.flush()
    by_id = {hub.id: hub for hub in hubs}
    for candidate, decision in zip(candidates, decisions, strict=True):
        hub = None if decision.hub_id is None else by_id[decision.hub_id]
        await _carry_out(session, allocation, candidate, hub, why_of(decision))
    for hub_id in sorted({decision.hub_id for decision in decisions if decision.hub_id is not None}):
        await rotate_presenters(session, author.tenant, hub_id, now)
    return allocation


async def _carry_out(
    session: AsyncSession,
    allocation: Allocation,
    candidate: Candidate,
    hub: Hub | None,
    why: dict[str, object],
) -> None:
    session.add(
        AllocationDecision(
            id=new_id(),
            partnership_id=allocation.partnership_id,
            allocation_id=allocation.id,
            placement_id=candidate.placement_id,
            student_id=candidate.student_id,
            university_id=candidate.university_id,
            hub_id=None if hub is None else hub.id,
            why=why,
        )
    )
    if hub is None:
        overwrite(candidate, {"why": why}, allocation.created_at)
        await session.flush()
    else:
        await enter(session, hub, candidate, why, allocation.created_at)


async def _hubs(
    session: AsyncSession, tenant: UUID, hub_ids: Collection[UUID] | None, now: datetime
) -> Sequence[Hub]:
    if hub_ids is None:
        return await open_hubs(session, tenant, london_day(now))
    found = await hubs_named(session, tenant, hub_ids)
    known = {hub.id for hub in found}
    faults = [
        Fault(f"/hub_ids/{place}", "unknown_reference", "There is no such hub in this partnership.")
        for place, hub_id in enumerate(hub_ids)
        if hub_id not in known
    ]
    if faults:
        raise Invalid(faults)
    return found


async def _universities(
    session: AsyncSession, tenant: UUID, hub_ids: Collection[UUID]
) -> defaultdict[UUID, list[UUID]]:
    members: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for membership in await current_members(session, tenant, hub_ids):
        members[membership.hub_id].append(membership.university_id)
    return members


def _student(candidate: Candidate) -> StudentInput:
    return StudentInput(
        placement_id=candidate.placement_id,
        student_id=candidate.student_id,
        university_id=candidate.university_id,
        starts_on=candidate.starts_on,
        ends_on=candidate.ends_on,
        latitude=candidate.latitude,
        longitude=candidate.longitude,
        locality=candidate.locality,
        service_area=candidate.service_area,
        weekdays=frozenset(candidate.weekdays),
    )


def _hub(hub: Hub, members: Sequence[UUID]) -> HubInput:
    return HubInput(
        id=hub.id,
        capacity=Capacity(hub.capacity_min, hub.capacity_target, hub.capacity_hard),
        weekday=hub.weekday,
        starts_on=hub.starts_on,
        ends_on=hub.ends_on,
        members=tuple(members),
        latitude=hub.latitude,
        longitude=hub.longitude,
        locality=hub.locality,
        service_area=hub.service_area,
    )
