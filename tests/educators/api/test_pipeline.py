from datetime import date
from typing import Any
from uuid import UUID

import httpx

from services.educators.models.evidence import Qualification
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import Caller, an_organisation_system, the_office
from tests.educators.factories import an_educator, kept


async def a_way(db: Database, partnership: UUID, council: UUID) -> None:
    """A good mentor, one who has lapsed, and seven others on the way; two of them are held up by nothing."""

    async def add(name: str, stage: str, status: str = "in_training", **values: Any) -> Any:
        known = {
            "full_name": name,
            "peps_stage": stage,
            "currency_status": status,
            "organisation_id": council,
        }
        return await an_educator(db, partnership, **(known | values))

    good = await add("good mentor", "stage_2", "current")
    lapsed = await add("lapsed mentor", "legacy_equivalent", "lapsed")
    junior = await add("junior mentor", "stage_1", "current", peps_stage_since=date(2026, 1, 1))
    recent, long_ago = date(2026, 3, 1), date(2025, 9, 6)
    await add("well", "in_training_stage_1", mentor_educator_id=good.id, peps_stage_since=recent)
    await add("alone", "in_training_stage_1", peps_stage_since=recent)
    await add("slow", "in_training_stage_2", mentor_educator_id=good.id, peps_stage_since=long_ago)
    await add("led by the lapsed", "in_training_stage_2", mentor_educator_id=lapsed.id)
    await add("led by a junior", "in_training_stage_2", mentor_educator_id=junior.id)
    await add("coming back", "stage_2", "lapsed", mentor_educator_id=good.id, peps_stage_since=long_ago)
    stays = await add("stays at stage 1", "stage_1", "current", peps_stage_since=date(2026, 8, 1))
    award = {"partnership_id": partnership, "educator_id": stays.id, "awarding_body": "A university"}
    await kept(db, Qualification(stage="stage_1", awarded_on=date(2024, 9, 6), **award))
    await add("not yet", "none", "not_yet_qualified")


async def listed(caller: Caller, query: str = "") -> dict[str, dict[str, Any]]:
    items = (await caller.get(f"/v1/pipeline?limit=100{query}")).json()["items"]
    return {each["full_name"]: each for each in items}


async def test_the_pipeline_says_where_everybody_is_and_what_holds_them_up(
    educators_client: httpx.AsyncClient, educators_db: Database, stopped_clock: StoppedClock
) -> None:
    partnership, council = new_id(), new_id()
    await a_way(educators_db, partnership, council)
    office = the_office(educators_client, partnership)
    lines = await listed(office)
    assert {name: (line["step"], line["stuck_because"]) for name, line in lines.items()} == {
        "good mentor": ("stage_2", []),
        "lapsed mentor": ("stage_2", []),
        "junior mentor": ("stage_1", []),
        "well": ("in_training_stage_1", []),
        "alone": ("in_training_stage_1", ["no_mentor"]),
        "slow": ("in_training_stage_2", ["long_in_training"]),
        "led by the lapsed": ("in_training_stage_2", ["mentor_not_current"]),
        "led by a junior": ("in_training_stage_2", ["mentor_not_stage_2"]),
        "coming back": ("returner", []),
        "stays at stage 1": ("stage_1", ["long_at_stage_1"]),
    }
    assert lines["stays at stage 1"]["since"] == "2024-09-06"
    mentor = lines["led by the lapsed"]["mentor"]
    assert (mentor["full_name"], mentor["is_stage_2"], mentor["is_current"]) == ("lapsed mentor", True, False)
    assert lines["alone"]["mentor"] is None


async def test_the_pipeline_is_narrowed_and_counted(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership, council = new_id(), new_id()
    await a_way(educators_db, partnership, council)
    office = the_office(educators_client, partnership)
    assert set(await listed(office, "&step=returner")) == {"coming back"}
    held_up = {"alone", "slow", "led by the lapsed", "led by a junior", "stays at stage 1"}
    assert set(await listed(office, "&stuck=true")) == held_up
    assert set(await listed(office, "&stuck=false")).isdisjoint(held_up)
    assert set(await listed(office, "&step=in_training_stage_1&stuck=false")) == {"well"}
    first = (await office.get("/v1/pipeline?limit=6")).json()
    rest = (await office.get(f"/v1/pipeline?limit=6&cursor={first['next_cursor']}")).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (6, 4, None)
    steps = (await office.get("/v1/pipeline/summary")).json()["steps"]
    assert [(each["step"], each["educators"], each["stuck"]) for each in steps] == [
        ("in_training_stage_1", 2, 1),
        ("stage_1", 2, 1),
        ("in_training_stage_2", 3, 3),
        ("stage_2", 2, 0),
        ("returner", 1, 0),
    ]
    stranger = an_organisation_system(educators_client, partnership, new_id())
    assert await listed(stranger) == {}


async def test_mentors_are_listed_with_how_many_they_have(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership, council = new_id(), new_id()
    await a_way(educators_db, partnership, council)
    council_system = an_organisation_system(educators_client, partnership, council)
    mentors = (await council_system.get("/v1/pipeline/mentors")).json()["items"]
    assert {
        each["full_name"]: (each["mentees"], each["mentees_in_training"], each["is_current"])
        for each in mentors
    } == {"good mentor": (3, 2, True), "lapsed mentor": (1, 1, False), "junior mentor": (1, 1, True)}


async def test_a_new_stage_is_dated_by_the_day_it_was_put_on_record(
    educators_client: httpx.AsyncClient, educators_db: Database, stopped_clock: StoppedClock
) -> None:
    educator = await an_educator(educators_db, new_id(), peps_stage="stage_1")
    office = the_office(educators_client, educator.partnership_id)
    changed = await office.patch(f"/v1/educators/{educator.id}", {"peps_stage": "in_training_stage_2"})
    assert changed.status_code == 200
    (line,) = (await listed(office)).values()
    assert (line["step"], line["since"]) == ("in_training_stage_2", "2026-09-07")
