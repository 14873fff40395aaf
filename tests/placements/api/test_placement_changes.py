"""Changing what was agreed: the educator with their seat, the setting, a second setting; and what a completion warns of."""

from collections.abc import AsyncIterator
from datetime import timedelta

import anyio
import httpx
import pytest

from services.placements.app import create_app
from services.placements.settings import Settings
from services.placements.wiring import wire
from shared.ids import new_id
from tests.placements import factories, struggling
from tests.placements.callers import member
from tests.placements.register import NoTokens, Register
from tests.placements.under_way import SCOPES, UnderWay
from tests.principals import a_verifier


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
async def way(partnerships_db, stopped_clock, register) -> AsyncIterator[UnderWay]:
    """A placement that has started, whose educator has a seat for it."""
    at = await struggling.a_placement(partnerships_db, now=stopped_clock.now(), days_required=3)
    register.held[str(at.placement_id)] = str(at.educator_id)
    async with httpx.AsyncClient(transport=httpx.MockTransport(register)) as http:
        parts = {"db": partnerships_db, "clock": stopped_clock, "verifier": a_verifier(), "http": http}
        app = create_app(wire(Settings(database_url=partnerships_db.url), tokens=NoTokens(), **parts))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://placements.test") as client:
            yield UnderWay(client, at)


async def change(way: UnderWay, educator, who: str = "host", **more):
    body = {"educator_id": str(educator), "reason_code": "educator_left"}
    return await way.call(who, "POST", "change-of-educator", body, **more)


async def test_another_educator_takes_over_with_their_seat_and_the_news_tells_everything(way, register):
    new = new_id()
    done = await change(way, new)
    assert (done.status_code, done.json()["educator_id"]) == (200, str(new))
    assert register.held == {str(way.at.placement_id): str(new)}
    step = (await way.get("office", "transitions"))["items"][-1]
    assert (step["step"], step["from_status"], step["to_status"]) == (
        "change-of-educator",
        "active",
        "active",
    )
    assert step["changed"] == {"educator_id_before": str(way.at.educator_id), "educator_id": str(new)}
    assert (await change(way, new)).json()["code"] == "same_educator"
    before = await way.call("practice_educator", "GET", "")
    assert before.status_code == 404


async def test_an_educator_who_may_not_or_cannot_take_it_changes_nothing(way, register):
    lapsed, full = new_id(), new_id()
    register.lapsed[str(lapsed)] = "Currency has lapsed."
    register.seats[str(full)] = 0
    refused = await change(way, lapsed)
    assert (refused.json()["code"], refused.json()["rules"][0]["code"]) == (
        "educator_not_eligible",
        "current_at_start",
    )
    assert (await change(way, full)).json()["code"] == "educator_full"
    register.down = True
    assert (await change(way, new_id())).status_code == 503
    register.down = False
    assert (await change(way, new_id(), who="student")).status_code == 403
    assert (await change(way, new_id(), version='"7"')).status_code == 412
    assert register.held == {str(way.at.placement_id): str(way.at.educator_id)}
    assert (await way.get("office", ""))["educator_id"] == str(way.at.educator_id)


async def test_of_two_changes_at_once_one_wins_and_has_the_seat(way, register):
    answers = []

    async def ask(educator) -> None:
        answers.append(await change(way, educator))

    async with anyio.create_task_group() as tasks:
        for educator in (new_id(), new_id()):
            tasks.start_soon(ask, educator)
    now = (await way.get("office", ""))["educator_id"]
    assert 200 in {a.status_code for a in answers}
    assert {a.status_code for a in answers} <= {200, 412}
    assert register.held[str(way.at.placement_id)] == now


async def test_the_placement_goes_on_in_another_setting_of_another_host(way, partnerships_db):
    trust = await factories.an_organisation(partnerships_db, way.at.partnership_id, name="Hill Trust")
    ward = await factories.a_setting(
        partnerships_db, way.at.partnership_id, organisation_id=trust.id, is_statutory=False, name="Ward 3"
    )
    wrong = {"setting_id": str(ward.id), "reason_code": "team_closed"}
    supervisor = {**wrong, "on_site_supervisor_person_id": str(way.at.people["on_site_supervisor"])}
    refused = await way.call("university", "POST", "change-of-setting", supervisor)
    assert refused.json()["errors"][0]["code"] == "not_in_this_role"
    moved = await way.call("host", "POST", "change-of-setting", wrong)
    assert (moved.status_code, moved.json()["organisation_id"]) == (200, str(trust.id))
    assert (moved.json()["is_statutory"], moved.json()["on_site_supervisor_person_id"]) == (False, None)
    assert (await way.call("host", "GET", "")).status_code == 404
    headers = member(way.at.partnership_id, trust.id, SCOPES)
    assert (await way.client.get(way.path, headers=headers)).status_code == 200
    same = await way.call("university", "POST", "change-of-setting", wrong)
    assert same.json()["code"] == "same_setting"


async def test_an_integrated_placement_is_seen_by_both_hosts(way, partnerships_db):
    charity = await factories.an_organisation(partnerships_db, way.at.partnership_id, org_type="pvi")
    centre = await factories.a_setting(partnerships_db, way.at.partnership_id, organisation_id=charity.id)
    headers = member(way.at.partnership_id, charity.id, SCOPES)
    assert (await way.client.get(way.path, headers=headers)).status_code == 404
    both = {"setting_id": str(centre.id), "weekdays": [4, 5], "starts_on": "2026-10-01"}
    refused = await way.call("host", "PUT", "second-setting", both)
    assert refused.json()["errors"][0]["code"] == "weekdays_or_dates"
    everyday = {"setting_id": str(centre.id), "weekdays": [1, 2, 3, 4, 5]}
    refused = await way.call("host", "PUT", "second-setting", everyday)
    assert refused.json()["errors"][0]["code"] == "not_of_the_pattern"
    set_ = await way.call("host", "PUT", "second-setting", {"setting_id": str(centre.id), "weekdays": [5, 4]})
    assert (set_.status_code, set_.json()["second_weekdays"]) == (200, [4, 5])
    assert (await way.client.get(way.path, headers=headers)).status_code == 200
    assert (await way.call("host", "DELETE", "second-setting", version='"1"')).status_code == 412
    gone = await way.call("host", "DELETE", "second-setting", version=set_.headers["etag"])
    assert gone.status_code == 204
    assert (await way.client.get(way.path, headers=headers)).status_code == 404


async def test_a_completion_lists_the_steps_that_are_missing(way, stopped_clock):
    stopped_clock.at += timedelta(days=3)
    days = [{"on": f"2026-09-0{n}", "kind": "attended"} for n in (7, 8, 9)]
    await way.call("student", "PUT", "days", {"days": days})
    await way.call("practice_educator", "POST", "days/approval", {"from": "2026-09-07", "to": "2026-09-09"})
    without = await way.call("university", "POST", "completion")
    assert (without.status_code, without.json()["code"]) == (409, "final_report_missing")
    await way.call("practice_educator", "POST", "final-report", {"recommendation": "pass"})
    done = await way.call("university", "POST", "completion")
    assert done.json()["status"] == "completed"
    assert done.json()["warnings"] == ["learning_agreement", "observations", "midway_report"]
    late = await way.call("practice_educator", "POST", "supervisions", {"on": "2026-09-07", "minutes": 60})
    assert (late.status_code, late.json()["code"]) == (409, "placement_ended")
    again = await way.call("university", "POST", "pause", {"reason_code": "flood"})
    assert (again.json()["code"], again.json()["allowed"]) == ("invalid_state", [])
