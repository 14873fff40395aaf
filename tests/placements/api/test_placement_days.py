"""Days over HTTP: recorded by the student, approved by those who saw them, corrected without losing what was said."""

import time
from datetime import date, timedelta

import anyio
import pytest
from sqlalchemy import insert

from services.placements.models.placements import PlacementDay
from shared.ids import new_id
from tests.placements import factories, struggling
from tests.placements.callers import a_person_as, office
from tests.placements.under_way import SCOPES, UnderWay

WEEK = {"from": "2026-09-07", "to": "2026-09-11"}


def recorded(*kinds: str) -> dict:
    """One record a day from Monday 7 September 2026 on."""
    monday = date(2026, 9, 7)
    days = [{"on": (monday + timedelta(days=n)).isoformat(), "kind": kind} for n, kind in enumerate(kinds)]
    return {"days": days}


@pytest.fixture
async def way(partnerships_client, partnerships_db, stopped_clock) -> UnderWay:
    """A placement of 20 days that started on Monday; it is Friday of its first week."""
    at = await struggling.a_placement(partnerships_db, now=stopped_clock.now(), days_required=20)
    stopped_clock.at += timedelta(days=4, hours=8)
    return UnderWay(partnerships_client, at)


async def test_days_count_once_somebody_else_has_approved_them(way):
    done = await way.call("student", "PUT", "days", recorded("attended", "attended", "sick", "half"))
    assert done.json()["changed"] == 4
    progress = await way.get("student", "progress")
    assert (progress["approved"], progress["awaiting_approval"], progress["unrecorded"]) == (0, 2.5, 1)
    own = await way.call("student", "POST", "days/approval", WEEK)
    assert (own.status_code, own.json()["code"]) == (403, "not_yours_to_approve")
    assert (await way.call("on_site_supervisor", "POST", "days/approval", WEEK)).json()["changed"] == 4
    progress = await way.get("practice_educator", "progress")
    assert (progress["approved"], progress["behind_by"]) == (2.5, 1.5)
    assert progress["reasons"]["sickness"] == 1
    assert (progress["planned_end_on"], progress["forecast_end_on"]) == ("2026-10-02", "2026-10-06")


async def test_approving_twice_and_approving_nothing_are_refused(way):
    nothing = await way.call("practice_educator", "POST", "days/approval", WEEK)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_approve")
    await way.call("student", "PUT", "days", recorded("attended"))
    assert (await way.call("practice_educator", "POST", "days/approval", WEEK)).status_code == 200
    twice = await way.call("practice_educator", "POST", "days/approval", WEEK)
    assert (twice.status_code, twice.json()["code"]) == (409, "already_approved")
    to_come = {"from": "2026-09-14", "to": "2026-09-18"}
    future = await way.call("practice_educator", "POST", "days/approval", to_come)
    assert future.json()["errors"][0]["code"] == "in_the_future"


async def test_two_who_approve_at_once_approve_each_day_once(way):
    await way.call("student", "PUT", "days", recorded("attended", "attended", "attended"))
    answers = []

    async def approve(who: str) -> None:
        answers.append(await way.call(who, "POST", "days/approval", WEEK))

    async with anyio.create_task_group() as tasks:
        for who in ("practice_educator", "on_site_supervisor"):
            tasks.start_soon(approve, who)
    assert sorted(a.status_code for a in answers) == [200, 409]
    assert {a.json().get("code") for a in answers} == {None, "already_approved"}


async def test_nobody_attends_on_a_closed_day(way):
    closure = {"name": "Training", "starts_on": "2026-09-09", "ends_on": "2026-09-09"}
    closed = await way.call(
        "host", "POST", "/v1/closures", {**closure, "organisation_id": str(way.at.host_id)}
    )
    assert closed.status_code == 201
    refused = await way.call("student", "PUT", "days", recorded("attended", "attended", "attended"))
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/days/2/on", "closed_day")]
    assert (
        await way.call("student", "PUT", "days", recorded("attended", "sick", "study"))
    ).status_code == 200


async def test_a_correction_keeps_what_stood_there(way):
    await way.call("student", "PUT", "days", recorded("attended", "attended"))
    await way.call("student", "PUT", "days", recorded("attended", "study"))
    await way.call("practice_educator", "POST", "days/approval", WEEK)
    unchanged = await way.call("student", "PUT", "days", recorded("sick", "sick"))
    assert unchanged.json()["changed"] == 0
    wrong = {"on": "2026-09-07", "kind": "half", "reason_code": "left_at_noon"}
    assert (await way.call("student", "POST", "days/corrections", wrong)).status_code == 403
    done = await way.call("practice_educator", "POST", "days/corrections", wrong)
    assert (done.status_code, done.json()["days_approved"]) == (200, 0.5)
    same = await way.call("practice_educator", "POST", "days/corrections", wrong)
    assert same.json()["code"] == "nothing_to_correct"
    none = await way.call("practice_educator", "POST", "days/corrections", {**wrong, "on": "2026-09-10"})
    assert none.json()["code"] == "not_recorded"
    first, second = (await way.get("student", "days/history"))["items"]
    assert (first["on"], first["kind"], first["approved_at"]) == ("2026-09-08", "attended", None)
    assert (second["on"], second["kind"], second["reason_code"]) == ("2026-09-07", "attended", "left_at_noon")
    assert second["approved_at"] is not None


