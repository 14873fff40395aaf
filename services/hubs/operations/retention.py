"""After a placement: students are told until when what they wrote is kept; on that day it is deleted, unless taken out."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.inbox import MessageCode
from services.hubs.domain.reflections import KEPT_AFTER_PLACEMENT, WARNED_BEFORE, kept_since
from services.hubs.models.reflections import RetentionNotice
from services.hubs.operations.inbox import About, send
from services.hubs.queries.reflection_keys import hold_all_of
from services.hubs.queries.retention import delete_unexported, hold_due, hold_over
from shared.calendar import london_day
from shared.ids import new_id


async def tell_of_deletion(session: AsyncSession, now: datetime, at_most: int) -> int:
    """Tell students whose placement is about to be over for long enough; returns how many.

    Everybody is told, whether they ever wrote anything or not: the message must not say that somebody did.
    """
    today = london_day(now)
    over = await hold_over(session, today - (KEPT_AFTER_PLACEMENT - WARNED_BEFORE), at_most)
    for candidate in over:
        delete_on = max(candidate.ends_on + KEPT_AFTER_PLACEMENT, today + WARNED_BEFORE)
        candidate.retention_told_at = now
        notice = RetentionNotice(
            id=new_id(),
            partnership_id=candidate.partnership_id,
            student_id=candidate.student_id,
            placement_id=candidate.placement_id,
            delete_on=delete_on,
            told_at=now,
        )
        session.add(notice)
        people, about = [candidate.student_id], About(MessageCode.REFLECTIONS_KEPT_UNTIL, due_on=delete_on)
        await send(session, candidate.partnership_id, people, about, now)
    return len(over)


async def delete_what_is_due(session: AsyncSession, now: datetime, at_most: int) -> int:
    """Delete what students wrote and did not take out, where its day has come; returns how many notices are settled."""
    today = london_day(now)
    due = await hold_due(session, today, kept_since(today), at_most)
    for notice in due:
        await hold_all_of(session, notice.partnership_id, notice.student_id)
        await delete_unexported(session, notice.partnership_id, notice.student_id)
        notice.settled_at = now
    await session.flush()
    return len(due)
