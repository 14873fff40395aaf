"""As days pass, facts of a placement become signals by the policy's thresholds, once each, and end when they do not hold."""

from datetime import timedelta

import anyio
import pytest
from sqlalchemy import select, update

from services.placements.jobs.notice_placements import notice_placements
from services.placements.models.placements import Placement
from services.placements.models.signals import Signal
from services.placements.operations.review_planning import open_reviews
from tests.placements import struggling
from tests.placements.under_way import UnderWay

WEEK = timedelta(days=7)


@pytest.fixture
async def way(placements_client, placements_db, stopped_clock) -> UnderWay:
    """A placement of 100 days that starts on Monday 7 September 2026."""
    at = await struggling.a_placement(placements_db, now=stopped_clock.now())
    async with placements_db.begin() as session:
        placement = await session.get(Placement, at.placement_id)
        assert placement is not None
        await open_reviews(session, placement, now=stopped_clock.now())
    return UnderWay(placements_client, at)


async def signals(db, *, standing: bool = True) -> dict[str, str]:
    """Rule -> severity, of the signals that are not resolved (or of all that are)."""
    resolved = Signal.resolved_at.is_(None) if standing else Signal.resolved_at.is_not(None)
    async with db.begin() as session:
        rows = await session.execute(
            select(Signal.rule_code, Signal.severity).where(resolved).order_by(Signal.id)
        )
        return {row[0]: row[1] for row in rows}


async def look(db, clock, days: int) -> dict[str, str]:
    """Some days later the placements are looked at."""
    clock.at += timedelta(days=days)
    await notice_placements(db, clock)
    return await signals(db)


async def test_what_nobody_did_becomes_amber_and_then_red(way, placements_db, stopped_clock):
    assert await look(placements_db, stopped_clock, 4) == {}
    assert await look(placements_db, stopped_clock, 7) == {
        "learning_agreement_overdue": "amber",
        "supervision_gap": "amber",
    }
    assert await look(placements_db, stopped_clock, 7) == {
        "learning_agreement_overdue": "red",
        "supervision_gap": "red",
    }
    # The four-week review was due on 5 October; nobody has recorded a day since 7 September.
    late = await look(placements_db, stopped_clock, 3 * 7)
    assert late["review_overdue"] == "amber"
    assert late["days_behind"] == "amber"


async def test_what_was_done_ends_its_signals(way, placements_db, stopped_clock):
    await look(placements_db, stopped_clock, 11)
    held = {"held_on": "2026-09-17"}
    assert (await way.call("tutor", "PUT", "learning-agreement", held)).status_code == 200
    on = {"on": "2026-09-17", "minutes": 60}
    assert (await way.call("practice_educator", "POST", "supervisions", on)).status_code == 201
    assert await look(placements_db, stopped_clock, 1) == {}
    assert await signals(placements_db, standing=False) == {
        "learning_agreement_overdue": "amber",
        "supervision_gap": "amber",
    }


async def test_observations_are_looked_at_from_midway_on(way, placements_db, stopped_clock):
    assert "observations_behind" not in await look(placements_db, stopped_clock, 9 * 7)
    assert (await look(placements_db, stopped_clock, 7))["observations_behind"] == "red"
    seen = {"on": "2026-11-16"}
    assert (await way.call("practice_educator", "POST", "observations", seen)).status_code == 201
    assert (await look(placements_db, stopped_clock, 1))["observations_behind"] == "amber"


async def test_a_placement_is_looked_at_once_a_day_and_says_the_same_only_once(
    way, placements_db, stopped_clock
):
    await look(placements_db, stopped_clock, 11)
    before = await struggling.published(placements_db, "signal.recorded")
    assert await notice_placements(placements_db, stopped_clock) is False
    await look(placements_db, stopped_clock, 1)
    assert await struggling.published(placements_db, "signal.recorded") == before == 2


async def test_two_workers_at_once_notice_everything_once(way, placements_db, stopped_clock):
    stopped_clock.at += timedelta(days=11)
    async with anyio.create_task_group() as tasks:
        for _ in range(2):
            tasks.start_soon(notice_placements, placements_db, stopped_clock)
    assert await struggling.published(placements_db, "signal.recorded") == 2


async def test_a_placement_that_rests_is_left_alone_and_an_agreed_absence_does_not_count(
    way, placements_db, stopped_clock
):
    stopped_clock.at += timedelta(days=11)
    away = [{"on": f"2026-09-{day:02}", "kind": "authorised_absence"} for day in (7, 8, 9, 10, 11, 14, 15)]
    assert (await way.call("student", "PUT", "days", {"days": away})).status_code == 200
    assert "days_behind" not in await look(placements_db, stopped_clock, 0)
    assert (await way.get("student", "progress"))["behind_by"] == 7
    assert (await way.call("host", "POST", "pause", {"reason_code": "flood"})).status_code == 200
    before = await signals(placements_db)
    assert await look(placements_db, stopped_clock, 30) == before


async def test_one_placement_that_cannot_be_judged_does_not_keep_the_others_from_it(
    way, placements_db, stopped_clock
):
    poison = await struggling.a_placement(placements_db, now=stopped_clock.now())
    async with placements_db.begin() as session:
        broken = update(Placement).where(Placement.id == poison.placement_id)
        await session.execute(broken.values(weekdays=["never"]))
    found = await look(placements_db, stopped_clock, 11)
    assert found == {"learning_agreement_overdue": "amber", "supervision_gap": "amber"}
    assert await notice_placements(placements_db, stopped_clock) is False
