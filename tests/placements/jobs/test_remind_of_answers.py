"""Reminders of answers that fall due."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text

from services.placements.domain.escalation.letters import write
from services.placements.jobs.remind_of_answers import remind_of_answers
from services.placements.jobs.send_notifications import decide, link_of
from services.placements.models.notifications import Notification
from services.placements.operations.notifications import Letter, lease
from tests.placements.factories import a_partnership, a_person
from tests.placements.season import a_proposal


async def test_each_side_that_has_not_answered_is_reminded_once_and_in_time(placements_db, stopped_clock):
    p = await a_partnership(placements_db)
    now = stopped_clock.now()
    soon = await a_proposal(placements_db, p, answer_due_at=now + timedelta(days=2), host_answered_at=now)
    await a_proposal(placements_db, p, answer_due_at=now + timedelta(days=14))
    await a_proposal(placements_db, p, answer_due_at=now + timedelta(days=1), status="declined")
    await asyncio.gather(*(remind_of_answers(placements_db, stopped_clock) for _ in range(3)))
    async with placements_db.read() as connection:
        events = (await connection.execute(text("select subject_id, audience, data from events"))).all()
    assert [(e.subject_id, e.audience, e.data["waiting_for"]) for e in events] == [
        (soon.id, [p.university.id], ["university"])
    ]


async def waiting_letters(db, clock) -> list[Letter]:
    """What is to be sent now."""
    await decide(db, clock)
    async with db.begin() as session:
        return list(await lease(session, 50))


async def test_people_are_told_by_one_message_a_round_that_names_nobody(placements_db, stopped_clock):
    p = await a_partnership(placements_db)
    host = await a_person(placements_db, p.id, organisation_id=p.council.id, roles=("coordinator",))
    away = await a_person(
        placements_db, p.id, organisation_id=p.university.id, roles=("coordinator",), email=""
    )
    lead = await a_person(
        placements_db, p.id, organisation_id=p.university.id, roles=("practice_education_lead",)
    )
    now = stopped_clock.now()
    for run_of in range(3):
        await a_proposal(placements_db, p, answer_due_at=now + timedelta(days=2, minutes=run_of))
    await asyncio.gather(*(remind_of_answers(placements_db, stopped_clock) for _ in range(3)))
    letters = await waiting_letters(placements_db, stopped_clock)
    async with placements_db.read() as connection:
        told = (await connection.execute(select(Notification.person_ref, Notification.round_id))).all()
    assert sorted(told) == sorted([(host.id, p.round.id), (lead.id, p.round.id)])
    assert away.id not in {row.person_ref for row in told}
    link = link_of(letters[0], "https://placements.example.org")
    assert link == f"https://placements.example.org/v1/proposals?round_id={p.round.id}&status=published"
    words = write(letters[0].template, letters[0].case_number, link)
    for secret in (p.student.full_name, p.setting.name, str(p.student.id)):
        assert secret not in words.subject + words.body


async def test_nobody_is_reminded_on_a_day_that_is_not_worked(placements_db, stopped_clock):
    p = await a_partnership(placements_db)
    await a_person(placements_db, p.id, roles=("coordinator",))
    await a_proposal(placements_db, p, answer_due_at=stopped_clock.now() + timedelta(days=8))
    stopped_clock.at = datetime(2026, 9, 12, 11, tzinfo=UTC)  # a Saturday
    await remind_of_answers(placements_db, stopped_clock)
    assert await waiting_letters(placements_db, stopped_clock) == []
    stopped_clock.at = datetime(2026, 9, 14, 11, tzinfo=UTC)
    await remind_of_answers(placements_db, stopped_clock)
    (letter,) = await waiting_letters(placements_db, stopped_clock)
    assert letter.template == "answers_due"  # to the office: neither organisation has anybody


async def test_who_is_late_is_reminded_once_more_and_then_left_alone(placements_db, stopped_clock):
    p = await a_partnership(placements_db)
    host = await a_person(placements_db, p.id, organisation_id=p.council.id, roles=("coordinator",))
    stopped_clock.at = datetime(2026, 9, 10, 9, tzinfo=UTC)  # a Thursday
    due_at = datetime(2026, 9, 11, 16, tzinfo=UTC)
    await a_proposal(placements_db, p, answer_due_at=due_at, university_answered_at=stopped_clock.at)
    days = [stopped_clock.at + timedelta(days=n) for n in range(8)]
    told = {}
    for stopped_clock.at in [*days[:2], due_at + timedelta(hours=2), *days[2:]]:
        await remind_of_answers(placements_db, stopped_clock)
        async with placements_db.read() as connection:
            rows = await connection.execute(select(Notification.person_ref, Notification.template))
            told[stopped_clock.at.date().isoformat()] = [tuple(row) for row in rows]
    before = [(host.id, "answers_due")]
    assert [told[day] for day in ("2026-09-10", "2026-09-11", "2026-09-13")] == [before] * 3
    assert sorted(told["2026-09-14"]) == sorted([*before, (host.id, "answers_overdue")])
    assert told["2026-09-17"] == told["2026-09-14"]
    async with placements_db.read() as connection:
        kinds = (await connection.execute(text("select type from events order by id"))).scalars().all()
    assert kinds == ["proposal.answer_falls_due", "proposal.answer_overdue"]
