"""Confirming placements: the educator's seat, the rules, the people; and how placements end."""

import asyncio
from datetime import date

import httpx

from tests.placements.callers import a_person_as, member, office
from tests.placements.factories import (
    Partnership,
    a_partnership,
    a_placement,
    a_student,
)
from tests.placements.season import accepted, published


async def confirm(client: httpx.AsyncClient, p: Partnership, url: str, **headers: str) -> httpx.Response:
    return await client.post(f"{url}/confirmation", headers=office(p.id) | {"If-Match": "*"} | headers)


async def test_confirmation_holds_the_educators_seat(client, wired, register):
    p = await a_partnership(wired.db)
    placement = await a_placement(wired.db, p)
    confirmed = await confirm(client, p, f"/v1/placements/{placement.id}")
    assert confirmed.json()["status"] == "confirmed"
    assert register.held == {str(placement.id): str(p.educator_id)}
    again = await confirm(client, p, f"/v1/placements/{placement.id}")
    assert (again.status_code, again.json()["allowed"]) == (409, ["cancellation", "start"])


async def test_an_educator_who_is_not_eligible_is_named_with_the_rule(client, wired, register):
    p = await a_partnership(wired.db)
    register.lapsed[str(p.educator_id)] = "No CPD in the last year."
    placement = await a_placement(wired.db, p)
    refused = await confirm(client, p, f"/v1/placements/{placement.id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "educator_not_eligible")
    assert refused.json()["rules"][0] == {
        "code": "current_at_start",
        "detail": "No CPD in the last year.",
        "fix": None,
    }
    assert register.held == {}


async def test_while_the_educators_service_is_silent_nothing_is_confirmed(client, wired, register):
    p = await a_partnership(wired.db)
    placement = await a_placement(wired.db, p)
    register.down = True
    refused = await confirm(client, p, f"/v1/placements/{placement.id}")
    assert (refused.status_code, refused.json()["code"]) == (503, "educators_unavailable")
    register.down = False
    assert (await confirm(client, p, f"/v1/placements/{placement.id}")).status_code == 200


async def test_eight_confirmations_at_once_for_three_seats_give_exactly_three(client, wired, register):
    p = await a_partnership(wired.db)
    register.seats[str(p.educator_id)] = 3
    students = [await a_student(wired.db, p.id, organisation_id=p.university.id) for _ in range(8)]
    placements = [await a_placement(wired.db, p, student_id=s.id, request_id=None) for s in students]
    answers = await asyncio.gather(*(confirm(client, p, f"/v1/placements/{x.id}") for x in placements))
    assert sorted(a.status_code for a in answers) == [200] * 3 + [409] * 5
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"educator_full"}
    assert len(register.held) == 3


