"""Surveys, the quality of settings over their rounds, and the team duty, over HTTP."""

from datetime import date

import pytest
from sqlalchemy import select

from services.placements.domain.setting_trend import trend
from services.placements.models.signals import Signal
from services.placements.operations.setting_patterns import notice_patterns
from shared.ids import new_id
from tests.placements.callers import a_person_as, member, office
from tests.placements.factories import (
    a_capacity_statement,
    a_partnership,
    a_placement,
    a_setting,
    a_university,
)
from tests.placements.quality import a_season, rated, reviewed, stays

SCOPES = ("placements:read", "monitoring:write")
ANSWERS = {
    **dict.fromkeys(("overall", "support", "supervision", "learning_opportunities"), "good"),
    "induction": "fair",
    "inclusion": "very_good",
    "would_apply_here": True,
    "would_recommend": False,
}


@pytest.fixture
def wired(partnerships_wiring):
    """The service on the database that tests share; each keeps to a partnership of its own."""
    return partnerships_wiring


@pytest.fixture
def client(partnerships_client):
    """A caller of that service."""
    return partnerships_client


def student_of(p):
    return a_person_as("student", p.student.id, partnership_id=p.id, scopes=SCOPES)


async def answer_survey(client, placement, headers, **changed):
    url = f"/v1/placements/{placement.id}/survey-responses"
    return await client.post(
        url, json=ANSWERS | changed, headers={**headers, "Idempotency-Key": str(new_id())}
    )


