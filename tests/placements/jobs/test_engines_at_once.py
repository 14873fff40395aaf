"""Several engines and people at one moment: nothing is lost, nothing done twice."""

import random
import time

import anyio
import pytest
from sqlalchemy import func, select, text

from services.placements.domain.vocabulary import ConcernLevel
from services.placements.jobs.fire_due_steps import fire_due_steps
from services.placements.models.concerns import Concern, ConcernStep, ConcernTransition
from services.placements.models.notifications import Notification
from services.placements.models.placements import Placement
from services.placements.operations.cases import Actor
from services.placements.operations.concern_holds import acknowledge
from shared.clock import StoppedClock
from shared.db import Database
from tests.placements.jobs.engine_process import fire
from tests.placements.struggling import (
    a_concern,
    case_of,
    london_at,
    published,
    transitions_of,
)
from tests.shared.processes import Process


async def many_concerns(db: Database, clock: StoppedClock, count: int) -> None:
    """As many early conversations in one partnership's placements: one real one, copied row by row."""
    at, _ = await a_concern(db, clock)
    async with db.begin() as session:
        await session.execute(
            text(
                "insert into placements select (jsonb_populate_record(p, jsonb_build_object("
                "'id', gen_random_uuid(), 'student_id', p.student_id, 'status', 'completed'))).* "
                "from placements p, generate_series(1, :n) where p.id = :id"
            ),
            {"n": count - 1, "id": at.placement_id},
        )
        others = (
            (await session.execute(select(Placement.id).where(Placement.id != at.placement_id)))
            .scalars()
            .all()
        )
        await session.execute(text("update placements set status = 'proposed' where status = 'completed'"))
        assert len(others) == count - 1
        await session.execute(
            text(
                "with fresh as (select p.id as placement_id, gen_random_uuid() as id, row_number() over () as n"
                " from placements p where p.id <> :id), copied as (insert into concerns select (jsonb_populate_record(c,"
                " jsonb_build_object('id', f.id, 'placement_id', f.placement_id, 'case_number', 'PC-X-' || f.n))).*"
                " from concerns c, fresh f returning id)"
                " insert into concern_steps select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(),"
                " 'concern_id', copied.id))).* from concern_steps s, copied"
            ),
            {"id": at.placement_id},
        )


async def counts(db: Database) -> dict[str, int]:
    async with db.begin() as session:
        transitions = await session.scalar(
            select(func.count()).where(ConcernTransition.level == "stage_one", ConcernTransition.cycle == 1)
        )
        messages = await session.scalar(
            select(func.count())
            .select_from(Notification)
            .join(ConcernTransition, ConcernTransition.id == Notification.occasion_id)
            .where(ConcernTransition.level == "stage_one")
        )
        levels = await session.scalar(select(func.count()).where(Concern.level == "stage_one"))
        meetings = await session.scalar(select(func.count()).where(ConcernStep.step == "meeting"))
    return {
        "transitions": transitions or 0,
        "messages": messages or 0,
        "levels": levels or 0,
        "meetings": meetings or 0,
        "events": await published(db, "concern.escalated"),
    }


async def test_two_engines_at_once_lose_and_double_nothing(placements_db, stopped_clock):
    cases = 40
    await many_concerns(placements_db, stopped_clock, cases)
    stopped_clock.at = london_at(9, 9)
    other = Database(placements_db.url)
    fired: list[int] = []

    async def engine(db: Database) -> None:
        fired.append((await fire_due_steps(db, stopped_clock)).fired)

    try:
        async with anyio.create_task_group() as tasks:
            for db in (placements_db, other, placements_db, other):
                tasks.start_soon(engine, db)
    finally:
        await other.close()
    assert sum(fired) == cases
    assert await counts(placements_db) == {
        "transitions": cases,
        "messages": cases * 6,
        "levels": cases,
        "meetings": cases,
        "events": cases,
    }


@pytest.mark.timeout(60)
async def test_engines_killed_in_the_middle_lose_and_double_nothing(placements_db, stopped_clock):
    cases = 150
    await many_concerns(placements_db, stopped_clock, cases)
    stopped_clock.at = london_at(9, 9)
    pauses = random.Random(7)
    for round_ in range(2):
        before = (await counts(placements_db))["transitions"]
        engines = [Process(fire, placements_db.url, stopped_clock.now()) for _ in range(2)]
        deadline = time.monotonic() + 20
        while (await counts(placements_db))["transitions"] < before + 5 and time.monotonic() < deadline:  # noqa: ASYNC110 - in another process
            await anyio.sleep(0.01)
        await anyio.sleep(pauses.random() / 20)
        for engine in engines:
            await engine.kill()
        now = await counts(placements_db)
        assert now["transitions"] == now["levels"] == now["meetings"] == now["events"] > before, round_
    await fire_due_steps(placements_db, stopped_clock)
    assert await counts(placements_db) == {
        "transitions": cases,
        "messages": cases * 6,
        "levels": cases,
        "meetings": cases,
        "events": cases,
    }


async def test_a_person_who_acknowledges_as_it_fires_is_either_in_time_or_told_that_it_has_risen(
    placements_db, stopped_clock
):
    at, concern_id = await a_concern(placements_db, stopped_clock)
    stopped_clock.at = london_at(9, 9)
    outcome: list[str] = []

    async def person() -> None:
        try:
            async with placements_db.begin() as session:
                case = await case_of(session, concern_id, stopped_clock.now())
                actor = Actor(at.people["tutor"], "tutor")
                await acknowledge(case, actor, level_seen=ConcernLevel.EARLY_CONVERSATION, until=None)
            outcome.append("in_time")
        except Exception as refused:  # noqa: BLE001 - its code is what the test looks at
            outcome.append(getattr(refused, "code", str(refused)))

    async def engine() -> None:
        await fire_due_steps(placements_db, stopped_clock)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(person)
        tasks.start_soon(engine)
    rose = len(await transitions_of(placements_db, concern_id)) == 2
    assert outcome == (["level_changed"] if rose else ["in_time"])
