"""Whose registration is due for a look, and batches of their numbers."""

import asyncio
from datetime import UTC, date, datetime
from uuid import UUID

import httpx

from services.educators.models.educators import Educator
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import Caller, an_organisation_system, in_person, the_office
from tests.educators.factories import a_register_check_of, a_seat_with, an_educator
from tests.educators.registration_batches import HEADING, ROOT, a_batch, answered, due


async def test_those_are_due_whom_nobody_checked_lately(
    educators_client: httpx.AsyncClient, educators_db: Database, stopped_clock: StoppedClock
) -> None:
    partnership, council = new_id(), new_id()
    checked = {"fresh": date(2026, 6, 9), "stale": date(2026, 6, 8), "never": None}
    for name, on in checked.items():
        educator = await an_educator(educators_db, partnership, full_name=name, organisation_id=council)
        if on:
            await a_register_check_of(educators_db, educator, date(2020, 1, 1))
            await a_register_check_of(educators_db, educator, on)
            later = date(2026, 9, 1)
            await a_register_check_of(educators_db, educator, later, withdrawn_at=educator.created_at)
    office = the_office(educators_client, partnership)
    assert await due(office) == {"stale": ["check_too_old"], "never": ["never_checked"]}
    assert await due(office, f"&organisation_id={new_id()}") == {}
    assert await due(an_organisation_system(educators_client, partnership, new_id())) == {}
    assert len(await due(an_organisation_system(educators_client, partnership, council))) == 2


async def test_after_1_december_those_are_due_whose_student_stays_over_the_renewal(
    educators_client: httpx.AsyncClient, educators_db: Database, stopped_clock: StoppedClock
) -> None:
    partnership = new_id()
    spans = (date(2026, 10, 5), date(2027, 3, 26))
    stories = {
        "spans": (date(2026, 11, 20), spans),
        "over before": (date(2026, 11, 20), (date(2026, 9, 1), date(2026, 11, 30))),
        "begins after": (date(2026, 11, 20), (date(2026, 12, 1), date(2027, 3, 26))),
        "checked since": (date(2026, 12, 1), spans),
        "no student": (date(2026, 11, 20), None),
    }
    for name, (checked_on, days) in stories.items():
        educator = await an_educator(educators_db, partnership, full_name=name)
        await a_register_check_of(educators_db, educator, checked_on, registered_until=date(2026, 11, 30))
        if days:
            await a_seat_with(educators_db, educator, *days)
    office = the_office(educators_client, partnership)
    stopped_clock.at = datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert await due(office) == {}
    stopped_clock.at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert await due(office) == {"spans": ["renewal_passed"]}
    stopped_clock.at = datetime(2027, 1, 1, 9, tzinfo=UTC)
    ran_out = ["registration_ran_out"]
    assert await due(office) == dict.fromkeys(stories, ran_out) | {"spans": ["renewal_passed", *ran_out]}


async def test_a_batch_has_100_numbers_at_most_and_nobody_waits_in_two(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    async with educators_db.begin() as session:
        session.add_all([a_row(partnership, n) for n in range(1, 206)])
    office = the_office(educators_client, partnership)
    made = (await office.post(f"{ROOT}/batches", {})).json()["items"]
    assert [batch["size"] for batch in made] == [100, 100, 5]
    numbers = (await office.get(f"{ROOT}/batches/{made[2]['id']}/numbers")).text
    assert numbers == "SW201,SW202,SW203,SW204,SW205"
    table = (await office.get(f"{ROOT}/batches/{made[2]['id']}/numbers?format=csv")).text
    assert table.split() == ["social_work_england_number", *numbers.split(",")]
    assert (await office.post(f"{ROOT}/batches", {})).json()["items"] == []
    waiting = (await office.get(f"{ROOT}/due?limit=1")).json()["items"]
    assert waiting[0]["batch_id"] == made[0]["id"]
    cancelled = await cancel(office, made[2]["id"], '"1"')
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert (await cancel(office, made[2]["id"], '"1"')).status_code == 412
    assert (await cancel(office, made[2]["id"], "*")).json()["code"] == "invalid_state"
    assert (await a_batch(office))["size"] == 5
    listed = (await office.get(f"{ROOT}/batches?status=open")).json()["items"]
    assert [batch["size"] for batch in listed] == [100, 100, 5]


async def cancel(caller: Caller, batch_id: str, seen: str) -> httpx.Response:
    return await caller.post(f"{ROOT}/batches/{batch_id}/cancellation", None, if_match=seen)


def a_row(partnership: UUID, n: int) -> Educator:
    at = datetime(2026, 9, 1, tzinfo=UTC)
    return Educator(
        id=new_id(),
        partnership_id=partnership,
        organisation_id=new_id(),
        social_work_england_number=f"SW{n}",
        full_name="Amara Fielding",
        mode="on_site",
        employment="employed",
        peps_stage="stage_2",
        currency_status="unverified",
        version=1,
        created_at=at,
        updated_at=at,
    )


async def test_batches_made_at_once_hold_everybody_once(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    async with educators_db.begin() as session:
        session.add_all([a_row(partnership, n) for n in range(1, 131)])
    office = the_office(educators_client, partnership)
    answers = await asyncio.gather(*(office.post(f"{ROOT}/batches", {}) for _ in range(4)))
    sizes = [batch["size"] for answer in answers for batch in answer.json()["items"]]
    assert sorted(sizes) == [30, 100]


async def test_a_batch_is_for_the_organisation_it_was_made_for(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership, council = new_id(), new_id()
    mine = await an_educator(educators_db, partnership, organisation_id=council)
    await an_educator(educators_db, partnership)
    system = an_organisation_system(educators_client, partnership, council)
    batch = await a_batch(system)
    assert (batch["size"], batch["organisation_id"]) == (1, str(council))
    other = an_organisation_system(educators_client, partnership, new_id())
    assert (await other.get(f"{ROOT}/batches/{batch['id']}")).status_code == 404
    assert (await other.get(f"{ROOT}/batches/{batch['id']}/numbers")).status_code == 404
    assert (await other.get(f"{ROOT}/batches/{batch['id']}/mismatches")).json()["items"] == []
    assert (await answered(other, batch, HEADING + "SW1,A,Registered,,\n")).status_code == 404
    assert (await other.post(f"{ROOT}/batches", {"organisation_id": str(council)})).status_code == 403
    educator = in_person(educators_client, partnership, mine.id, "practice_educator", organisation_id=council)
    assert (await educator.post(f"{ROOT}/batches", {})).status_code == 403
    office = the_office(educators_client, partnership)
    assert (await office.get(f"{ROOT}/batches/{batch['id']}")).json()["lines"][0]["educator_id"] == str(
        mine.id
    )
