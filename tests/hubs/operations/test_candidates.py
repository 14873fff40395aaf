"""What news of placements means for hubs, in whatever order and however often it comes."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.hubs.domain.placements import StudentFacts
from services.hubs.models.candidates import Candidate
from services.hubs.models.memberships import Membership
from services.hubs.operations.candidates import enrol, follow, rename
from services.hubs.operations.memberships import OutsideScheme
from shared.ids import new_id
from tests.hubs.factories import AUTUMN, SPRING, Tenant, a_hub, a_member, events, placement_facts, rows_of


async def told(tenant: Tenant, facts: Any) -> Candidate:
    async with tenant.db.begin() as session:
        return await enrol(session, tenant.id, facts, tenant.now)


async def news(tenant: Tenant, placement_id: Any, status: str, on: date, educator_id: Any = None) -> None:
    values = {"status": status, "starts_on": AUTUMN, "ends_on": SPRING, "educator_id": educator_id}
    async with tenant.db.begin() as session:
        await follow(session, tenant.id, placement_id, values, occurred_on=on, now=tenant.now)


async def test_a_confirmed_final_statutory_placement_becomes_a_candidate_once(tenant: Tenant):
    facts = placement_facts(student_external_ids=[{"system": "records", "value": "A-1"}])
    await told(tenant, facts)
    await told(tenant, facts)
    (candidate,) = await rows_of(tenant, Candidate)
    assert (candidate.placement_id, candidate.version) == (facts.placement_id, 1)


async def test_first_and_non_statutory_placements_are_known_but_usual_hubs_do_not_take_them(tenant: Tenant):
    hub = await a_hub(tenant)
    for values in ({"placement_level": "first"}, {"is_statutory": False}):
        with pytest.raises(OutsideScheme):
            await a_member(tenant, hub, **values)
    assert len(await rows_of(tenant, Candidate)) == 2
    assert await rows_of(tenant, Membership) == []


async def test_a_placement_that_ends_frees_its_place_in_the_hub(tenant: Tenant):
    hub = await a_hub(tenant)
    member = await a_member(tenant, hub)
    await news(tenant, member.placement_id, "ended_early", date(2026, 11, 3))
    (ended,) = await rows_of(tenant, Membership)
    assert (ended.ended_on, ended.end_reason) == (date(2026, 11, 3), "ended_early")
    (gone,) = await events(tenant, "membership.ended")
    assert gone[1]["reason"] == "ended_early"


async def test_a_placement_cancelled_before_it_began_leaves_a_place_that_never_was(tenant: Tenant):
    hub = await a_hub(tenant)
    member = await a_member(tenant, hub)
    await news(tenant, member.placement_id, "cancelled", date(2026, 8, 1))
    (ended,) = await rows_of(tenant, Membership)
    assert ended.ended_on < ended.joined_on


async def test_a_pause_keeps_the_place(tenant: Tenant):
    hub = await a_hub(tenant)
    member = await a_member(tenant, hub)
    await news(tenant, member.placement_id, "paused", date(2026, 11, 3))
    assert [m.ended_on for m in await rows_of(tenant, Membership)] == [None]
    assert [c.status for c in await rows_of(tenant, Candidate)] == ["paused"]


async def test_news_of_unknown_placements_is_passed_over(tenant: Tenant):
    await news(tenant, new_id(), "completed", date(2026, 11, 3))
    assert await rows_of(tenant, Candidate) == []


async def test_late_news_does_not_wake_a_placement_that_is_over(tenant: Tenant):
    facts = placement_facts()
    await told(tenant, facts)
    await news(tenant, facts.placement_id, "completed", date(2027, 2, 26))
    await news(tenant, facts.placement_id, "active", date(2026, 9, 7))
    await told(tenant, facts)
    assert [c.status for c in await rows_of(tenant, Candidate)] == ["completed"]


async def test_a_placement_that_is_over_when_first_heard_of_is_known_but_gets_no_place(tenant: Tenant):
    candidate = await told(tenant, placement_facts(status="completed"))
    assert candidate.status == "completed"


async def test_a_new_educator_is_the_memberships_educator_too(tenant: Tenant):
    hub, educator = await a_hub(tenant), new_id()
    member = await a_member(tenant, hub, educator_id=new_id())
    await news(tenant, member.placement_id, "active", date(2026, 9, 7), educator)
    assert [m.educator_id for m in await rows_of(tenant, Membership)] == [educator]


async def test_a_students_new_name_is_taken_over(tenant: Tenant):
    facts = placement_facts()
    await told(tenant, facts)
    async with tenant.db.begin() as session:
        await rename(session, tenant.id, StudentFacts(facts.student_id, "Ada Newname"), tenant.now)
    assert [c.student_name for c in await rows_of(tenant, Candidate)] == ["Ada Newname"]


async def test_a_placement_heard_of_again_brings_its_facts_up_to_date(tenant: Tenant):
    facts = placement_facts()
    await told(tenant, facts)
    await told(tenant, replace(facts, service_area="Adults", weekdays=(1, 2)))
    (candidate,) = await rows_of(tenant, Candidate)
    assert (candidate.service_area, candidate.weekdays, candidate.version) == ("Adults", [1, 2], 2)
