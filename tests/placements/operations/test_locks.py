"""People, signals and the engine work on one concern at the same time and never wait for each other in a circle."""

import anyio

from services.placements.domain.vocabulary import Recommendation, ReportKind
from services.placements.jobs.fire_due_steps import Fired, fire_due_steps
from services.placements.operations import reports
from services.placements.operations.lifecycle import Actor
from services.placements.queries.placements import hold_placement
from services.placements.queries.visibility import reader
from tests.placements.struggling import a_concern, london_at, transitions_of
from tests.principals import a_principal


async def test_a_report_that_raises_a_concern_and_the_engine_that_escalates_it_do_not_deadlock(
    placements_db, stopped_clock
):
    at, concern_id = await a_concern(placements_db, stopped_clock)
    stopped_clock.at = london_at(9, 9)
    held, fired = anyio.Event(), list[Fired]()

    async def report() -> None:
        async with placements_db.begin() as session:
            binds = reader(a_principal(partnership_id=at.partnership_id))
            placement = await hold_placement(session, binds, at.placement_id)
            held.set()
            await anyio.sleep(0.2)
            actor = Actor("office", frozenset({"office"}))
            now = stopped_clock.now()
            await reports.make(session, placement, ReportKind.MIDWAY, Recommendation.AT_RISK, actor, now=now)

    async def engine() -> None:
        await held.wait()
        fired.append(await fire_due_steps(placements_db, stopped_clock))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(report)
        tasks.start_soon(engine)
    assert fired == [Fired(1, 0)]
    assert await transitions_of(placements_db, concern_id) == [
        ("early_conversation", "red"),
        ("stage_one", "not_acknowledged"),
        ("stage_two", "new_red"),
    ]
