"""What is done, and what is said, while the educators service does not answer."""

from datetime import timedelta

import pytest

from tests.placements.api.test_season import changed_round
from tests.placements.callers import office
from tests.placements.factories import a_partnership, a_request, a_student
from tests.placements.season import matched, published, repaired

FAR = {"latitude": 50.12, "longitude": -5.53, "max_travel_minutes": 20}


async def test_without_any_last_known_answer_a_run_is_refused_rather_than_placing_nobody(
    client, wired, register
):
    p = await a_partnership(wired.db)
    await changed_round(client, p, rules={"educators_down": "use_last_known"})
    register.down = True
    report = (await client.get(f"/v1/rounds/{p.round.id}/readiness", headers=office(p.id))).json()
    run = await matched(client, wired, p)
    assert (run["status"], run["failure"]) == ("failed", "educators_unavailable")
    assert report["ready"] is False
    register.down = False
    assert (await matched(client, wired, p))["outcome"]["placed"] == 1


async def test_silence_is_said_once_and_nothing_is_held_against_educators_nobody_has_heard_about(
    client, wired, register
):
    p = await a_partnership(wired.db)
    lost = await a_student(wired.db, p.id, organisation_id=p.university.id, email="lost@example.org")
    far = await a_request(wired.db, p.id, round_id=p.round.id, student_id=lost.id, **FAR)
    register.down = True
    report = (await client.get(f"/v1/rounds/{p.round.id}/readiness", headers=office(p.id))).json()
    found = {x["finding"]: x for x in report["items"]}
    assert found["educators_silent"]["weight"] == "block"
    assert "educator_not_eligible" not in found
    assert (report["found"]["request_impossible"], found["request_impossible"]["id"]) == (1, str(far.id))


@pytest.mark.parametrize("silent", [True, False])
async def test_a_repair_says_how_old_the_answers_about_educators_are_that_it_rests_on(
    client, wired, register, stopped_clock, silent
):
    p = await a_partnership(wired.db)
    await changed_round(client, p, rules={"educators_down": "use_last_known"})
    heard = stopped_clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    await published(client, wired, p)
    stopped_clock.move(timedelta(hours=3))
    register.down = silent
    repair = await repaired(client, wired, p)
    assert (repair["status"], repair["educators_as_of"]) == ("completed", heard if silent else None)
