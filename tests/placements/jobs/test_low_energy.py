"""A student said at their hub that they run low: a kind word follows, and nobody around the placement reads of it."""

import asyncio

from sqlalchemy import select

from services.placements.jobs.follow_hubs import follow_hubs
from services.placements.models.notifications import Notification
from shared.ids import new_id
from tests.placements.jobs.test_followers import ASister, signals_of
from tests.placements.struggling import a_placement
from tests.placements.under_way import UnderWay


async def test_low_energy_brings_a_kind_word_once_a_week_and_is_the_students_alone(
    placements_client, placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    way, hubs, pulses = UnderWay(placements_client, at), ASister(), [str(new_id()), str(new_id())]
    for pulse_id, week in zip((pulses[0], pulses[0], pulses[1]), (4, 4, 5), strict=True):
        data = {"placement_id": str(at.placement_id), "pulse_id": pulse_id, "week": week}
        hubs.tell(at, "energy_low.noticed", at.placement_id, stopped_clock.now(), **data)
    await follow_hubs(placements_db, hubs, stopped_clock).step(asyncio.Event())
    assert await signals_of(placements_db, at) == [("energy_low", "none", False)] * 2
    async with placements_db.begin() as session:
        letters = [
            tuple(row) for row in await session.execute(select(Notification.template, Notification.role))
        ]
    assert letters == [("supportive_message", "student")] * 2
    for who in ("student", "office"):
        seen = (await way.get(who, "signals"))["items"]
        assert [(s["points"], s["evidence"]) for s in seen] == [(0, {"pulse_id": each}) for each in pulses]
    for who in ("practice_educator", "tutor", "host", "university"):
        assert (await way.get(who, "signals"))["items"] == []
        assert "energy_low" not in str(await way.get(who, "health"))
