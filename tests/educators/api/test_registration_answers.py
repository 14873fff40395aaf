"""The regulator's answer to a batch: checks, faults, and what a person decides."""

from typing import Any

import httpx

from services.educators.models.educators import Educator
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import Caller, the_office
from tests.educators.factories import an_educator
from tests.educators.registration_batches import HEADING, ROOT, a_batch, answered, due


async def checks(caller: Caller, educator: Educator) -> list[dict[str, Any]]:
    return list((await caller.get(f"/v1/educators/{educator.id}/registration-checks")).json()["items"])


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
