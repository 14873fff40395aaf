from datetime import date
from typing import Any

import httpx

from services.educators.models.evidence import SupportEpisode
from shared.db import Database
from shared.ids import new_id
from tests.educators.api.test_eligibility import PLACEMENT, rule
from tests.educators.callers import READ_WRITE, Caller, an_organisation_system, the_office
from tests.educators.factories import a_current_educator, a_student_of, the

DECISIONS = "/v1/eligibility-decisions"


async def asked(
    caller: Caller, *ids: object, keep: bool | None = None, **placement: Any
) -> list[dict[str, Any]]:
    body = {"placement": PLACEMENT | placement, "educator_ids": [str(each) for each in ids], "keep": keep}
    answer = await caller.post(DECISIONS, body)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_decision_for_a_placement_can_be_explained_years_later(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await a_current_educator(educators_db, new_id())
    scopes = (*READ_WRITE, "policies:write")
    office = the_office(educators_client, educator.partnership_id, scopes=scopes)
    placement_id = str(new_id())
    (given,) = await asked(office, educator.id, placement_id=placement_id)
    path = f"{DECISIONS}/{given['decision_id']}"
    first = await office.get(path)
    student = await the(educators_db, SupportEpisode, educator_id=educator.id)
    await a_student_of(educators_db, educator, date(2026, 8, 31))
    later = {"applies_from_on": "2026-09-07", "parameters": {"warn_days": 1}}
    assert (await office.post("/v1/rule-parameters", later)).status_code == 201
    kept = first.json()
    assert (await office.get(path)).content == first.content
    assert {name: kept[name] for name in given} == given
    assert kept["placement"]["placement_id"] == placement_id
    assert (kept["parameters_number"], kept["parameters"]["window_a_months"]) == (0, 24)
    used = {each["id"]: each for each in kept["evidence"]}
    assert used[str(student.id)]["kind"] == "support_episodes"
    assert used[str(student.id)]["values"]["ended_on"] == "2026-04-30"
    assert set(rule(kept, "current_at_start")["evidence_ids"]) <= used.keys()
    lines = (await office.get(f"{DECISIONS}?placement_id={placement_id}")).json()["items"]
    assert [(each["id"], each["outcome"]) for each in lines] == [(given["decision_id"], "eligible")]


async def test_questions_keep_nothing_unless_they_say_so(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    partnership = new_id()
    one, other = [await a_current_educator(educators_db, partnership) for _ in range(2)]
    office = the_office(educators_client, partnership)
    a_placement: dict[str, Any] = {"placement_id": str(new_id())}
    assert [each["decision_id"] for each in await asked(office, one.id)] == [None]
    assert [each["decision_id"] for each in await asked(office, one.id, other.id, **a_placement)] == [
        None
    ] * 2
    assert [each["decision_id"] for each in await asked(office, one.id, keep=False, **a_placement)] == [None]
    kept = await asked(office, one.id, other.id, new_id(), keep=True)
    assert [each["decision_id"] is not None for each in kept] == [True, True, False]
    body = {"placement": PLACEMENT, "educator_ids": [str(new_id()) for _ in range(51)], "keep": True}
    refused = await office.post(DECISIONS, body)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "too_many_to_keep")


async def test_a_question_repeated_with_its_key_is_kept_once(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await a_current_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    body = {"placement": PLACEMENT, "educator_ids": [str(educator.id)], "keep": True}
    once, again = [await office.post(DECISIONS, body, Idempotency_Key="once") for _ in range(2)]
    assert once.content == again.content
    assert len((await office.get(f"{DECISIONS}?educator_id={educator.id}")).json()["items"]) == 1


async def test_a_kept_decision_is_for_those_who_see_the_educator_whole(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await a_current_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    (given,) = await asked(office, educator.id, keep=True)
    stranger = an_organisation_system(educators_client, educator.partnership_id, new_id())
    own = an_organisation_system(educators_client, educator.partnership_id, educator.organisation_id)
    path = f"{DECISIONS}/{given['decision_id']}"
    found = [(await each.get(path)).status_code for each in (own, stranger)]
    assert found == [200, 404]
    assert (await stranger.get(DECISIONS)).json()["items"] == []
    assert len((await own.get(DECISIONS)).json()["items"]) == 1
