"""Closing time, and a clock that is moved: what is due fires at its minute, and in the order in which it fell due."""

from datetime import timedelta

from sqlalchemy import select

from services.placements.jobs.fire_due_steps import Fired, fire_due_steps
from services.placements.models.concerns import ConcernTransition
from shared.clock import SimulatedClock
from tests.placements.struggling import a_concern, london_at, open_steps_of, transitions_of


async def test_what_is_due_on_a_friday_fires_after_five_and_not_a_minute_before(placements_db, stopped_clock):
    stopped_clock.at = london_at(9, 9, 10)
    _, concern_id = await a_concern(placements_db, stopped_clock)
    stopped_clock.at = london_at(9, 11, 16, 59)
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(0, 0)
    stopped_clock.at = london_at(9, 11, 17, 1)
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(1, 0)
    assert await open_steps_of(placements_db, concern_id) == {"meeting": london_at(9, 23)}


async def test_after_the_sandbox_clock_is_moved_the_engine_catches_up_in_order_one_level_a_case(
    placements_db, stopped_clock, tmp_path
):
    opened = []
    for _ in range(2):
        opened.append((await a_concern(placements_db, stopped_clock))[1])
        stopped_clock.move(timedelta(days=1))
    sandbox = tmp_path / "clock"
    SimulatedClock(sandbox).advance_to(stopped_clock.now())
    engines_own = SimulatedClock(sandbox)
    assert await fire_due_steps(placements_db, engines_own) == Fired(0, 0)
    SimulatedClock(sandbox).advance_to(london_at(10, 30))
    assert SimulatedClock(sandbox).advance_to(london_at(9, 1)) == london_at(10, 30)
    assert await fire_due_steps(placements_db, engines_own, at_once=1) == Fired(2, 0)
    for concern_id in opened:
        assert [level for level, _ in await transitions_of(placements_db, concern_id)][1:] == ["stage_one"]
    async with placements_db.begin() as session:
        rose = select(ConcernTransition.concern_id).where(ConcernTransition.level == "stage_one")
        assert list((await session.execute(rose.order_by(ConcernTransition.id))).scalars()) == opened
