"""Reading what people were written."""

from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.models.inbox import InboxMessage
from services.hubs.queries.visibility import INBOX
from shared.http.lists import Filtered

_VISIBLE = select(
    InboxMessage.id,
    InboxMessage.code,
    InboxMessage.hub_id,
    InboxMessage.session_id,
    InboxMessage.due_on,
    InboxMessage.text,
    InboxMessage.sent_at,
    InboxMessage.read_at,
).where(INBOX)

SINGLE = _VISIBLE.where(InboxMessage.id == bindparam("id", type_=Uuid()))
"""One of the caller's messages."""

LIST = Filtered(_VISIBLE, InboxMessage.id, unread=InboxMessage.read_at.is_(None) == bindparam("unread"))
"""The caller's messages."""


async def hold_message(
    session: AsyncSession, binds: dict[str, object], message_id: UUID
) -> InboxMessage | None:
    """One of the caller's messages, locked until the transaction ends."""
    statement = select(InboxMessage).where(INBOX, InboxMessage.id == message_id).with_for_update()
    return (await session.execute(statement, binds)).scalar_one_or_none()
