"""The auditor of the engine: readiness shows when nobody fires what is due."""

from datetime import timedelta

from services.placements.jobs.fire_due_steps import fire_due_steps
from tests.placements.struggling import a_concern, london_at


async def shown(client) -> tuple[int, bool]:
    answer = await client.get("/readyz")
    return answer.status_code, answer.json()["escalation_engine"]


async def test_an_engine_that_is_silent_for_five_minutes_shows_red_and_people_can_still_act(
    placements_client, placements_db, stopped_clock
):
    await a_concern(placements_db, stopped_clock)
    assert await shown(placements_client) == (200, True)
    stopped_clock.at = london_at(9, 9) + timedelta(minutes=4, seconds=59)
    assert await shown(placements_client) == (200, True)
    stopped_clock.move(timedelta(seconds=1))
    assert await shown(placements_client) == (200, False)
    await fire_due_steps(placements_db, stopped_clock)
    assert await shown(placements_client) == (200, True)
