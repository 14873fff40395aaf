"""What people do with what they are told: read it, and say how they wish to be told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.telling import EmailWish, is_reachable
from services.placements.models.notification_preferences import NotificationPreference
from services.placements.models.notifications import Notification
from services.placements.queries.inbox import INBOX, Reader, wishes_of
from shared.errors import Conflict, NotFound, StaleVersion
from shared.ids import new_id

_HELD = select(Notification).where(INBOX, Notification.id == bindparam("id")).with_for_update()
_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")


async def read(session: AsyncSession, binds: dict[str, object], id_: UUID, now: datetime) -> None:
    """The caller has read a message to them. Only the first reading counts."""
    found = (await session.execute(_HELD, {**binds, "id": id_})).scalar_one_or_none()
    if found is None:
        raise NotFound("message")
    if found.read_at is None:
        found.read_at = now
    await session.flush()


async def wish(
    session: AsyncSession,
    tenant: UUID,
    reader: Reader,
    email: EmailWish,
    *,
    inbox: bool,
    seen: int | None,
    now: datetime,
) -> int:
    """Say how to be told; refused where nothing would reach the person any more. Returns the new version."""
    await session.execute(_LOCK, {"key": f"wishes:{reader.person_ref}"})
    _, _, version = await wishes_of(session, tenant, reader.person_ref)
    if seen is not None and seen != version:
        raise StaleVersion
    if not is_reachable(email, inbox=inbox, has_address=reader.has_address):
        raise Conflict(
            "last_channel", "Nothing would reach you any more. Keep e-mail that works, or the inbox."
        )
    statement = select(NotificationPreference).where(
        NotificationPreference.partnership_id == tenant,
        NotificationPreference.person_ref == reader.person_ref,
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        row = NotificationPreference(
            id=new_id(), partnership_id=tenant, person_ref=reader.person_ref, version=0, created_at=now
        )
        session.add(row)
    row.email, row.inbox = email.value, inbox
    row.version += 1
    row.updated_at = now
    await session.flush()
    return row.version
