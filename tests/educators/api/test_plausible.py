"""What cannot be true is refused, with every fault by name."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

import httpx
import pytest

from services.educators.models.evidence import Qualification
from shared.db import ConstraintBroken, Database
from shared.ids import new_id
from tests.educators.api.test_evidence import RECORDS
from tests.educators.callers import Caller, an_organisation_system, the_office
from tests.educators.factories import a_student_of, an_educator, cpd_of, kept
from tests.educators.sisters import SomeOrganisations

IMPOSSIBLE: list[tuple[str, dict[str, Any], set[tuple[str, str]]]] = [
    (
        "support-episodes",
        {"started_on": "2026-10-01", "ended_on": "2026-09-30"},
        {
            ("/started_on", "in_the_future"),
            ("/ended_on", "in_the_future"),
            ("/ended_on", "ends_before_it_begins"),
        },
    ),
    (
        "support-episodes",
        {"started_on": "2022-01-10", "ended_on": None, "days": 400},
        {("/ended_on", "longer_than_plausible")},
    ),
    (
        "support-episodes",
        {"started_on": "2026-04-01", "ended_on": "2026-04-30", "days": 31, "expected_end_on": "2026-03-31"},
        {("/days", "more_days_than_there_were"), ("/expected_end_on", "ends_before_it_begins")},
    ),
    (
        "support-episodes",
        {"ended_on": None, "ending": "completed"},
        {("/ended_on", "last_day_missing")},
    ),
    ("learner-episodes", {"started_on": "2019-01-07"}, {("/ended_on", "longer_than_plausible")}),
    ("active-roles", {"ended_on": "2023-12-31"}, {("/ended_on", "ends_before_it_begins")}),
    (
        "registration-checks",
        {"checked_on": "2026-09-08", "restriction_reviewed_on": "2026-09-09"},
        {("/checked_on", "in_the_future"), ("/restriction_reviewed_on", "in_the_future")},
    ),
    ("qualifications", {"awarded_on": "2010-06-30"}, {("/awarded_on", "awarded_before_qualifying")}),
    ("cpd-records", {"on": "2026-02-30"}, {("/on", "date_from_datetime_parsing")}),
]


def faults(answer: httpx.Response) -> set[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]}


@pytest.mark.parametrize(("kind", "changes", "expected"), IMPOSSIBLE)
async def test_every_fault_of_a_record_is_named(
    educators_client: httpx.AsyncClient,
    educators_db: Database,
    kind: str,
    changes: Mapping[str, Any],
    expected: set[tuple[str, str]],
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    path = f"/v1/educators/{educator.id}/{kind}"
    found = faults(await office.post(path, {**RECORDS[kind], **changes}))
    assert found == expected
    assert (await office.get(path)).json()["items"] == []


async def an_office(client: httpx.AsyncClient, db: Database) -> tuple[Caller, str]:
    educator = await an_educator(db, new_id())
    return the_office(client, educator.partnership_id), f"/v1/educators/{educator.id}"


async def test_one_student_is_with_an_educator_once_at_a_time(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    office, about = await an_office(educators_client, educators_db)
    student = {"student_id": str(new_id())}
    path, record = f"{about}/support-episodes", RECORDS["support-episodes"] | student
    first = await office.post(path, record)
    assert first.json()["student_id"] == student["student_id"]
    overlapping = record | {"started_on": "2026-04-30", "ended_on": None}
    refused = await office.post(path, overlapping)
    assert (refused.status_code, refused.json()["code"]) == (409, "overlapping_episode")
    after = await office.post(path, record | {"started_on": "2026-05-01", "ended_on": None})
    assert after.status_code == 201
    back = {"started_on": "2026-04-30", "reason": "A day earlier."}
    assert (await office.patch(after.headers["location"], back)).json()["code"] == "overlapping_episode"
    assert (await office.post(path, overlapping | {"student_id": str(new_id())})).status_code == 201
    assert (await office.post(path, RECORDS["support-episodes"])).status_code == 201


async def test_a_student_of_a_placement_is_not_reported_again(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    student = new_id()
    await a_student_of(educators_db, educator, None, student_id=student, source="placements")
    office = the_office(educators_client, educator.partnership_id)
    record = RECORDS["support-episodes"] | {"student_id": str(student)}
    refused = await office.post(f"/v1/educators/{educator.id}/support-episodes", record)
    assert refused.json()["code"] == "overlapping_episode"


async def test_a_stage_is_awarded_once_and_the_second_after_the_first(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    office, about = await an_office(educators_client, educators_db)
    path, stage_2 = f"{about}/qualifications", RECORDS["qualifications"]
    made = await office.post(path, stage_2)
    again = await office.post(path, stage_2 | {"awarded_on": "2020-07-12"})
    assert (again.status_code, again.json()["code"]) == (409, "stage_awarded_already")
    late = stage_2 | {"stage": "stage_1", "awarded_on": "2019-07-13"}
    assert faults(await office.post(path, late)) == {("/awarded_on", "stage_2_before_stage_1")}
    assert (await office.post(path, late | {"awarded_on": "2019-07-12"})).status_code == 201
    early = {"awarded_on": "2019-07-11", "reason": "As on the certificate."}
    refused = await office.patch(made.headers["location"], early)
    assert faults(refused) == {("/awarded_on", "stage_2_before_stage_1")}


async def test_what_was_learnt_on_a_day_is_recorded_once_however_many_ask_at_once(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    office, about = await an_office(educators_client, educators_db)
    path, record = f"{about}/cpd-records", RECORDS["cpd-records"]
    answers = await asyncio.gather(*(office.post(path, record) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "cpd_recorded_already"}
    other = await office.post(path, record | {"on": "2026-06-16"})
    same = {"on": record["on"], "reason": "It was one day."}
    refused = await office.patch(other.headers["location"], same)
    assert (refused.status_code, refused.json()["code"]) == (409, "cpd_recorded_already")


async def test_the_database_has_the_last_word(educators_db: Database) -> None:
    educator = await an_educator(educators_db, new_id())
    student: dict[str, Any] = {"student_id": new_id(), "recorded_by": "somebody"}
    await a_student_of(educators_db, educator, **student)
    with pytest.raises(ConstraintBroken, match="support_episodes_no_overlap"):
        await a_student_of(educators_db, educator, **student)
    await cpd_of(educators_db, educator, recorded_by="somebody")
    with pytest.raises(ConstraintBroken, match="cpd_records_title_unique"):
        await cpd_of(educators_db, educator, recorded_by="somebody")
    award = {"stage": "stage_1", "awarding_body": "A university", "awarded_on": date(2019, 7, 12)}
    whose = {"partnership_id": educator.partnership_id, "educator_id": educator.id, "recorded_by": "somebody"}
    await kept(educators_db, Qualification(**whose, **award))
    with pytest.raises(ConstraintBroken, match="qualifications_stage_unique"):
        await kept(educators_db, Qualification(**whose, **award))


async def test_nobody_qualified_or_was_registered_tomorrow(
    educators_client: httpx.AsyncClient, organisations: SomeOrganisations
) -> None:
    office = the_office(educators_client, new_id())
    body = {
        "social_work_england_number": "SW4711",
        "full_name": "Amara Fielding",
        "organisation_id": str(organisations.add("Council")),
        "peps_stage": "stage_2",
        "qualified_on": "2026-09-08",
        "registered_on": "2027-01-01",
    }
    expected = {("/qualified_on", "in_the_future"), ("/registered_on", "in_the_future")}
    assert faults(await office.post("/v1/educators", body)) == expected
    assert faults(await office.put("/v1/educators/external/hr/E-1", body)) == expected
    made = await office.post("/v1/educators", body | {"qualified_on": "2014-07-01", "registered_on": None})
    wrong = {"registered_on": "2027-01-01"}
    assert faults(await office.patch(made.headers["location"], wrong)) == {
        ("/registered_on", "in_the_future")
    }


async def test_the_list_of_educators_is_narrowed_by_how_they_work_and_who_mentors_them(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    mentor = await an_educator(educators_db, partnership)
    theirs = await an_educator(
        educators_db, partnership, mode="off_site", mentor_educator_id=mentor.id, peps_stage="stage_1"
    )
    office = the_office(educators_client, partnership)
    for narrowed in ("mode=off_site", f"mentor_educator_id={mentor.id}"):
        listed = (await office.get(f"/v1/educators?{narrowed}")).json()["items"]
        assert [each["id"] for each in listed] == [str(theirs.id)]
    other = an_organisation_system(educators_client, partnership, new_id())
    hidden = await other.get(f"/v1/educators?mentor_educator_id={mentor.id}")
    assert hidden.json()["items"] == []
