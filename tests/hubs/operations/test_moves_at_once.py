"""An allocation that may move members, while the places of the same members end: on real connections, in either order."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.models.memberships import Membership
from services.hubs.operations.candidates import follow
from services.hubs.operations.memberships import end
from services.hubs.queries.memberships import hold_membership
from shared.errors import InvalidState
from tests.hubs.factories import (
    AUTUMN,
    SPRING,
    Tenant,
    a_candidate,
    a_hub,
    a_member,
    allocated,
    events,
    rows_of,
    sessions_of,
)

Act = Callable[[AsyncSession], Awaitable[Any]]


@dataclass(slots=True)
class Crowded:
    """A full hub for first placements too, a roomy one, a student who fits the first only, and the member to make room."""

    tenant: Tenant
    member: Membership

    async def allocate(self, session: AsyncSession) -> None:
        await allocated(session, self.tenant.office, None, self.tenant.now, may_move=True)

    async def end(self, session: AsyncSession) -> None:
        held = await hold_membership(session, self.tenant.id, self.member.id)
        assert held is not None
        await end(session, held, self.tenant.now.date(), "left", self.tenant.now)

    async def placement_ends(self, session: AsyncSession) -> None:
        news = {"status": "ended_early", "starts_on": AUTUMN, "ends_on": SPRING, "educator_id": None}
        placement, now = self.member.placement_id, self.tenant.now
        await follow(session, self.tenant.id, placement, news, occurred_on=now.date(), now=now)

    async def one_while_the_other_is_open(self, first: Act, second: Act) -> None:
        """The second begins when the first has done its work, and the first commits while the second is under way."""
        done = asyncio.Event()

        async def open_for_long() -> None:
            async with self.tenant.db.begin() as session:
                await first(session)
                done.set()
                await asyncio.sleep(0.3)

        async def meanwhile() -> None:
            await done.wait()
            async with self.tenant.db.begin() as session:
                await second(session)

        await asyncio.gather(open_for_long(), meanwhile())

    async def places(self) -> list[tuple[bool, str | None]]:
        """The places that ended, the oldest first: whether it was the member's, and why it ended."""
        rows = await rows_of(self.tenant, Membership)
        first = sorted(rows, key=lambda row: row.id)
        return [
            (row.placement_id == self.member.placement_id, row.end_reason) for row in first if row.ended_on
        ]


@pytest.fixture
async def crowded(tenant: Tenant) -> Crowded:
    full = await a_hub(
        tenant, takes=["final", "first"], service_area="Adults", capacity_hard=4, capacity_target=4
    )
    roomy = await a_hub(tenant, service_area="Children")
    await sessions_of(tenant, full, count=2)
    member = await a_member(tenant, full, service_area="Children")
    for _ in range(3):
        await a_member(tenant, full, service_area="Adults")
    for _ in range(4):
        await a_member(tenant, roomy)
    await a_candidate(tenant, placement_level="first")
    return Crowded(tenant, member)


async def test_who_leaves_before_the_move_is_not_moved_and_the_place_goes_to_who_waits(crowded: Crowded):
    await crowded.one_while_the_other_is_open(crowded.end, crowded.allocate)
    assert await crowded.places() == [(True, "left")]
    assert len(await events(crowded.tenant, "membership.ended")) == 1
    current = [row for row in await rows_of(crowded.tenant, Membership) if row.ended_on is None]
    assert len({row.placement_id for row in current}) == len(current)


async def test_a_place_that_a_move_has_just_ended_does_not_end_again(crowded: Crowded):
    with pytest.raises(InvalidState):
        await crowded.one_while_the_other_is_open(crowded.allocate, crowded.end)
    assert await crowded.places() == [(True, "moved_by_allocation")]


async def test_a_placement_that_ends_during_the_move_frees_the_new_place(crowded: Crowded):
    await crowded.one_while_the_other_is_open(crowded.allocate, crowded.placement_ends)
    assert await crowded.places() == [(True, "moved_by_allocation"), (True, "ended_early")]


async def test_a_placement_that_ended_before_the_move_is_not_moved(crowded: Crowded):
    await crowded.one_while_the_other_is_open(crowded.placement_ends, crowded.allocate)
    assert await crowded.places() == [(True, "ended_early")]
