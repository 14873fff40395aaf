"""Times away, development plans, conflicts and returns: recorded over the API, and seen by the rules."""

from datetime import date
from typing import Any

import httpx

from shared.db import Database
from shared.ids import new_id
from tests.educators.api.test_eligibility import decision, rule
from tests.educators.callers import in_person, the_office
from tests.educators.factories import a_current_educator, a_student_of, an_educator


async def test_a_time_away_takes_the_capacity_of_placements_it_overlaps(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await a_current_educator(educators_db, new_id())
    path = f"/v1/educators/{educator.id}/unavailability"
    themselves = in_person(educators_client, educator.partnership_id, educator.id, "practice_educator")
    away = {"starts_on": "2027-02-26", "ends_on": "2027-04-30"}
    made = await themselves.post(path, away)
    assert made.status_code == 201, made.text
    office = the_office(educators_client, educator.partnership_id)
    found = rule(await decision(office, educator), "capacity")
    assert (found["result"], found["evidence_ids"]) == ("block", [made.json()["id"]])
    assert found["detail"] == "Unavailable from 26 February 2027 to 30 April 2027."
    before = await decision(office, educator, ends_on="2027-02-25")
    assert rule(before, "capacity")["result"] == "pass"
    assert [each["starts_on"] for each in (await office.get(path)).json()["items"]] == ["2027-02-26"]
    turned = await office.post(path, {"starts_on": "2027-02-26", "ends_on": "2027-02-25"})
    assert [fault["code"] for fault in turned.json()["errors"]] == ["ends_before_it_begins"]


async def test_a_declared_conflict_blocks_for_that_student_only(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await a_current_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    student_id = str(new_id())
    declared = await office.post(
        f"/v1/educators/{educator.id}/conflicts", {"kind": "line_manager", "student_id": student_id}
    )
    assert declared.status_code == 201
    found = rule(await decision(office, educator, student_id=student_id), "no_conflict")
    assert (found["result"], found["waivable"]) == ("block", True)
    other = rule(await decision(office, educator, student_id=str(new_id())), "no_conflict")
    assert other["result"] == "pass"


async def test_who_failed_a_student_does_not_assess_the_repeat(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await a_current_educator(educators_db, new_id())
    student_id = new_id()
    failed = await a_student_of(
        educators_db, educator, date(2025, 4, 30), student_id=student_id, ending="failed"
    )
    office = the_office(educators_client, educator.partnership_id)
    asked: dict[str, Any] = {"student_id": str(student_id), "placement_level": "repeat_final"}
    found = rule(await decision(office, educator, **asked), "no_conflict")
    assert (found["result"], found["evidence_ids"]) == ("block", [str(failed.id)])
    anew = rule(await decision(office, educator, student_id=str(student_id)), "no_conflict")
    assert anew["result"] == "pass"


async def test_an_open_development_plan_and_the_students_hub_are_warned_about(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await a_current_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    await office.post(f"/v1/educators/{educator.id}/development-plans", {"opened_on": "2026-08-03"})
    found = await decision(office, educator, hub_facilitator_educator_ids=[str(educator.id)])
    assert [rule(found, code)["result"] for code in ("development_plan", "hub_facilitator")] == [
        "warn",
        "warn",
    ]
    assert found["outcome"] == "eligible"


async def test_a_final_placement_with_stage_1_names_who_ratifies(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    educator = await a_current_educator(educators_db, partnership, peps_stage="stage_1")
    senior = await a_current_educator(educators_db, partnership)
    lapsed = await an_educator(educators_db, partnership)
    office = the_office(educators_client, partnership)
    for ratifier, result in [(senior.id, "condition"), (lapsed.id, "block"), (new_id(), "block")]:
        found = await decision(office, educator, ratifying_educator_id=str(ratifier))
        assert rule(found, "stage_for_level")["result"] == result
        assert rule(found, "stage_for_level")["evidence_ids"] == [str(ratifier)]
    nobody = await decision(office, educator)
    assert (nobody["outcome"], rule(nobody, "stage_for_level")["result"]) == ("not_eligible", "block")


async def test_somebody_lapsed_comes_back_step_by_step(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    mentor = await a_current_educator(educators_db, partnership)
    educator = await an_educator(educators_db, partnership, mentor_educator_id=mentor.id)
    await a_student_of(educators_db, educator, date(2023, 3, 31))
    office = the_office(educators_client, partnership)
    path = f"/v1/educators/{educator.id}/return-steps"

    async def status() -> str:
        return str((await office.get(f"/v1/educators/{educator.id}/currency")).json()["status"])

    assert (await status(), (await decision(office, educator))["outcome"]) == ("lapsed", "not_eligible")
    await office.post(path, {"step": "re_engagement_cpd", "on": "2026-03-02"})
    ready = await decision(office, educator)
    assert (ready["outcome"], await status()) == ("eligible_with_conditions", "lapsed")
    assert rule(ready, "current_at_start")["evidence_ids"][0] == str(mentor.id)
    await office.post(path, {"step": "direct_observation", "on": "2026-05-11"})
    student = {"step": "mentored_student", "on": "2026-06-26"}
    without = await office.post(path, student)
    assert [fault["code"] for fault in without.json()["errors"]] == ["mentor_missing"]
    for unsuitable in (educator.id, new_id()):
        refused = await office.post(path, student | {"mentor_educator_id": str(unsuitable)})
        assert [fault["code"] for fault in refused.json()["errors"]] == ["unsuitable_mentor"]
    done = await office.post(path, student | {"mentor_educator_id": str(mentor.id)})
    assert (done.status_code, await status()) == (201, "current")
    shown = (await office.get(f"/v1/educators/{educator.id}/currency")).json()
    assert (shown["basis"], shown["current_until"]) == ("A", "2027-03-02")
    assert len((await office.get(path)).json()["items"]) == 3
