"""Registers of sessions: who takes them, who sees what of them, and what is told."""

from shared.ids import new_id
from tests.hubs.factories import COUNCIL, NORTH, SOUTH, events
from tests.hubs.seasons import Season


async def test_a_facilitator_records_a_whole_register_in_one_call_and_again_without_effect(season: Season):
    blank = await season.facilitator("GET", season.path(0))
    assert {one["status"] for one in blank.json()["records"]} == {None}
    first = await season.facilitator("PUT", season.path(0), season.register(absent=5))
    assert first.status_code == 200, first.text
    assert (first.json()["expected"], first.json()["present"]) == (6, 5)
    told = await events(season.service.tenant)
    again = await season.facilitator("PUT", season.path(0), season.register(absent=5))
    assert (again.status_code, again.json(), again.headers["etag"]) == (200, first.json(), '"1"')
    assert await events(season.service.tenant) == told
    session = await season.facilitator("GET", f"/v1/sessions/{season.sessions[0]['id']}")
    assert session.json()["present"] == 5


async def test_two_unnotified_absences_in_a_row_are_told_with_their_placement(season: Season):
    for number in (0, 1):
        await season.facilitator("PUT", season.path(number), season.register(absent=5))
    (_, first), (_, second) = await events(season.service.tenant, "hub_absence.noticed")
    assert first["consecutive_unnotified"] == 1
    assert second == {
        "placement_id": season.allocated[5]["placement_id"],
        "student_id": season.allocated[5]["student_id"],
        "hub_id": season.hub_id,
        "session_id": season.sessions[1]["id"],
        "consecutive_unnotified": 2,
        "unnotified_of_last_six": 2,
        "sessions_of_last_six": 2,
        "occurred_on": "2026-09-15",
    }


async def test_a_correction_needs_the_version_and_keeps_history(season: Season):
    path = season.path(0)
    await season.facilitator("PUT", path, season.register(absent=5))
    assert (await season.facilitator("PUT", path, season.register())).status_code == 428
    assert (await season.facilitator("PUT", path, season.register(), {"If-Match": '"7"'})).status_code == 412
    corrected = await season.facilitator("PUT", path, season.register(), {"If-Match": '"1"'})
    assert (corrected.json()["present"], corrected.headers["etag"]) == (6, '"2"')
    (before,) = (await season.facilitator("GET", f"{path}/corrections")).json()["items"]
    assert (before["status"], before["version"]) == ("absent_unnotified", 1)
    (_, taken_back) = (await events(season.service.tenant, "hub_absence.noticed"))[-1]
    assert taken_back["consecutive_unnotified"] == 0


async def test_who_may_take_the_register(season: Season):
    service, body = season.service, season.register()
    student = service.person(new_id(), "student")
    assert (await student("PUT", season.path(0), body)).status_code == 404
    own = service.person(season.allocated[0]["student_id"], "student", NORTH)
    assert (await own("PUT", season.path(0), body)).status_code == 403
    educator = service.person(season.educator, "practice_educator", COUNCIL)
    assert (await educator("PUT", season.path(0), body)).status_code == 403
    assert (await service.office("PUT", season.path(0), body)).status_code == 200


async def test_each_caller_sees_of_a_register_what_concerns_them(season: Season):
    service = season.service
    await season.facilitator("PUT", season.path(0), season.register(absent=0))
    own = season.allocated[0]["student_id"]
    seen = {
        "student": service.person(own, "student", NORTH),
        "educator": service.person(season.educator, "practice_educator", COUNCIL),
        "north": service.university(NORTH),
        "south": service.university(SOUTH),
        "host": service.university(COUNCIL),
        "office": service.office,
        "facilitator": season.facilitator,
    }
    counts = {
        who: len((await caller("GET", season.path(0))).json()["records"]) for who, caller in seen.items()
    }
    assert counts == {
        "student": 1,
        "educator": 1,
        "north": 4,
        "south": 2,
        "host": 6,
        "office": 6,
        "facilitator": 6,
    }
    listed = {
        who: len((await caller("GET", "/v1/attendance")).json()["items"]) for who, caller in seen.items()
    }
    assert listed == counts
    stranger = service.university(new_id())
    assert (await stranger("GET", season.path(0))).status_code == 404


async def test_a_session_to_come_has_no_register_yet(season: Season):
    early = await season.facilitator("PUT", season.path(3), season.register())
    assert (early.status_code, early.json()["code"]) == (409, "session_not_yet_held")
