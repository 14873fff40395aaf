import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import httpx

from services.educators.models.educators import Educator
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import Caller, an_organisation_system, in_person, the_office
from tests.educators.factories import a_register_check_of, a_seat_with, an_educator

ROOT = "/v1/registration-checks"
HEADING = "Registration number,Surname,Status,Registered until,Conditions\n"


async def due(caller: Caller, query: str = "") -> dict[str, list[str]]:
    items = (await caller.get(f"{ROOT}/due?limit=200{query}")).json()["items"]
    return {each["full_name"]: each["because"] for each in items}


async def a_batch(caller: Caller, **body: Any) -> dict[str, Any]:
    made = await caller.post(f"{ROOT}/batches", body)
    assert made.status_code == 201, made.text
    (batch,) = made.json()["items"]
    return dict(batch)


async def answered(caller: Caller, batch: dict[str, Any], file: str, query: str = "") -> httpx.Response:
    path = f"{ROOT}/batches/{batch['id']}/results{query}"
    return await caller.post_table(path, file.encode())


async def checks(caller: Caller, educator: Educator) -> list[dict[str, Any]]:
    return list((await caller.get(f"/v1/educators/{educator.id}/registration-checks")).json()["items"])


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


async def test_the_regulators_answer_becomes_checks_and_a_person_decides_about_the_rest(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    names = {"SW1": "Amara Fielding", "SW2": "Bo Married", "SW3": "Cy Gone", "SW4": "Di Restricted"}
    people = {
        number: await an_educator(
            educators_db, partnership, full_name=name, social_work_england_number=number
        )
        for number, name in names.items()
    }
    office = the_office(educators_client, partnership)
    batch = await a_batch(office)
    file = (
        "REGISTRATION NO,Town,Name,Status,Registered Until,Conditions,Sanctions\r\n"
        "sw1,Southampton,FIELDING Amara,Registered,30/11/2027,None,\r\n"
        'SW1,"a, town","Fielding, Amara",Registered,30/11/2027,None,\r\n'
    )
    refused = await answered(office, batch, file)
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/rows/2/number"]
    file = (
        "REGISTRATION NO,Town,Name,Status,Registered Until,Conditions,Sanctions\r\n"
        'sw1,"a, town","Fielding, Amara",Registered,30/11/2027,None,\r\n'
        "SW2,,Bo Newname,Registered,30 November 2027,,\r\n"
        "SW4,,Di Restricted,Registered with conditions,2027-11-30,See decision,Warning order\r\n"
        "SW77,,Some Body,Registered,30/11/2027,None,\r\n"
    )
    done = await answered(office, batch, file)
    assert done.status_code == 200, done.text
    assert {line["social_work_england_number"]: line["outcome"] for line in done.json()["lines"]} == {
        "SW1": "checked",
        "SW2": "mismatch",
        "SW3": "mismatch",
        "SW4": "checked",
    }
    assert (done.json()["status"], done.json()["checked_on"]) == ("completed", "2026-09-07")
    assert (done.json()["mismatches"], done.json()["mismatches_open"]) == (3, 3)
    (check,) = await checks(office, people["SW1"])
    assert (check["status"], check["registered_until"], check["restriction"]) == (
        "registered",
        "2027-11-30",
        "none",
    )
    assert [each["restriction"] for each in await checks(office, people["SW4"])] == ["sanction"]
    assert await checks(office, people["SW2"]) == []
    again = await answered(office, batch, file)
    assert (again.status_code, again.json()["code"]) == (409, "invalid_state")
    await decisions(office, batch, people)


async def decisions(office: Caller, batch: dict[str, Any], people: dict[str, Educator]) -> None:
    listed = (await office.get(f"{ROOT}/batches/{batch['id']}/mismatches?status=open")).json()["items"]
    open_ = {each["kind"]: each for each in listed}
    assert {kind: each["social_work_england_number"] for kind, each in open_.items()} == {
        "surname_differs": "SW2",
        "missing_from_answer": "SW3",
        "unknown_number": "SW77",
    }
    assert open_["surname_differs"]["found"]["surname"] == "Newname"

    async def decide(kind: str, decision: str, reason: str = "Looked into.", seen: str = '"1"') -> Any:
        path = f"{ROOT}/batches/{batch['id']}/mismatches/{open_[kind]['id']}/decision"
        return await office.post(path, {"decision": decision, "reason": reason}, if_match=seen)

    short = await decide("surname_differs", "accept", "no")
    assert (short.status_code, short.json()["errors"][0]["pointer"]) == (422, "/reason")
    assert (await decide("surname_differs", "accept", seen='"7"')).status_code == 412
    accepted = await decide("surname_differs", "accept", "Married in July.")
    assert (accepted.json()["status"], accepted.json()["reason"]) == ("accepted", "Married in July.")
    assert [each["status"] for each in await checks(office, people["SW2"])] == ["registered"]
    assert (await decide("surname_differs", "reject", seen="*")).json()["code"] == "invalid_state"
    assert (await decide("unknown_number", "accept")).json()["code"] == "nobody_has_this_number"
    assert (await decide("unknown_number", "reject")).json()["status"] == "rejected"
    assert (await decide("missing_from_answer", "accept")).status_code == 200
    assert [each["status"] for each in await checks(office, people["SW3"])] == ["not_registered"]
    path = f"{ROOT}/batches/{batch['id']}/mismatches/{open_['unknown_number']['id']}"
    one = await office.get(path)
    assert (one.headers["etag"], one.json()["status"]) == ('"2"', "rejected")
    whole = (await office.get(f"{ROOT}/batches/{batch['id']}")).json()
    assert (whole["mismatches"], whole["mismatches_open"]) == (3, 0)


async def test_a_rejected_mismatch_leaves_the_educator_due(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id(), full_name="Bo Married")
    office = the_office(educators_client, educator.partnership_id)
    batch = await a_batch(office)
    number = educator.social_work_england_number
    done = await answered(office, batch, f"{HEADING}{number},Stranger,Registered,30/11/2027,\n")
    assert done.json()["mismatches_open"] == 1
    (mismatch,) = (await office.get(f"{ROOT}/batches/{batch['id']}/mismatches")).json()["items"]
    body = {"decision": "reject", "reason": "Another person's number was typed."}
    path = f"{ROOT}/batches/{batch['id']}/mismatches/{mismatch['id']}/decision"
    assert (await office.post(path, body, if_match="*")).status_code == 200
    assert await checks(office, educator) == []
    assert await due(office) == {"Bo Married": ["never_checked"]}


async def test_every_fault_of_a_file_is_named_and_nothing_is_stored(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    batch = await a_batch(office)
    good = f"{educator.social_work_england_number},Fielding,Registered,30/11/2027,None\n"
    rows = "SW0,,Perhaps,yesterday,None\nSW8,Name,Registered\n"
    bad = await answered(office, batch, f"{HEADING}{good}{rows}")
    assert bad.status_code == 422
    assert [(each["pointer"], each["code"]) for each in bad.json()["errors"]] == [
        ("/rows/2/number", "bad_number"),
        ("/rows/2/surname", "missing"),
        ("/rows/2/status", "unknown_status"),
        ("/rows/2/registered_until", "bad_day"),
        ("/rows/3", "wrong_number_of_cells"),
    ]
    assert "yesterday" not in bad.text
    broken = {
        "": "missing_column",
        "Name,Status\nA,Registered\n": "missing_column",
        "Number,Reg No,Surname,Status\n": "column_twice",
        "Number,Surname\r,Status\n": "missing_column",
        "Number,\x00,Status\n": "missing_column",
        f"{HEADING}SW1,{'x' * 201},Registered,,\n": "too_long",
        f"{HEADING}\xff".encode("latin-1").decode("latin-1"): "wrong_number_of_cells",
    }
    for text, code in broken.items():
        answer = await answered(office, batch, text)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code), text
    assert await checks(office, educator) == []
    early = await answered(office, batch, HEADING + good, "?checked_on=2026-09-06")
    assert early.json()["errors"][0]["code"] == "before_the_batch"
    late = await answered(office, batch, HEADING + good, "?checked_on=2026-09-08")
    assert late.json()["errors"][0]["code"] == "in_the_future"
    assert (await answered(office, batch, HEADING + good)).status_code == 200


async def test_a_file_that_is_not_utf8_is_refused(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    batch = await a_batch(office)
    table = HEADING.encode() + b"SW1,\xff\xfe,Registered,,\n"
    answer = await office.post_table(f"{ROOT}/batches/{batch['id']}/results", table)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not_utf8")


async def test_an_answer_comes_as_a_table_and_nothing_else(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    batch = await a_batch(office)
    answer = await office.post(f"{ROOT}/batches/{batch['id']}/results", {"rows": []})
    assert (answer.status_code, answer.json()["detail"]) == (415, "Send the body as text/csv.")


async def test_the_same_answer_sent_twice_is_taken_once(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id(), full_name="Bo Fielding")
    office = the_office(educators_client, educator.partnership_id)
    batch = await a_batch(office)
    path = f"{ROOT}/batches/{batch['id']}/results"
    table = f"{HEADING}{educator.social_work_england_number},Fielding,Registered,30/11/2027,\n".encode()
    first = await office.post_table(path, table, key="once")
    second = await office.post_table(path, table, key="once")
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.headers["idempotent-replayed"] == "true"
    assert second.content == first.content
    assert len(await checks(office, educator)) == 1
    other = await office.post_table(path, table + b"SW9,A,Registered,,\n", key="once")
    assert other.json()["code"] == "idempotency_key_reused"


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
