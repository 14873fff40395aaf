"""Nudges: given once each, while there is time for another student."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.nudges import nudge_due
from services.educators.messages import NudgeDue
from services.educators.models.educators import Educator
from services.educators.models.nudges import Nudge
from services.educators.queries.last_students import last_students
from services.educators.queries.nudges import given_in
from services.educators.queries.rule_parameters import parameters_on
from shared.calendar import london_day
from shared.events.outbox import publish
from shared.ids import new_id


async def nudge_idle(
    session: AsyncSession, partnership_id: UUID, held: Mapping[UUID, Educator], now: datetime
) -> int:
    """Give those of these educators a nudge for whom one is due, and publish it; returns how many.

    The educators' rows are locked by the caller, so that two workers do not give the same nudge.
    """
    today = london_day(now)
    parameters = await parameters_on(session, partnership_id, today)
    students = await last_students(session, held.keys(), today, parameters)
    given = await given_in(session, [last.support_episode_id for last in students.values()])
    nudged = 0
    for educator_id, last in students.items():
        already = given.get((educator_id, last.support_episode_id), ())
        months = nudge_due(last.on, today, parameters.window_a_months, already)
        if months is None:
            continue
        nudged += 1
        nudge = Nudge(
            id=new_id(),
            partnership_id=partnership_id,
            educator_id=educator_id,
            support_episode_id=last.support_episode_id,
            months=months,
            idle_since=last.on,
            nudged_on=today,
            created_at=now,
        )
        session.add(nudge)
        await publish(
            session,
            NudgeDue(educator_id=educator_id, months=months),
            partnership_id=partnership_id,
            subject=educator_id,
            audience=[held[educator_id].organisation_id],
            now=now,
        )
    await session.flush()
    return nudged