async def test_a_day_is_on_record_whole_or_in_halves(way):
    await way.call("student", "PUT", "days", recorded("attended"))
    half = {"days": [{"on": "2026-09-07", "kind": "attended", "part": "am"}]}
    refused = await way.call("student", "PUT", "days", half)
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/days/0/part", "said_twice")]


async def test_an_unauthorised_absence_is_a_signal_at_once_and_not_any_more_when_it_was_a_mistake(
    way, partnerships_db
):
    await way.call("student", "PUT", "days", recorded("unauthorised_absence"))
    (signal,) = (await way.get("student", "signals"))["items"]
    assert (signal["rule_code"], signal["severity"]) == ("unauthorised_absence", "red")
    assert signal["evidence"] == {"day": "2026-09-07"}
    assert (await struggling.the_concern(partnerships_db, way.at)).about == "wellbeing"
    wrong = {"on": "2026-09-07", "kind": "authorised_absence", "reason_code": "was_agreed"}
    assert (await way.call("practice_educator", "POST", "days/corrections", wrong)).status_code == 200
    (signal,) = (await way.get("student", "signals"))["items"]
    assert signal["resolved_at"] is not None


async def test_many_placements_are_approved_in_one_call_each_as_far_as_it_is_the_callers(
    way, partnerships_db, stopped_clock
):
    await way.call("student", "PUT", "days", recorded("attended", "attended"))
    other = await struggling.a_placement(partnerships_db, now=stopped_clock.now())
    body = {**WEEK, "placement_ids": [str(way.at.placement_id), str(other.placement_id)]}
    done = await way.call("practice_educator", "POST", "/v1/day-approvals", body)
    assert done.json()["approved"] == 2
    assert {i["placement_id"]: (i["approved"], i["refused"]) for i in done.json()["items"]} == {
        str(way.at.placement_id): (2, None),
        str(other.placement_id): (0, "not_found"),
    }
    by_filter = {**WEEK, "filter": {"educator_id": str(way.at.educator_id)}}
    for who, code in (("practice_educator", "already_approved"), ("tutor", "not_yours_to_approve")):
        again = await way.call(who, "POST", "/v1/day-approvals", by_filter)
        assert [i["refused"] for i in again.json()["items"]] == [code]
    for wrong in ({**WEEK}, {**body, **by_filter}):
        refused = await way.call("practice_educator", "POST", "/v1/day-approvals", wrong)
        assert refused.json()["errors"][0]["code"] == "ids_or_filter"


async def test_ten_thousand_days_are_approved_in_one_call_in_under_two_seconds(
    partnerships_client, partnerships_db, stopped_clock
):
    around = await factories.a_partnership(partnerships_db)
    ids = [new_id() for _ in range(200)]
    first = await factories.a_placement(partnerships_db, around, status="active", starts_on=date(2026, 6, 1))
    students = [new_id() for _ in ids]
    await _copies(partnerships_db, around, first, ids, students)
    days = [
        {"placement_id": id_, "on": date(2026, 6, 1) + timedelta(days=n), "part": "day", "kind": "attended"}
        for id_ in ids
        for n in range(50)
    ]
    async with partnerships_db.begin() as session:
        at = {"submitted_at": stopped_clock.now()}
        for start in range(0, len(days), 2000):
            await session.execute(insert(PlacementDay), [day | at for day in days[start : start + 2000]])
    educator = a_person_as("practice_educator", around.educator_id, partnership_id=around.id, scopes=SCOPES)
    body = {"from": "2026-06-01", "to": "2026-09-01", "filter": {"round_id": str(around.round.id)}}
    began = time.perf_counter()
    done = await partnerships_client.post("/v1/day-approvals", json=body, headers=educator)
    took = time.perf_counter() - began
    assert done.status_code == 200, done.text
    assert done.json()["approved"] == 10_000
    assert took < 2, took
    behind = await partnerships_client.get(
        "/v1/placements/behind?limit=200", headers=office(around.id, SCOPES)
    )
    assert len(behind.json()["items"]) == 200


async def _copies(db, around, placement, ids, students) -> None:
    columns = {c.key: getattr(placement, c.key) for c in placement.__table__.columns}
    student = {c.key: getattr(around.student, c.key) for c in around.student.__table__.columns}
    async with db.begin() as session:
        rows = [student | {"id": id_} for id_ in students]
        await session.execute(insert(around.student.__table__), rows)
        rows = [columns | {"id": i, "student_id": s} for i, s in zip(ids, students, strict=True)]
        await session.execute(insert(placement.__table__), rows)
