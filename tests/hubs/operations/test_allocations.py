"""Allocation on a real database: everybody is told why, and however many allocate at once, no hub is overfilled."""

import asyncio
from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.hubs.models.memberships import AllocationDecision, Membership
from services.hubs.models.sessions import HubSession
from services.hubs.operations.authors import Author
from services.hubs.operations.memberships import HubFull, PlacementNotRunning, join
from shared.errors import Conflict, Forbidden, Invalid
from shared.ids import new_id
from tests.hubs.factories import (
    NORTH,
    SOUTH,
    Tenant,
    a_candidate,
    a_hub,
    a_member,
    allocated,
    events,
    rows_of,
    sessions_of,
)


async def run(
    tenant: Tenant, hub_ids: list[UUID] | None = None, *, may_move: bool = False
) -> list[AllocationDecision]:
    async with tenant.db.begin() as session:
        made = await allocated(session, tenant.office, hub_ids, tenant.now, may_move=may_move)
        statement = select(AllocationDecision).where(AllocationDecision.allocation_id == made.id)
        return list((await session.execute(statement)).scalars())


async def members(tenant: Tenant) -> list[Membership]:
    return await rows_of(tenant, Membership)


async def test_sixteen_students_of_two_universities_become_two_mixed_hubs(tenant: Tenant):
    for _ in range(2):
        await a_hub(tenant)
    for number in range(16):
        await a_candidate(tenant, university_id=NORTH if number % 2 else SOUTH)
    decisions = await run(tenant)
    assert sorted(Counter(d.hub_id for d in decisions).values()) == [8, 8]
    mixes = Counter((m.hub_id, m.university_id) for m in await members(tenant))
    assert sorted(mixes.values()) == [4, 4, 4, 4]
    told = await events(tenant, "membership.created")
    assert len(told) == 16


async def test_a_member_is_moved_where_that_lets_another_have_a_hub_and_both_hubs_share_their_turns(
    tenant: Tenant,
):
    crowded = await a_hub(tenant, capacity_hard=8, service_area="Adults", takes=["final", "first"])
    roomy = await a_hub(tenant, service_area="Children", takes=["final"])
    planned = await sessions_of(tenant, crowded, count=4)
    member = await a_member(tenant, crowded, service_area="Children")
    for _ in range(7):
        await a_member(tenant, crowded, service_area="Adults")
    for _ in range(4):
        await a_member(tenant, roomy)
    await a_candidate(tenant, placement_level="first")
    assert [d.why["code"] for d in await run(tenant)] == ["hubs_full"]
    decisions = await run(tenant, may_move=True)
    assert sorted(d.why["code"] for d in decisions) == ["moved_to_make_room", "nearest_hub"]
    (moved,) = [d for d in decisions if d.moved_from_hub_id is not None]
    assert (moved.placement_id, moved.hub_id) == (member.placement_id, roomy.id)
    (ended,) = [m for m in await members(tenant) if m.ended_on is not None]
    assert (ended.id, ended.end_reason) == (member.id, "moved_by_allocation")
    turns = [one.presenter_membership_id for one in await rows_of(tenant, HubSession)]
    assert (len(planned), ended.id in turns) == (4, False)
    assert await run(tenant, may_move=True) == []


async def test_a_second_allocation_finds_nobody_left(tenant: Tenant):
    await a_hub(tenant)
    for _ in range(6):
        await a_candidate(tenant)
    assert len(await run(tenant)) == 6
    assert await run(tenant) == []
    assert len(await events(tenant, "membership.created")) == 6


async def test_who_gets_no_hub_is_told_why_and_is_looked_at_again(tenant: Tenant):
    candidate = await a_candidate(tenant)
    (first,) = await run(tenant)
    assert (first.hub_id, first.why["code"]) == (None, "no_hub")
    await a_hub(tenant)
    (second,) = await run(tenant)
    assert (second.placement_id, second.why["code"]) == (candidate.placement_id, "too_few_for_a_hub")


async def test_placements_that_are_over_get_no_hub(tenant: Tenant):
    await a_hub(tenant, capacity_min=1)
    await a_candidate(tenant, status="cancelled")
    assert await run(tenant) == []


async def test_a_first_year_that_is_over_gets_no_hub(tenant: Tenant):
    await a_hub(tenant, capacity_min=1, takes=["asye"])
    await a_candidate(tenant, placement_level="asye", starts_on=date(2025, 9, 1), ends_on=date(2026, 8, 31))
    assert await run(tenant) == []