async def test_a_student_is_in_one_place_at_a_time_and_the_second_seat_is_given_back(client, wired, register):
    p = await a_partnership(wired.db)
    register.seats[str(p.educator_id)] = 4
    first, second = await a_placement(wired.db, p), await a_placement(wired.db, p)
    assert (await confirm(client, p, f"/v1/placements/{first.id}")).status_code == 200
    refused = await confirm(client, p, f"/v1/placements/{second.id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "student_already_placed")
    assert set(register.held) == {str(first.id)}


async def test_a_repeated_confirmation_with_the_same_key_is_the_same_confirmation(client, wired, register):
    p = await a_partnership(wired.db)
    placement = await a_placement(wired.db, p)
    key = {"Idempotency-Key": "confirm-1"}
    first = await confirm(client, p, f"/v1/placements/{placement.id}", **key)
    again = await confirm(client, p, f"/v1/placements/{placement.id}", **key)
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["idempotent-replayed"] == "true"


async def test_a_placement_runs_to_its_end_when_days_and_report_are_there(client, wired, stopped_clock):
    p = await a_partnership(wired.db)
    placement = await a_placement(
        wired.db, p, days_required=3, status="confirmed", starts_on=date(2026, 9, 1)
    )
    url = f"/v1/placements/{placement.id}"
    student = a_person_as("student", p.student.id, partnership_id=p.id)

    def educator() -> dict[str, str]:
        return a_person_as("practice_educator", p.educator_id, partnership_id=p.id)

    anybody = {"If-Match": "*"}
    too_early = await client.put(f"{url}/days", json={"days": []}, headers=student)
    assert too_early.json()["code"] == "placement_not_begun"
    assert (await client.post(f"{url}/start", headers=student | anybody)).status_code == 403
    assert (await client.post(f"{url}/start", headers=office(p.id) | anybody)).json()["status"] == "active"
    days = [{"on": f"2026-09-0{n}", "kind": "attended"} for n in (1, 2, 3)]
    recorded = await client.put(
        f"{url}/days", json={"days": [*days, {"on": "2026-09-04", "kind": "sick"}]}, headers=student
    )
    assert recorded.json() == {"changed": 4, "days_approved": 0, "days_required": 3}
    again = await client.put(f"{url}/days", json={"days": days}, headers=student)
    assert again.json()["changed"] == 0
    stretch = {"from": "2026-09-01", "to": "2026-09-04"}
    own = await client.post(f"{url}/days/approval", json=stretch, headers=student)
    assert (own.status_code, own.json()["code"]) == (403, "not_yours_to_approve")
    assert (await client.post(f"{url}/completion", headers=office(p.id) | anybody)).json()[
        "code"
    ] == "days_missing"
    approved = await client.post(f"{url}/days/approval", json=stretch, headers=educator())
    assert approved.json() == {"changed": 4, "days_approved": 3, "days_required": 3}
    missing = await client.post(f"{url}/completion", headers=office(p.id) | anybody)
    assert missing.json()["code"] == "final_report_missing"
    wrong = await client.post(f"{url}/final-report", json={"recommendation": "at_risk"}, headers=educator())
    assert wrong.json()["errors"][0]["code"] == "not_for_this_report"
    assert (
        await client.post(f"{url}/final-report", json={"recommendation": "pass"}, headers=educator())
    ).status_code == 201
    twice = await client.post(f"{url}/final-report", json={"recommendation": "pass"}, headers=educator())
    assert (twice.status_code, twice.json()["code"]) == (409, "report_already_made")
    done = await client.post(f"{url}/completion", headers=office(p.id) | anybody)
    assert (done.json()["status"], done.json()["days_approved"]) == ("completed", 3)
    steps = (await client.get(f"{url}/transitions", headers=student)).json()["items"]
    assert [s["to_status"] for s in steps] == ["active", "completed"]


async def test_days_that_cannot_be_are_all_named(client, wired):
    p = await a_partnership(wired.db)
    placement = await a_placement(wired.db, p, status="active", starts_on=date(2026, 9, 1))
    days = [
        {"on": "2026-08-31", "kind": "attended"},
        {"on": "2027-01-04", "kind": "attended"},
        {"on": "2026-09-02", "kind": "attended"},
        {"on": "2026-09-02", "kind": "attended", "part": "am"},
    ]
    refused = await client.put(
        f"/v1/placements/{placement.id}/days", json={"days": days}, headers=office(p.id)
    )
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [
        ("/days/0/on", "before_the_start"),
        ("/days/1/on", "in_the_future"),
        ("/days/3/part", "said_twice"),
    ]


async def test_the_university_names_the_tutor_and_the_host_the_supervisor(client, wired):
    p = await a_partnership(wired.db)
    placement = await a_placement(wired.db, p, tutor_person_id=None, on_site_supervisor_person_id=None)
    url, anybody = f"/v1/placements/{placement.id}", {"If-Match": "*"}
    university, host = (
        (lambda: member(p.id, p.university.id) | anybody),
        (lambda: member(p.id, p.council.id) | anybody),
    )
    tutor, supervisor = (
        {"tutor_person_id": str(p.tutor.id)},
        {"on_site_supervisor_person_id": str(p.supervisor.id)},
    )
    refused = await client.patch(url, json=tutor, headers=host())
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours_to_name")
    named = await client.patch(url, json=tutor, headers=university())
    assert named.json()["tutor_person_id"] == str(p.tutor.id)
    assert (await client.patch(url, json=tutor, headers=university())).headers["etag"] == named.headers[
        "etag"
    ]
    assert (await client.patch(url, json=supervisor, headers=host())).status_code == 200
    wrong = await client.patch(url, json={"tutor_person_id": str(p.supervisor.id)}, headers=university())
    assert wrong.json()["errors"][0]["code"] == "not_in_this_role"
    seen = a_person_as("tutor", p.tutor.id, partnership_id=p.id)
    assert (await client.get(url, headers=seen)).status_code == 200


async def test_a_universitys_only_tutor_need_not_be_named(client, wired):
    p = await a_partnership(wired.db)
    (proposal,) = await published(client, wired, p)
    url = await accepted(client, p, proposal)
    assert (await client.get(url, headers=office(p.id))).json()["tutor_person_id"] == str(p.tutor.id)


async def test_ending_early_needs_a_coded_reason(client, wired):
    p = await a_partnership(wired.db)
    placement = await a_placement(wired.db, p, status="active")
    url = f"/v1/placements/{placement.id}/early-end"
    for body, code in [(None, "missing"), ({"reason_code": "bored"}, "unknown_reason")]:
        refused = await client.post(url, json=body, headers=office(p.id) | {"If-Match": "*"})
        (fault,) = refused.json()["errors"]
        assert (refused.status_code, fault["pointer"], fault["code"]) == (422, "/reason_code", code)
    ended = await client.post(
        url, json={"reason_code": "setting_closed"}, headers=office(p.id) | {"If-Match": "*"}
    )
    assert ended.json()["status"] == "ended_early"
