"""Reading one-to-one contacts."""

from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.models.contacts import Contact
from services.hubs.queries.visibility import CONTACTS
from shared.http.lists import Filtered, equal

_VISIBLE = select(
    Contact.id,
    Contact.hub_id,
    Contact.student_id,
    Contact.held_on,
    Contact.kind,
    Contact.minutes,
    Contact.updated_at,
    Contact.version,
).where(CONTACTS)

SINGLE = _VISIBLE.where(Contact.id == bindparam("id", type_=Uuid()))
"""One contact the caller sees."""

LIST = Filtered(_VISIBLE, Contact.id, **equal(Contact.hub_id), **equal(Contact.student_id))
"""The contacts the caller sees."""


async def hold_contact(session: AsyncSession, binds: dict[str, object], contact_id: UUID) -> Contact | None:
    """A contact the caller sees, locked until the transaction ends."""
    statement = select(Contact).where(CONTACTS, Contact.id == contact_id).with_for_update()
    return (await session.execute(statement, binds)).scalar_one_or_none()
