"""The engine: what was not done in time leads on by itself, once."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import anyio
import pytest
from sqlalchemy import func, select, text, update

from services.placements.domain.vocabulary import ConcernLevel
from services.placements.jobs.fire_due_steps import Fired, fire_due_steps
from services.placements.models.concerns import Concern, ConcernStep, ConcernTransition
from services.placements.models.notifications import Notification
from services.placements.models.placements import Placement
from services.placements.operations.cases import Actor, Case
from services.placements.operations.concern_holds import acknowledge
from services.placements.operations.concern_progress import meet
from shared.calendar import ENGLAND
from shared.clock import StoppedClock
from shared.db import Database
from tests.placements.struggling import (
    a_concern,
    a_placement,
    london_at,
    notice,
    open_steps_of,
    published,
    red_review,
    the_concern,
    told,
    transitions_of,
)

ROOT = Path(__file__).parents[3]
NOT_ACKNOWLEDGED = [("early_conversation", "red"), ("stage_one", "not_acknowledged")]


async def case_of(session, concern_id, now) -> Case:
    concern = (
        await session.execute(select(Concern).where(Concern.id == concern_id).with_for_update())
    ).scalar_one()
    placement = await session.get(Placement, concern.placement_id)
    assert placement is not None
    return Case(session, concern, placement, ENGLAND, now)


async def test_nothing_fires_before_it_is_due(placements_db, stopped_clock):
    _, concern_id = await a_concern(placements_db, stopped_clock)
    stopped_clock.at = london_at(9, 9, 16, 59)
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(0, 0)
    assert await transitions_of(placements_db, concern_id) == [("early_conversation", "red")]


async def test_a_concern_nobody_acknowledges_within_two_working_days_rises_by_itself(
    placements_db, stopped_clock
):
    _, concern_id = await a_concern(placements_db, stopped_clock)
    stopped_clock.at = london_at(9, 9)
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(1, 0)
    assert await transitions_of(placements_db, concern_id) == NOT_ACKNOWLEDGED
    assert await published(placements_db, "concern.escalated") == 1
    assert await open_steps_of(placements_db, concern_id) == {"meeting": london_at(9, 21)}
    stage_one = (await told(placements_db, concern_id))[3:]
    assert sorted(stage_one) == [
        "coordinator",
        "on_site_supervisor",
        "practice_education_lead",
        "practice_educator",
        "student",
        "tutor",
    ]


async def test_unattended_it_climbs_to_the_panel_with_each_levels_full_time_and_is_then_chased(
    placements_db, stopped_clock
):
    at, concern_id = await a_concern(placements_db, stopped_clock)
    for _ in range(70):
        stopped_clock.move(timedelta(days=1))
        await fire_due_steps(placements_db, stopped_clock)
    assert await transitions_of(placements_db, concern_id) == [
        *NOT_ACKNOWLEDGED,
        ("stage_two", "not_held"),
        ("placement_panel", "not_held"),
    ]
    async with placements_db.begin() as session:
        entered = (
            (await session.execute(select(ConcernTransition.at).order_by(ConcernTransition.id)))
            .scalars()
            .all()
        )
    assert [day.date().isoformat() for day in entered] == [
        "2026-09-07",
        "2026-09-10",
        "2026-09-23",
        "2026-10-06",
    ]
    assert set(await open_steps_of(placements_db, concern_id)) == {"papers", "panel"}
    assert (await told(placements_db, concern_id, "step_overdue")).count("programme_manager") >= 3
    assert (await the_concern(placements_db, at)).version >= 4


async def test_after_five_days_of_outage_a_case_rises_one_level_with_its_full_time(
    placements_db, stopped_clock
):
    _, concern_id = await a_concern(placements_db, stopped_clock)
    stopped_clock.at = london_at(9, 28, 10)
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(1, 0)
    assert await transitions_of(placements_db, concern_id) == NOT_ACKNOWLEDGED
    assert await open_steps_of(placements_db, concern_id) == {"meeting": london_at(10, 8)}


async def test_where_nobody_can_be_reached_the_engine_goes_on_to_the_next_level_at_once(
    placements_db, stopped_clock
):
    _, concern_id = await a_concern(placements_db, stopped_clock, without=("practice_educator",))
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(1, 0)
    assert await transitions_of(placements_db, concern_id) == [
        ("early_conversation", "red"),
        ("stage_one", "nobody_reached"),
    ]


async def test_where_nobody_at_all_can_be_reached_it_ends_at_the_panel_with_a_gap_for_each_level(
    placements_db, stopped_clock
):
    nobody = (
        "practice_educator",
        "coordinator",
        "programme_manager",
        "practice_education_lead",
        "panel_chair",
    )
    at = await a_placement(placements_db, now=stopped_clock.now(), without=nobody)
    async with placements_db.begin() as session:
        await session.execute(text("update people set email = ''"))
    await notice(placements_db, stopped_clock, at, red_review(stopped_clock.now(), about="wellbeing"))
    await fire_due_steps(placements_db, stopped_clock)
    concern = await the_concern(placements_db, at)
    assert concern.level == "placement_panel"
    assert await published(placements_db, "policy_gap.noticed") == 4
    assert [why for _, why in await transitions_of(placements_db, concern.id)] == ["red"] + [
        "nobody_reached"
    ] * 3


async def test_an_acknowledged_case_does_not_fire_before_the_acknowledgement_ends(
    placements_db, stopped_clock
):
    at, concern_id = await a_concern(placements_db, stopped_clock)
    until = london_at(9, 11, 12)
    async with placements_db.begin() as session:
        case = await case_of(session, concern_id, stopped_clock.now())
        actor = Actor(at.people["tutor"], "tutor")
        await acknowledge(case, actor, level_seen=ConcernLevel.EARLY_CONVERSATION, until=until)
    stopped_clock.at = until - timedelta(seconds=1)
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(0, 0)
    stopped_clock.at = until
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(1, 0)
    concern = await the_concern(placements_db, at)
    assert (concern.status, concern.level, concern.held_until) == ("open", "early_conversation", None)
    assert sorted(await told(placements_db, concern_id, "acknowledgement_ended")) == [
        "practice_educator",
        "tutor",
    ]
    stopped_clock.at = london_at(9, 14)
    await fire_due_steps(placements_db, stopped_clock)
    assert (await transitions_of(placements_db, concern_id))[-1] == ("stage_one", "not_held")


async def test_a_note_that_is_late_is_chased_up_the_ladder(placements_db, stopped_clock):
    at, concern_id = await a_concern(placements_db, stopped_clock, deputies=("practice_educator",))
    async with placements_db.begin() as session:
        case = await case_of(session, concern_id, stopped_clock.now())
        await meet(case, Actor(at.people["tutor"], "tutor"), held_on=stopped_clock.now().date(), attended=())
    chased = []
    for day in (9, 10, 14, 16):
        stopped_clock.at = london_at(9, day)
        await fire_due_steps(placements_db, stopped_clock)
        chased.append(len(await told(placements_db, concern_id, "step_overdue")))
    assert await told(placements_db, concern_id, "step_due") == ["practice_educator"]
    assert chased == [0, 2, 3, 6]
    assert await transitions_of(placements_db, concern_id) == [("early_conversation", "red")]


async def test_a_step_that_cannot_fire_does_not_keep_the_others_from_firing(placements_db, stopped_clock):
    spoilt, spoilt_id = await a_concern(placements_db, stopped_clock)
    _, sound_id = await a_concern(placements_db, stopped_clock)
    async with placements_db.begin() as session:
        await session.execute(
            update(Concern).where(Concern.id == spoilt_id).values(policy={"name": "spoilt"})
        )
    stopped_clock.at = london_at(9, 9)
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(1, 1)
    assert await transitions_of(placements_db, sound_id) == NOT_ACKNOWLEDGED
    assert await transitions_of(placements_db, spoilt_id) == [("early_conversation", "red")]
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(0, 0)
    sound = await the_concern(placements_db, spoilt)
    async with placements_db.begin() as session:
        policy = (await session.execute(select(Concern.policy).where(Concern.id == sound_id))).scalar_one()
        await session.execute(update(Concern).where(Concern.id == sound.id).values(policy=policy))
        failures = (
            await session.execute(select(ConcernStep.failures).where(ConcernStep.retry_at.is_not(None)))
        ).scalar_one()
    assert failures == 1
    stopped_clock.move(timedelta(minutes=1))
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(1, 0)


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
        engines = [an_engine(placements_db.url, stopped_clock.now()) for _ in range(2)]
        deadline = time.monotonic() + 20
        # What is waited for happens in another process.
        while (await counts(placements_db))["transitions"] < before + 5 and time.monotonic() < deadline:  # noqa: ASYNC110
            await anyio.sleep(0.01)
        await anyio.sleep(pauses.random() / 20)
        for engine in engines:
            engine.send_signal(signal.SIGKILL)
            engine.wait()
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


def an_engine(url: str, now: datetime) -> "subprocess.Popen[bytes]":
    program = (
        "import asyncio, sys\n"
        "from datetime import datetime\n"
        "from services.placements.jobs.fire_due_steps import fire_due_steps\n"
        "from shared.clock import StoppedClock\n"
        "from shared.db import Database\n"
        "clock = StoppedClock(datetime.fromisoformat(sys.argv[2]))\n"
        "asyncio.run(fire_due_steps(Database(sys.argv[1]), clock))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, url, now.isoformat()], cwd=ROOT, env={**os.environ}
    )


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
