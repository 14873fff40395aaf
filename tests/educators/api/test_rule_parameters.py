import asyncio
from datetime import date, timedelta
from typing import Any

import httpx

from services.educators.jobs.sweep_currency import sweep_currency
from services.educators.models.educators import Educator
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import READ_WRITE, Caller, an_organisation_system, the_office
from tests.educators.factories import a_current_educator, a_student_of, an_educator, cpd_of, the, told

PATH = "/v1/rule-parameters"
SCOPES = (*READ_WRITE, "policies:write")


def change(applies_from_on: str = "2026-09-07", **parameters: Any) -> dict[str, Any]:
    return {"applies_from_on": applies_from_on, "parameters": parameters}


async def currency_on(caller: Caller, educator: Educator, day: str) -> str:
    return str((await caller.get(f"/v1/educators/{educator.id}/currency?as_at={day}")).json()["status"])


async def test_each_day_is_judged_by_the_parameters_of_that_day(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await a_current_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id, scopes=SCOPES)
    made = await office.post(PATH, change("2027-01-01", window_a_months=6))
    assert (made.status_code, made.json()["number"]) == (201, 1)
    assert made.json()["parameters"]["cpd_months"] == 12
    assert [await currency_on(office, educator, day) for day in ("2026-12-31", "2027-01-01")] == [
        "current",
        "lapsed",
    ]
    ids = [str(educator.id)]

    async def outcome(starts_on: str) -> str:
        placement = {"placement_level": "final", "starts_on": starts_on, "ends_on": "2027-02-26"}
        answer = await office.post("/v1/eligibility-decisions", {"placement": placement, "educator_ids": ids})
        return str(answer.json()["items"][0]["outcome"])

    assert [await outcome(day) for day in ("2026-12-31", "2027-01-01")] == ["eligible", "not_eligible"]
    await office.post(PATH, change("2027-01-01", warn_days=30))
    history = (await office.get(PATH)).json()["items"]
    assert [(each["number"], each["parameters"]["window_a_months"]) for each in history] == [(1, 6), (2, 6)]
    assert (history[0]["parameters"]["warn_days"], history[1]["parameters"]["warn_days"]) == (90, 30)


async def test_a_preview_says_who_would_change_and_changes_nothing(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    stays = await a_current_educator(educators_db, partnership)
    lapsing = []
    for _ in range(3):
        educator = await an_educator(educators_db, partnership)
        await a_student_of(educators_db, educator, date(2025, 2, 28))
        await cpd_of(educators_db, educator)
        lapsing.append(str(educator.id))
    office = the_office(educators_client, partnership, scopes=SCOPES)
    question = change("2026-10-01", window_a_months=18) | {"limit": 2}
    page = (await office.post(f"{PATH}/preview", question)).json()
    assert (page["as_at"], page["educators"]) == ("2026-10-01", 4)
    assert page["counts"] == [{"before": "current", "after": "lapsed", "educators": 3}]
    rest = (await office.post(f"{PATH}/preview", question | {"after": page["next_after"]})).json()
    assert [each["educator_id"] for each in page["items"] + rest["items"]] == lapsing
    assert rest["next_after"] is None
    assert (await office.get(PATH)).json()["items"] == []
    assert await currency_on(office, stays, "2026-10-01") == "current"
    assert await told(educators_db) == []


async def test_a_mentor_who_would_lapse_takes_the_trainee_along(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    mentor = await a_current_educator(educators_db, partnership)
    await an_educator(
        educators_db, partnership, peps_stage="in_training_stage_1", mentor_educator_id=mentor.id
    )
    office = the_office(educators_client, partnership, scopes=SCOPES)
    found = (await office.post(f"{PATH}/preview", change(window_a_months=3))).json()
    assert [(each["before"], each["after"]) for each in found["counts"]] == [
        ("current", "lapsed"),
        ("in_training", "not_yet_qualified"),
    ]


async def test_a_change_that_applies_today_is_told_by_the_sweep_once(
    educators_client: httpx.AsyncClient, educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await a_current_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id, scopes=SCOPES)
    await sweep_currency(educators_db, stopped_clock)
    await office.post(PATH, change(window_a_months=3))
    for _ in range(2):
        await sweep_currency(educators_db, stopped_clock)
    assert (await the(educators_db, Educator, id=educator.id)).currency_status == "lapsed"
    changed = [data for _, data in await told(educators_db, "educator.currency_changed")]
    assert [(each["from"], each["to"]) for each in changed] == [("current", "lapsed")]
    assert [data for _, data in await told(educators_db, "rule_parameters.changed")] == [
        {"number": 1, "applies_from_on": "2026-09-07"}
    ]


async def test_every_fault_of_a_change_is_named_and_nothing_is_changed(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    office = the_office(educators_client, new_id(), scopes=SCOPES)
    for path in (PATH, f"{PATH}/preview"):
        shape = await office.post(path, change(window_a_months=0, warn_days=True, window_z=3))
        assert {fault["pointer"] for fault in shape.json()["errors"]} == {
            "/parameters/window_a_months",
            "/parameters/warn_days",
            "/parameters/window_z",
        }
        sense = await office.post(path, change("2026-09-06", window_a_months=24))
        assert [fault["code"] for fault in sense.json()["errors"]] == ["in_the_past", "nothing_changed"]
        years = await office.post(path, change(years_for_stage_1=4))
        assert [fault["code"] for fault in years.json()["errors"]] == ["less_than_stage_1"]
    assert (await office.get(PATH)).json()["items"] == []
    assert await told(educators_db) == []


async def test_the_rules_are_the_partnerships_to_change(educators_client: httpx.AsyncClient) -> None:
    partnership = new_id()
    system = an_organisation_system(educators_client, partnership, new_id(), scopes=SCOPES)
    without_scope = the_office(educators_client, partnership)
    for path in (PATH, f"{PATH}/preview"):
        for caller, code in [(system, "not_partnership_wide"), (without_scope, "insufficient_scope")]:
            refused = await caller.post(path, change(warn_days=30))
            assert (refused.status_code, refused.json()["code"]) == (403, code)


async def test_changes_at_the_same_time_get_numbers_of_their_own(
    educators_client: httpx.AsyncClient,
) -> None:
    office = the_office(educators_client, new_id(), scopes=SCOPES)
    day = date(2026, 10, 1)
    made = await asyncio.gather(
        *(office.post(PATH, change(str(day + timedelta(days=n)), warn_days=n + 1)) for n in range(6))
    )
    assert sorted(each.json()["number"] for each in made) == [1, 2, 3, 4, 5, 6]