async def test_only_the_named_hubs_are_filled(tenant: Tenant):
    one, _ = await a_hub(tenant), await a_hub(tenant)
    for _ in range(12):
        await a_candidate(tenant)
    await a_candidate(tenant, placement_level="first")  # may be for another hub: nothing is said of it
    decisions = await run(tenant, [one.id])
    assert Counter(d.hub_id for d in decisions) == {one.id: 9, None: 3}


async def test_a_hub_of_another_partnership_cannot_be_named(tenant: Tenant):
    stranger = await a_hub(Tenant(tenant.db, tenant.clock))
    with pytest.raises(Invalid) as refused:
        await run(tenant, [stranger.id])
    assert [fault.pointer for fault in refused.value.faults] == ["/hub_ids/0"]


async def test_two_allocations_and_a_dozen_coordinators_at_once_never_overfill_a_hub(tenant: Tenant):
    hub = await a_hub(tenant)
    by_hand = [await a_candidate(tenant) for _ in range(12)]
    for _ in range(12):
        await a_candidate(tenant)

    async def give(placement_id: UUID) -> Any:
        async with tenant.db.begin() as session:
            return await join(session, tenant.office, hub.id, placement_id, tenant.now)

    work = [run(tenant), *(give(c.placement_id) for c in by_hand), run(tenant)]
    outcomes = await asyncio.gather(*work, return_exceptions=True)
    assert all(not isinstance(o, BaseException) or isinstance(o, HubFull) for o in outcomes[1:-1])
    present = await members(tenant)
    assert len(present) == hub.capacity_hard
    assert len({m.placement_id for m in present}) == hub.capacity_hard


async def test_a_coordinator_waits_for_an_allocation_that_is_being_carried_out(tenant: Tenant):
    hub = await a_hub(tenant)
    for _ in range(9):
        await a_candidate(tenant)

    async def slowly() -> None:
        async with tenant.db.begin() as session:
            await allocated(session, tenant.office, None, tenant.now)
            await asyncio.sleep(0.3)

    async def meanwhile() -> None:
        await asyncio.sleep(0.1)
        late = await a_candidate(tenant)
        async with tenant.db.begin() as session:
            with pytest.raises(HubFull):
                await join(session, tenant.office, hub.id, late.placement_id, tenant.now)

    await asyncio.gather(slowly(), meanwhile())
    assert len(await members(tenant)) == 9


async def test_a_dozen_students_at_once_for_nine_places_are_exactly_nine(tenant: Tenant):
    hub = await a_hub(tenant)
    candidates = [await a_candidate(tenant) for _ in range(12)]

    async def give(placement_id: UUID) -> bool:
        try:
            async with tenant.db.begin() as session:
                await join(session, tenant.office, hub.id, placement_id, tenant.now)
        except HubFull:
            return False
        return True

    given = await asyncio.gather(*(give(c.placement_id) for c in candidates))
    assert sum(given) == 9
    assert len(await members(tenant)) == 9


async def test_the_last_place_goes_to_a_ninth_student_and_a_tenth_is_refused(tenant: Tenant):
    hub = await a_hub(tenant)
    for _ in range(9):
        await a_member(tenant, hub)
    with pytest.raises(HubFull):
        await a_member(tenant, hub)


async def test_a_placement_that_is_over_gets_no_place_by_hand(tenant: Tenant):
    hub = await a_hub(tenant)
    with pytest.raises(PlacementNotRunning):
        await a_member(tenant, hub, status="completed")


async def test_members_share_the_sessions_among_them_as_they_come(tenant: Tenant):
    hub = await a_hub(tenant)
    planned = await sessions_of(tenant, hub, count=8)
    for _ in range(4):
        await a_candidate(tenant)
    await run(tenant)
    assert len(planned) == 8
    turns = Counter(one.presenter_membership_id for one in await rows_of(tenant, HubSession))
    assert sorted(turns.values()) == [2, 2, 2, 2]


async def test_students_and_educators_do_not_allocate(tenant: Tenant):
    author = Author(tenant.id, "s", person_id=new_id(), roles=frozenset({"student"}))
    with pytest.raises(Forbidden):
        async with tenant.db.begin() as session:
            await allocated(session, author, None, tenant.now)


async def test_refusals_of_places_are_conflicts():
    assert issubclass(HubFull, Conflict)
    assert issubclass(PlacementNotRunning, Conflict)
