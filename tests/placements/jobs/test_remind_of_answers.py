"""Reminders of answers that fall due."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import text

from services.placements.jobs.remind_of_answers import remind_of_answers
from services.placements.models.match_runs import MatchRun
from services.placements.models.proposals import Proposal
from shared.ids import new_id
from tests.placements.factories import Partnership, a_partnership, kept


async def a_proposal(db, p: Partnership, due: datetime, **values) -> Proposal:
    run = MatchRun(
        id=new_id(),
        partnership_id=p.id,
        round_id=p.round.id,
        status="completed",
        progress={},
        requested_by="office",
    )
    await kept(db, run)
    row = Proposal(
        id=new_id(),
        partnership_id=p.id,
        run_id=run.id,
        round_id=p.round.id,
        request_id=p.request.id,
        offer_id=p.offer.id,
        student_id=p.student.id,
        university_id=p.university.id,
        organisation_id=p.council.id,
        setting_id=p.setting.id,
        educator_id=p.educator_id,
        preference_rank=1,
        outside_list=False,
        travel_minutes=20,
        status="published",
        answer_due_at=due,
    )
    for name, value in values.items():
        setattr(row, name, value)
    return await kept(db, row)


async def test_each_side_that_has_not_answered_is_reminded_once_and_in_time(placements_db, stopped_clock):
    p = await a_partnership(placements_db)
    now = stopped_clock.now()
    soon = await a_proposal(placements_db, p, now + timedelta(days=2), host_answered_at=now)
    await a_proposal(placements_db, p, now + timedelta(days=14))
    await a_proposal(placements_db, p, now + timedelta(days=1), status="declined")
    await asyncio.gather(*(remind_of_answers(placements_db, stopped_clock) for _ in range(3)))
    async with placements_db.read() as connection:
        events = (await connection.execute(text("select subject_id, audience, data from events"))).all()
    assert [(e.subject_id, e.audience, e.data["waiting_for"]) for e in events] == [
        (soon.id, [p.university.id], ["university"])
    ]
