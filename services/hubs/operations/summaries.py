"""What the facilitator tells after a session."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.models.sessions import HubSession, SessionSummary
from services.hubs.operations.versions import overwrite
from services.hubs.queries.sessions import hold_summary
from shared.ids import new_id


async def write(
    session: AsyncSession,
    held: HubSession,
    values: Mapping[str, Any],
    now: datetime,
    *,
    may_change: Callable[[int], None],
) -> SessionSummary:
    """Make the summary of a session that is held say this. The same again changes nothing.

    `may_change` is asked, with the summary's version, before one that is there becomes another.
    """
    summary = await hold_summary(session, held.id)
    if summary is None:
        summary = SessionSummary(
            id=new_id(),
            partnership_id=held.partnership_id,
            session_id=held.id,
            version=1,
            created_at=now,
            updated_at=now,
            **values,
        )
        session.add(summary)
    elif any(getattr(summary, name) != value for name, value in values.items()):
        may_change(summary.version)
        overwrite(summary, values, now)
    await session.flush()
    return summary
