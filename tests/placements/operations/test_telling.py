"""Deciding how people are told, on real connections: caps, quiet hours, digests, and who is away."""

from collections import Counter
from datetime import date

import anyio
from sqlalchemy import select, text

from services.placements.domain.escalation.codes import RuleCode, Template
from services.placements.jobs.send_notifications import decide
from services.placements.models.notifications import Notification
from services.placements.models.placements import Placement
from services.placements.operations.notifications import lease, notify
from services.placements.queries.rosters import known_people
from shared.db import Database
from shared.ids import new_id
from tests.placements.operations.test_signals import a_flag
from tests.placements.struggling import (
    a_concern,
    a_placement,
    absence,
    london_at,
    notice,
    red_review,
    the_concern,
    told,
    transitions_of,
)


async def messages_to_the_tutor(db, at, number: int, now, *, immediate: bool = False) -> None:

    async with db.begin() as session:
        people = await known_people(session, at.partnership_id, [at.people["tutor"]])
        placement = await session.get_one(Placement, at.placement_id)
        for _ in range(number):
            await notify(
                session,
                placement,
                people,
                Template.STEP_DUE,
                new_id(),
                concern_id=None,
                now=now,
                immediate=immediate,
            )


async def ways(db: Database) -> Counter[str | None]:
    async with db.begin() as session:
        return Counter((await session.execute(select(Notification.way))).scalars())


async def test_two_senders_at_once_give_nobody_more_than_six_messages_a_day(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    await messages_to_the_tutor(placements_db, at, 40, stopped_clock.now())
    other = Database(placements_db.url)
    try:
        async with anyio.create_task_group() as tasks:
            for db in (placements_db, other, placements_db, other):
                tasks.start_soon(decide, db, stopped_clock)
    finally:
        await other.close()
    assert await ways(placements_db) == {"at_once": 6, "digest": 34}
    await messages_to_the_tutor(placements_db, at, 3, stopped_clock.now())
    await messages_to_the_tutor(placements_db, at, 2, stopped_clock.now(), immediate=True)
    await decide(placements_db, stopped_clock)
    assert await ways(placements_db) == {"at_once": 8, "digest": 37}


async def test_what_is_folded_comes_in_one_digest_on_the_next_working_morning(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    stopped_clock.at = london_at(9, 11, 18)  # Friday evening
    await messages_to_the_tutor(placements_db, at, 3, stopped_clock.now())
    other = Database(placements_db.url)
    sent = []
    try:
        for moment in (
            stopped_clock.now(),
            london_at(9, 12, 9),
            london_at(9, 14, 7, 59),
            london_at(9, 14, 8),
            london_at(9, 14, 9),
        ):
            stopped_clock.at = moment
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(decide, placements_db, stopped_clock)
                tasks.start_soon(decide, other, stopped_clock)
            async with placements_db.begin() as session:
                sent.append([(each.template, each.things) for each in await lease(session, 20)])
    finally:
        await other.close()
    assert sent == [[], [], [], [("digest", 3)], []]


async def test_a_person_told_of_a_concern_today_reads_the_rest_of_it_in_the_digest(
    placements_db, stopped_clock
):
    at, concern_id = await a_concern(placements_db, stopped_clock)
    await decide(placements_db, stopped_clock)
    async with placements_db.begin() as session:
        people = await known_people(session, at.partnership_id, [at.people["tutor"]])
        placement = await session.get_one(Placement, at.placement_id)

        await notify(
            session,
            placement,
            people,
            Template.STEP_OVERDUE,
            new_id(),
            concern_id=concern_id,
            now=stopped_clock.now(),
        )
    await decide(placements_db, stopped_clock)
    assert await ways(placements_db) == {"at_once": 3, "digest": 1}


async def test_the_student_and_the_tutor_read_in_the_digest_that_a_placement_is_watched(
    placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    await notice(placements_db, stopped_clock, at, absence(2, stopped_clock.now()))
    await decide(placements_db, stopped_clock)
    async with placements_db.begin() as session:
        rows = await session.execute(select(Notification.role, Notification.template, Notification.way))
        assert sorted(map(tuple, rows)) == [
            ("student", "watch_noticed", "digest"),
            ("tutor", "watch_noticed", "digest"),
        ]


async def test_while_the_owner_is_away_the_deputy_is_told(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now(), deputies=("practice_educator",))
    away = text("update people set absent_from = :first, absent_until = :last where id = :id")
    today = date(2026, 9, 7)
    async with placements_db.begin() as session:
        days = {"first": today, "last": today, "id": at.people["practice_educator"]}
        await session.execute(away, days)
    await notice(placements_db, stopped_clock, at, red_review(stopped_clock.now(), about="wellbeing"))
    concern = await the_concern(placements_db, at)
    async with placements_db.begin() as session:
        statement = select(Notification.person_ref).where(Notification.role == "practice_educator")
        assert list((await session.execute(statement)).scalars()) == [at.people["deputy_practice_educator"]]
    assert await transitions_of(placements_db, concern.id) == [("early_conversation", "red")]


async def test_whoever_is_back_is_told_themselves(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now(), deputies=("practice_educator",))
    async with placements_db.begin() as session:
        await session.execute(text("update people set absent_until = '2026-09-06'"))
    await notice(placements_db, stopped_clock, at, red_review(stopped_clock.now(), about="wellbeing"))
    concern = await the_concern(placements_db, at)
    assert "practice_educator" in await told(placements_db, concern.id)
    async with placements_db.begin() as session:
        statement = select(Notification.person_ref).where(Notification.role == "practice_educator")
        assert list((await session.execute(statement)).scalars()) == [at.people["practice_educator"]]


async def test_a_matter_of_safety_is_told_at_night_and_whatever_people_wish(placements_db, stopped_clock):

    stopped_clock.at = london_at(9, 7, 23)
    at = await a_placement(placements_db, now=stopped_clock.now())
    flag = a_flag(stopped_clock.now(), rule=RuleCode.SAFETY_OR_MISCONDUCT, about="safety")
    await notice(placements_db, stopped_clock, at, flag)
    await decide(placements_db, stopped_clock)
    assert set(await ways(placements_db)) == {"at_once"}
