"""Unavailability that has begun: told once to those whose students are with the educator, and again when it changes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.messages import BecameUnavailable, UnavailabilityChanged
from services.educators.models.circumstances import Unavailability
from services.educators.queries.unavailability import hold_begun
from shared.calendar import london_day
from shared.events.outbox import publish


async def tell_begun(session: AsyncSession, now: datetime, limit: int) -> int:
    """Publish what has begun, meets a held seat and was not told of; returns how many. Locked ones are left to others."""
    today = london_day(now)
    begun = await hold_begun(session, today, limit)
    for span, organisation_id, placement_ids in begun:
        span.told_on = today
        await publish(
            session,
            BecameUnavailable(
                unavailability_id=span.id,
                educator_id=span.educator_id,
                starts_on=span.starts_on,
                ends_on=span.ends_on,
                placement_ids=placement_ids,
            ),
            partnership_id=span.partnership_id,
            subject=span.educator_id,
            audience=[organisation_id],
            now=now,
        )
    await session.flush()
    return len(begun)


async def tell_changed(
    session: AsyncSession, span: Unavailability, organisation_id: UUID, now: datetime
) -> None:
    """Publish what days away are now, or that they were taken back; nothing where nobody was told of them."""
    if span.told_on is None:
        return
    await publish(
        session,
        UnavailabilityChanged(
            unavailability_id=span.id,
            educator_id=span.educator_id,
            starts_on=span.starts_on,
            ends_on=span.ends_on,
            is_withdrawn=span.withdrawn_at is not None,
        ),
        partnership_id=span.partnership_id,
        subject=span.educator_id,
        audience=[organisation_id],
        now=now,
    )
