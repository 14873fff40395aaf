"""Allocation: everybody who has no hub is looked at together, under the lock of the partnership's memberships.

Which places are best takes seconds to compute, in which no lock is held: it is looked, computed, and looked again. What was
decided is carried out only where it still rests on the same.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.allocation.inputs import Decision, HubInput, StudentInput, Why
from services.hubs.domain.allocation.words import why_of
from services.hubs.domain.hubs import Capacity, Scheme
from services.hubs.models.candidates import Candidate
from services.hubs.models.hubs import Hub
from services.hubs.models.memberships import Allocation, AllocationDecision, Membership
from services.hubs.operations.authors import Author
from services.hubs.operations.memberships import end, enter
from services.hubs.operations.sessions import rotate_presenters
from services.hubs.operations.versions import overwrite
from services.hubs.queries.candidates import hold_candidates, hold_without_hub
from services.hubs.queries.hubs import hold_memberships, hubs_named, open_hubs
from services.hubs.queries.memberships import current_members, hold_members
from shared.calendar import london_day
from shared.errors import Conflict, Fault, Invalid
from shared.ids import new_id

MOVED = "moved_by_allocation"
"""Why a place ended whose member an allocation gave another one."""


class AllocationOvertaken(Conflict):
    """What the allocation rests on went on changing while it was computed."""

    def __init__(self) -> None:
        super().__init__(
            "allocation_overtaken",
            "Places, placements or hubs were changed each time while the allocation was computed. Nobody was moved; "
            "repeat it when the others are done.",
        )


@dataclass(frozen=True, slots=True)
class Situation:
    """Whom an allocation looks at and the hubs there are. Two are equal where whoever decides would be told the same."""

    students: Sequence[StudentInput]
    choices: Sequence[HubInput]
    hubs: Mapping[UUID, Hub] = field(compare=False)
    candidates: Mapping[UUID, Candidate] = field(compare=False)
    movable: Mapping[UUID, Membership] = field(compare=False)
    """The memberships, by placement, that may be ended for a move."""


async def consider(
    session: AsyncSession,
    author: Author,
    hub_ids: Sequence[UUID] | None,
    now: datetime,
    *,
    may_move: bool = False,
) -> Situation:
    """Everybody without a hub and the hubs they could have; nobody gives places until the transaction ends.

    `hub_ids` narrows the choice; of those whom none of these hubs is for, nothing is then said.

    With `may_move` members may be moved between these hubs, the fewest that let the most have a place.
    """
    author.must_arrange()
    await hold_memberships(session, author.tenant)
    hubs = await _hubs(session, author.tenant, hub_ids, now)
    members = await current_members(session, author.tenant, [hub.id for hub in hubs])
    candidates = await _waiting(session, author.tenant, now, only_for=hubs if hub_ids is not None else None)
    movable: dict[UUID, Membership] = {}
    if may_move:
        theirs = await hold_candidates(session, author.tenant, [member.placement_id for member in members])
        members = await hold_members(session, members)
        movable = {member.placement_id: member for member in members}
        candidates += [candidate for candidate in theirs if candidate.placement_id in movable]
    return Situation(
        [_student(candidate, movable.get(candidate.placement_id)) for candidate in candidates],
        [_hub(hub, [member for member in members if member.hub_id == hub.id], movable) for hub in hubs],
        {hub.id: hub for hub in hubs},
        {candidate.placement_id: candidate for candidate in candidates},
        movable,
    )


async def allocate(
    session: AsyncSession, author: Author, there: Situation, decisions: Sequence[Decision], now: datetime
) -> Allocation:
    """Give every candidate the place that was decided, or none, and say why.

    `there` was considered in this transaction, and the decisions rest on the same.
    """
    allocation = Allocation(
        id=new_id(), partnership_id=author.tenant, by_subject=author.subject, created_at=now
    )
    session.add(allocation)
    await session.flush()
    news = [decision for decision in decisions if decision.why is not Why.STAYS]
    for decision in sorted(news, key=lambda one: one.moved_from is None):
        await _carry_out(session, allocation, there, decision)
    for hub_id in sorted({decision.hub_id for decision in news if decision.hub_id is not None}):
        await rotate_presenters(session, author.tenant, hub_id, now)
    return allocation


async def _waiting(
    session: AsyncSession, tenant: UUID, now: datetime, *, only_for: Sequence[Hub] | None
) -> list[Candidate]:
    without = await hold_without_hub(session, tenant, london_day(now))
    if only_for is None:
        return list(without)
    return [candidate for candidate in without if any(_is_for(hub, candidate) for hub in only_for)]


async def _carry_out(
    session: AsyncSession, allocation: Allocation, there: Situation, decision: Decision
) -> None:
    candidate, why, now = there.candidates[decision.placement_id], why_of(decision), allocation.created_at
    session.add(
        AllocationDecision(
            id=new_id(),
            partnership_id=allocation.partnership_id,
            allocation_id=allocation.id,
            placement_id=candidate.placement_id,
            student_id=candidate.student_id,
            university_id=candidate.university_id,
            hub_id=decision.hub_id,
            moved_from_hub_id=decision.moved_from,
            why=why,
        )
    )
    if decision.moved_from is not None:
        yesterday = london_day(now) - timedelta(days=1)
        await end(session, there.movable[decision.placement_id], yesterday, MOVED, now)
    if decision.hub_id is None:
        overwrite(candidate, {"why": why}, now)
        await session.flush()
    else:
        await enter(session, there.hubs[decision.hub_id], candidate, why, now)


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


def _is_for(hub: Hub, candidate: Candidate) -> bool:
    return _scheme(hub).includes(candidate.placement_level, is_statutory=candidate.is_statutory)


def _scheme(hub: Hub) -> Scheme:
    return Scheme(frozenset(hub.takes), hub.statutory_only)


def _student(candidate: Candidate, membership: Membership | None) -> StudentInput:
    return StudentInput(
        placement_id=candidate.placement_id,
        student_id=candidate.student_id,
        university_id=candidate.university_id,
        programme_id=candidate.programme_id,
        level=candidate.placement_level,
        is_statutory=candidate.is_statutory,
        assessors=_people(candidate.educator_id),
        current_hub_id=None if membership is None else membership.hub_id,
        starts_on=candidate.starts_on,
        ends_on=candidate.ends_on,
        latitude=candidate.latitude,
        longitude=candidate.longitude,
        locality=candidate.locality,
        service_area=candidate.service_area,
        weekdays=frozenset(candidate.weekdays),
    )


def _hub(hub: Hub, members: Sequence[Membership], movable: Mapping[UUID, Membership]) -> HubInput:
    staying = [member for member in members if member.placement_id not in movable]
    return HubInput(
        id=hub.id,
        capacity=Capacity(hub.capacity_min, hub.capacity_target, hub.capacity_hard),
        weekday=hub.weekday,
        starts_on=hub.starts_on,
        ends_on=hub.ends_on,
        members=tuple(member.university_id for member in staying),
        programmes=tuple(member.programme_id for member in staying),
        is_running=bool(members),
        scheme=_scheme(hub),
        facilitators=_people(hub.facilitator_person_id, hub.co_facilitator_person_id),
        latitude=hub.latitude,
        longitude=hub.longitude,
        locality=hub.locality,
        service_area=hub.service_area,
    )


def _people(*ids: UUID | None) -> frozenset[UUID]:
    return frozenset(id_ for id_ in ids if id_ is not None)
