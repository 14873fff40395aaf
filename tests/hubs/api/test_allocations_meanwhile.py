"""What happens while an allocation is computed: nobody waits for it, and what it no longer rests on is computed anew."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.hubs.clients.allocator import decide
from services.hubs.domain.allocation.inputs import Decision, HubInput, StudentInput
from services.hubs.domain.placements import StudentFacts
from services.hubs.models.memberships import Allocation, Membership
from services.hubs.operations.candidates import follow, rename
from shared.clock import StoppedClock
from shared.db import Database
from tests.hubs.factories import (
    AUTUMN,
    SPRING,
    Service,
    Tenant,
    a_candidate,
    a_hub,
    at_once,
    rows_of,
    serving,
)
from tests.placements.jobs.test_killed_solver import children, kill_the_next_child

PATH = "/v1/allocations"


class Meanwhile:
    """Computes allocations and counts them; before each, the next of what was arranged happens."""

    def __init__(self) -> None:
        self.arranged: list[Callable[[], Awaitable[Any]]] = []
        self.computed = 0

    async def __call__(
        self, students: Sequence[StudentInput], hubs: Sequence[HubInput]
    ) -> Sequence[Decision]:
        self.computed += 1
        if self.arranged:
            await self.arranged.pop(0)()
        return await at_once(students, hubs)


@pytest.fixture
def meanwhile() -> Meanwhile:
    return Meanwhile()


@pytest.fixture
async def crowd(
    partnerships_hubs_db: Database, stopped_clock: StoppedClock, meanwhile: Meanwhile
) -> AsyncIterator[Service]:
    """Ten students for the nine places of a hub; things happen while they are allocated."""
    async with serving(partnerships_hubs_db, stopped_clock, decide=meanwhile) as service:
        await a_hub(service.tenant)
        for _ in range(10):
            await a_candidate(service.tenant)
        yield service


async def members(tenant: Tenant) -> list[Membership]:
    return [row for row in await rows_of(tenant, Membership) if row.ended_on is None]


def placed(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 201, answer.text
    return {item["placement_id"] for item in answer.json()["items"] if item["hub_id"]}


async def test_a_place_given_meanwhile_is_kept_and_the_allocation_begins_anew(
    crowd: Service, meanwhile: Meanwhile
):
    late = await a_candidate(crowd.tenant)
    (hub,) = (await crowd.office("GET", "/v1/hubs")).json()["items"]

    async def by_hand() -> None:
        body = {"placement_id": str(late.placement_id)}
        given = await crowd.office("POST", f"/v1/hubs/{hub['id']}/memberships", body)
        assert given.status_code == 201, given.text

    meanwhile.arranged = [by_hand]
    got = placed(await crowd.office("POST", PATH))
    present = {str(row.placement_id) for row in await members(crowd.tenant)}
    assert (len(got), len(present), meanwhile.computed) == (8, 9, 2)
    assert present - got == {str(late.placement_id)}


async def test_whose_placement_ends_meanwhile_gets_no_place(crowd: Service, meanwhile: Meanwhile):
    tenant = crowd.tenant
    gone = (await crowd.office("GET", "/v1/candidates")).json()["items"][0]["placement_id"]

    async def ended() -> None:
        news = {"status": "ended_early", "starts_on": AUTUMN, "ends_on": SPRING, "educator_id": None}
        async with tenant.db.begin() as session:
            await follow(session, tenant.id, gone, news, occurred_on=tenant.now.date(), now=tenant.now)

    meanwhile.arranged = [ended]
    answer = await crowd.office("POST", PATH)
    assert (len(placed(answer)), meanwhile.computed) == (9, 2)
    assert gone not in {item["placement_id"] for item in answer.json()["items"]}


async def test_an_allocation_of_which_nobody_is_left_meanwhile_decides_nothing(
    crowd: Service, meanwhile: Meanwhile
):
    tenant = crowd.tenant
    waiting = (await crowd.office("GET", "/v1/candidates")).json()["items"]

    async def everybody_ended() -> None:
        news = {"status": "cancelled", "starts_on": AUTUMN, "ends_on": SPRING, "educator_id": None}
        async with tenant.db.begin() as session:
            for gone in [UUID(row["placement_id"]) for row in waiting]:
                await follow(session, tenant.id, gone, news, occurred_on=tenant.now.date(), now=tenant.now)

    meanwhile.arranged = [everybody_ended]
    answer = await crowd.office("POST", PATH)
    assert (answer.status_code, answer.json()["items"], meanwhile.computed) == (201, [], 1)


async def test_what_an_allocation_does_not_rest_on_may_change_meanwhile(crowd: Service, meanwhile: Meanwhile):
    tenant = crowd.tenant
    student = (await crowd.office("GET", "/v1/candidates")).json()["items"][0]["student"]["id"]

    async def renamed() -> None:
        facts = StudentFacts(student_id=student, student_name="Ada Newname", student_external_ids=())
        async with tenant.db.begin() as session:
            await rename(session, tenant.id, facts, tenant.now)

    meanwhile.arranged = [renamed]
    assert (len(placed(await crowd.office("POST", PATH))), meanwhile.computed) == (9, 1)


async def test_an_allocation_that_is_overtaken_each_time_changes_nothing_and_can_be_repeated(
    crowd: Service, meanwhile: Meanwhile
):
    async def one_more() -> None:
        await a_candidate(crowd.tenant)

    meanwhile.arranged, key = [one_more] * 3, {"Idempotency-Key": "again"}
    refused = await crowd.office("POST", PATH, None, key)
    assert (refused.status_code, refused.json()["code"]) == (409, "allocation_overtaken")
    assert meanwhile.computed == 3
    assert (await rows_of(crowd.tenant, Allocation), await members(crowd.tenant)) == ([], [])
    assert len(placed(await crowd.office("POST", PATH, None, key))) == 9


async def test_the_same_request_again_gets_the_same_answer_without_computing(
    crowd: Service, meanwhile: Meanwhile
):
    key = {"Idempotency-Key": "once"}
    first, again = [await crowd.office("POST", PATH, None, key) for _ in range(2)]
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    assert meanwhile.computed == 1


async def test_two_allocations_at_once_leave_one_result(crowd: Service, meanwhile: Meanwhile):
    both = asyncio.Barrier(2)
    meanwhile.arranged = [both.wait, both.wait]
    answers = await asyncio.gather(crowd.office("POST", PATH), crowd.office("POST", PATH))
    first, second = sorted((placed(answer) for answer in answers), key=len)
    assert (first, len(second), len(await members(crowd.tenant))) == (set(), 9, 9)


async def test_a_request_sent_again_while_it_is_computed_allocates_once(crowd: Service, meanwhile: Meanwhile):
    key, answers = {"Idempotency-Key": "impatient"}, list[httpx.Response]()

    async def send() -> None:
        answers.append(await crowd.office("POST", PATH, None, key))

    meanwhile.arranged = [send]
    await send()
    sooner, later = answers
    assert (len(placed(sooner)), sooner.content) == (9, later.content)
    assert later.headers["idempotent-replayed"] == "true"
    assert len(await rows_of(crowd.tenant, Allocation)) == 1


async def test_a_killed_computation_changes_nothing_and_a_repeat_works(
    partnerships_hubs_db: Database, stopped_clock: StoppedClock
):
    async with serving(partnerships_hubs_db, stopped_clock, decide=decide) as service:
        await a_hub(service.tenant, capacity_min=1)
        await a_candidate(service.tenant)
        killing, key = asyncio.create_task(kill_the_next_child(children())), {"Idempotency-Key": "k"}
        refused = await service.office("POST", PATH, None, key)
        await killing
        assert (refused.status_code, refused.json()["code"]) == (503, "allocation_unavailable")
        assert (await rows_of(service.tenant, Allocation), await members(service.tenant)) == ([], [])
        assert len(placed(await service.office("POST", PATH, None, key))) == 1