async def got(client, path, headers):
    answer = await client.get(f"/v1/{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_student_answers_once_and_only_they_read_it_again(client, wired):
    p = await a_partnership(wired.db)
    placement = await a_placement(wired.db, p, status="completed")
    tutor = a_person_as("tutor", p.tutor.id, partnership_id=p.id, scopes=SCOPES)
    for other in (tutor, office(p.id, SCOPES), member(p.id, p.university.id, SCOPES)):
        refused = await answer_survey(client, placement, other)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_your_answers")
    made = await answer_survey(client, placement, student_of(p))
    assert made.status_code == 201, made.text
    again = await answer_survey(client, placement, student_of(p), support="very_poor")
    assert (again.status_code, again.json()["code"]) == (409, "survey_answered")
    path = f"placements/{placement.id}/survey-responses"
    assert (await got(client, path, student_of(p)))["items"] == [made.json()]
    assert (await got(client, path, office(p.id, SCOPES)))["items"] == []
    stranger = a_person_as("student", new_id(), partnership_id=p.id, scopes=SCOPES)
    assert (await answer_survey(client, placement, stranger)).status_code == 404


@pytest.mark.parametrize(("ends_on", "status"), [(date(2026, 9, 21), 201), (date(2026, 9, 22), 409)])
async def test_the_survey_opens_two_weeks_before_the_end(client, wired, ends_on, status):
    p = await a_partnership(wired.db)
    facts = {"status": "active", "starts_on": date(2026, 6, 1), "ends_on": ends_on}
    placement = await a_placement(wired.db, p, **facts)
    assert (await answer_survey(client, placement, student_of(p))).status_code == status


async def test_every_fault_of_an_answer_is_listed_and_none_is_repeated(client, wired):
    p = await a_partnership(wired.db)
    placement = await a_placement(wired.db, p, status="completed")
    refused = await answer_survey(client, placement, student_of(p), support="splendid", would_recommend="yes")
    assert refused.status_code == 422
    pointers = {fault["pointer"] for fault in refused.json()["errors"]}
    assert pointers == {"/support", "/would_recommend"}
    assert "splendid" not in refused.text


async def test_a_years_answers_are_told_with_n_and_no_group_gives_a_few_away(client, wired):
    p = await a_partnership(wired.db)
    year = await a_season(wired.db, p, 2025)
    other = await a_setting(wired.db, p.id, organisation_id=p.council.id, name="Small Team")
    away = await a_setting(wired.db, p.id, name="Far Team", directorate="adults")
    await rated(wired.db, await stays(wired.db, p, year, p.setting, ["completed"] * 6), "very_good")
    await rated(wired.db, await stays(wired.db, p, year, other, ["completed"] * 2), "poor", apply=False)
    await rated(wired.db, await stays(wired.db, p, year, away, ["completed"] * 5), "good")
    report = await got(client, "reports/survey?academic_year=2025-26", office(p.id))
    assert report["answers"]["n"] == 13
    support = next(q for q in report["answers"]["questions"] if q["question"] == "support")
    assert support["mean"] == round((6 * 5 + 2 * 2 + 5 * 4) / 13, 4)
    assert (support["good"]["count"], support["good"]["n"]) == (11, 13)
    assert support["good"]["low"] < support["good"]["share"] < support["good"]["high"]
    groups = {g["by"]: {i["key"]: i["answers"] for i in g["items"]} for g in report["groups"]}
    # The council's eight less the six of the larger team would be the two of the small one.
    assert groups["organisation"][str(p.council.id)]["n"] == 8
    assert groups["setting"][str(other.id)] is None
    assert groups["setting"][str(p.setting.id)] is None
    assert groups["setting"][str(away.id)]["n"] == 5
    assert report == await got(client, "reports/survey?academic_year=2025-26", member(p.id, p.university.id))
    assert (
        await client.get("/v1/reports/survey?academic_year=2025-26", headers=student_of(p))
    ).status_code == 403


async def test_a_year_with_four_answers_tells_nothing(client, wired):
    p = await a_partnership(wired.db)
    year = await a_season(wired.db, p, 2025)
    await rated(wired.db, await stays(wired.db, p, year, p.setting, ["completed"] * 4), "good")
    report = await got(client, "reports/survey?academic_year=2025-26", office(p.id))
    assert report["answers"] is None
    assert {item["answers"] is None for group in report["groups"] for item in group["items"]} == {True}


async def declining(wired):
    """A setting that was good for three rounds and was not in the three since."""
    p = await a_partnership(wired.db)
    for year in range(2020, 2026):
        good = year < 2023
        round_ = await a_season(wired.db, p, year)
        statuses = ["completed"] * 4 if good else ["completed", "completed", "completed", "ended_early"]
        there = await stays(wired.db, p, round_, p.setting, statuses)
        await rated(wired.db, there, "very_good" if good else "poor", apply=good)
        await reviewed(wired.db, there, "green" if good else "red")
    return p


async def test_a_setting_that_declines_is_listed_with_its_evidence(client, wired):
    p = await declining(wired)
    quality = await got(client, f"settings/{p.setting.id}/quality", office(p.id))
    assert [each["placements"] for each in quality["rounds"]] == [4] * 6
    assert quality["before"]["breakdowns"]["count"] == 0
    assert (quality["now"]["breakdowns"]["count"], quality["now"]["breakdowns"]["n"]) == (3, 12)
    assert (quality["before"]["survey"]["n"], quality["now"]["survey"]["n"]) == (12, 12)
    found = {each["evidence"]: each["strength"] for each in quality["findings"]}
    assert found == {
        "reviews_red": "clear",
        "breakdowns": "early",
        "survey_good": "clear",
        "survey_mean": "clear",
    }
    listed = await got(client, "reports/settings-in-decline", office(p.id))
    assert [item["setting_id"] for item in listed["items"]] == [str(p.setting.id)]
    assert listed["items"][0]["findings"] == quality["findings"]
    for allowed in (p.university.id, p.council.id):
        seen = await got(client, "reports/settings-in-decline", member(p.id, allowed))
        assert seen["items"] == listed["items"]
    guest = await a_university(wired.db, p.id, name="Guest University")
    assert (await got(client, "reports/settings-in-decline", member(p.id, guest.id)))["items"] == []
    hidden = await client.get(f"/v1/settings/{p.setting.id}/quality", headers=member(p.id, guest.id))
    assert hidden.status_code == 404


async def test_a_window_that_cuts_a_year_is_not_told_when_the_rest_would_be_few(client, wired):
    p = await a_partnership(wired.db)
    for year, name, answers in ((2024, "A", 3), (2024, "B", 4), (2025, "A", 5), (2025, "B", 5)):
        round_ = await a_season(wired.db, p, year, name)
        await rated(wired.db, await stays(wired.db, p, round_, p.setting, ["completed"] * answers), "good")
    quality = await got(client, f"settings/{p.setting.id}/quality", office(p.id))
    # The year 2024-25 (seven) less what the last three rounds have of it (three or four) would be a few.
    assert quality["now"]["survey"] is None
    assert quality["now"]["placements"] in (13, 14)


async def test_a_pattern_in_the_setting_is_a_signal_of_the_placements_there(wired, stopped_clock):
    p = await declining(wired)
    running = await a_placement(wired.db, p, status="active")

    async def noticed():
        async with wired.db.begin() as session:
            await notice_patterns(session, p.id, [running.id], now=stopped_clock.now())
            rows = (
                await session.execute(
                    select(Signal).where(Signal.placement_id == running.id).order_by(Signal.id)
                )
            ).scalars()
            return [(s.rule_code, s.severity, s.evidence, s.resolved_at is None) for s in rows]

    first = await noticed()
    assert first == [("setting_pattern", "amber", {"setting_id": str(p.setting.id)}, True)]
    assert await noticed() == first


async def test_a_setting_without_a_history_has_no_trend():
    assert trend([], []).now is None


async def test_frontline_teams_are_told_with_students_and_with_their_reasons(client, wired):
    p = await a_partnership(wired.db)
    year = await a_season(wired.db, p, 2025)
    silent = await a_setting(wired.db, p.id, organisation_id=p.council.id, name="Silent Team")
    short = await a_setting(wired.db, p.id, organisation_id=p.council.id, name="Short Team")
    await a_setting(wired.db, p.id, organisation_id=p.council.id, name="Back Office", is_frontline=False)
    second = await a_setting(wired.db, p.id, name="Voluntary Team")
    await a_capacity_statement(
        wired.db,
        p.id,
        setting_id=short.id,
        academic_year="2025-26",
        appetite="not_offering",
        reasons=["no_educator", "vacancies"],
    )
    integrated = {
        "second_setting_id": second.id,
        "second_organisation_id": second.organisation_id,
        "second_weekdays": [5],
    }
    await stays(wired.db, p, year, p.setting, ["completed"], **integrated)
    await stays(wired.db, p, year, silent, ["cancelled", "proposed"])
    duty = await got(client, "reports/team-duty?academic_year=2025-26", office(p.id))
    assert (duty["took"]["count"], duty["took"]["n"]) == (2, 4)
    assert {t["name"]: t["students"] for t in duty["teams"]} == {
        "Children in Care Team": 1,
        "Short Team": 0,
        "Silent Team": 0,
        "Voluntary Team": 1,
    }
    assert {r["reason"]: r["teams"] for r in duty["reasons"]} == {
        "no_educator": 1,
        "not_stated": 1,
        "vacancies": 1,
    }
    own = await got(client, "reports/team-duty?academic_year=2025-26", member(p.id, p.council.id))
    assert (own["took"]["count"], own["took"]["n"]) == (1, 3)
