"""Other weekdays, agreed leave, or another host: what is due in the open concern moves with it, and that is kept."""

import pytest

from services.placements.domain.escalation.codes import ClockUnit, StepCode
from services.placements.domain.escalation.timing import Count, counted
from services.placements.operations.cases import Case, plan
from services.placements.queries.concerns import hold_open_concern
from services.placements.queries.placements import hold_placement
from shared.calendar import ENGLAND
from tests.placements import factories
from tests.placements.struggling import a_concern, london_at, open_steps_of
from tests.placements.under_way import UnderWay


@pytest.fixture
async def way(partnerships_client, partnerships_db, stopped_clock) -> UnderWay:
    """An open concern whose plan is to be reviewed after four days of a placement on Mondays to Wednesdays."""
    at, concern_id = await a_concern(partnerships_db, stopped_clock, weekdays=[1, 2, 3])
    async with partnerships_db.begin() as session:
        office: dict[str, object] = {
            "p_partnership": at.partnership_id,
            "p_organisation": None,
            "p_person": None,
            "p_wide": True,
        }
        placement = await hold_placement(session, office, at.placement_id)
        concern = await hold_open_concern(session, at.placement_id, "general")
        assert concern is not None
        case = Case(session, concern, placement, ENGLAND, stopped_clock.now())
        count = Count(stopped_clock.now(), 4, ClockUnit.PLACEMENT_DAYS)
        plan(case, [counted(StepCode.PLAN_REVIEW, count, ENGLAND, placement.weekdays)])
    assert (await open_steps_of(partnerships_db, concern_id))["plan_review"] == london_at(9, 15)
    return UnderWay(partnerships_client, at)


async def due(way: UnderWay, db) -> dict:
    path = f"/v1/concerns?placement_id={way.at.placement_id}"
    (concern,) = (await way.get("office", path))["items"]
    return await open_steps_of(db, concern["id"])


async def test_fewer_days_a_week_put_a_review_in_placement_days_off_and_more_give_a_days_warning(
    way, partnerships_db, stopped_clock
):
    fewer = {"weekdays": [2], "half_days": []}
    done = await way.call("host", "PUT", "pattern", fewer)
    assert done.status_code == 200, done.text
    moved = await due(way, partnerships_db)
    assert moved["plan_review"] == london_at(9, 29)
    assert moved["acknowledge"] == london_at(9, 9), "working days do not depend on the pattern"
    stopped_clock.at = london_at(9, 22, 10)
    more = {"weekdays": [1, 2, 3, 4, 5], "half_days": []}
    again = await way.call("host", "PUT", "pattern", more)
    assert again.status_code == 200, again.text
    assert (await due(way, partnerships_db))["plan_review"] == london_at(9, 23)
    (concern,) = (await way.get("office", f"/v1/concerns?placement_id={way.at.placement_id}"))["items"]
    timeline = await way.get("student", f"/v1/concerns/{concern['id']}/timeline")
    assert sum("planned anew" in each["what"] for each in timeline["happened"]) == 2


async def test_the_closures_of_a_new_host_count_from_the_day_of_the_move(way, partnerships_db):
    tenant = way.at.partnership_id
    trust = await factories.an_organisation(partnerships_db, tenant, name="Hill Trust")
    ward = await factories.a_setting(partnerships_db, tenant, organisation_id=trust.id, name="Ward 3")
    closed = {"name": "Moving", "starts_on": "2026-09-09", "ends_on": "2026-09-11"}
    await way.call("office", "POST", "/v1/closures", {**closed, "organisation_id": str(trust.id)})
    assert (await due(way, partnerships_db))["acknowledge"] == london_at(9, 9)
    body = {"setting_id": str(ward.id), "reason_code": "team_closed"}
    moved = await way.call("university", "POST", "change-of-setting", body)
    assert moved.status_code == 200, moved.text
    assert (await due(way, partnerships_db))["acknowledge"] == london_at(9, 14)


async def test_agreed_leave_stops_what_is_counted_in_days_of_placement_and_nothing_else(way, partnerships_db):
    leave = {"starts_on": "2026-09-08", "ends_on": "2026-09-09", "reason": "holiday"}
    agreed = await way.call("host", "POST", "leave", leave)
    assert agreed.status_code == 201, agreed.text
    moved = await due(way, partnerships_db)
    assert (moved["plan_review"], moved["acknowledge"]) == (london_at(9, 21), london_at(9, 9))
    taken_back = await way.call("host", "DELETE", agreed.headers["location"])
    assert taken_back.status_code == 204
    assert (await due(way, partnerships_db))["plan_review"] == london_at(9, 15)
