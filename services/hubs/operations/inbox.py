"""Writing to people: each message is put where they find it, and told to systems that can carry it further."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.inbox import MessageCode
from services.hubs.messages import MessageSent
from services.hubs.models.inbox import InboxMessage
from shared.events.outbox import News, publish_all
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class About:
    """Why a message is sent, and what it is about."""

    code: MessageCode
    hub_id: UUID | None = None
    session_id: UUID | None = None
    due_on: date | None = None
    text: str | None = None


async def send(
    session: AsyncSession,
    tenant: UUID,
    people: Iterable[UUID],
    about: About,
    now: datetime,
) -> None:
    """Write the same to several people, once to each. What it says is not published, not even why it was sent."""
    rows = [
        InboxMessage(
            id=new_id(),
            partnership_id=tenant,
            person_id=person_id,
            code=about.code.value,
            hub_id=about.hub_id,
            session_id=about.session_id,
            due_on=about.due_on,
            text=about.text,
            sent_at=now,
        )
        for person_id in sorted(set(people))
    ]
    session.add_all(rows)
    await session.flush()
    news = [News(MessageSent(message_id=row.id, person_id=row.person_id), row.id) for row in rows]
    await publish_all(session, news, partnership_id=tenant, now=now)


def mark_read(message: InboxMessage, now: datetime) -> None:
    """Note that the person has read a held message; the first time counts."""
    message.read_at = message.read_at or now
