"""One-to-one contacts, noted by the facilitator: that they happened, never what was said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.messages import ContactDeleted, ContactRecorded
from services.hubs.models.contacts import Contact
from services.hubs.models.hubs import Hub
from services.hubs.operations.authors import Author
from services.hubs.queries.memberships import hold_membership, members_on
from shared.calendar import london_day
from shared.errors import Fault, Invalid
from shared.events.outbox import Message, publish
from shared.ids import new_id


async def record(
    session: AsyncSession, author: Author, hub: Hub, values: Mapping[str, Any], now: datetime
) -> Contact:
    """Note that a member of the hub was met. One a day for each member: the database refuses a second."""
    author.must_lead(hub)
    if values["held_on"] > london_day(now):
        raise Invalid([Fault("/held_on", "in_the_future", "It is noted once it has happened.")])
    members = await members_on(session, hub.partnership_id, hub.id, values["held_on"])
    member = next((each for each in members if each.student_id == values["student_id"]), None)
    if member is None:
        words = "The student did not belong to the hub on that day."
        raise Invalid([Fault("/student_id", "not_a_member", words)])
    contact = Contact(
        id=new_id(),
        partnership_id=hub.partnership_id,
        hub_id=hub.id,
        membership_id=member.id,
        recorded_by=author.subject,
        version=1,
        created_at=now,
        updated_at=now,
        **values,
    )
    session.add(contact)
    await session.flush()
    message = ContactRecorded(
        contact_id=contact.id, hub_id=hub.id, student_id=member.student_id, occurred_on=contact.held_on
    )
    await _tell(session, contact, message, member.university_id, now)
    return contact


async def take_back(session: AsyncSession, author: Author, hub: Hub, contact: Contact, now: datetime) -> None:
    """Delete a held contact that was noted by mistake."""
    author.must_lead(hub)
    member = await hold_membership(session, contact.partnership_id, contact.membership_id)
    await session.delete(contact)
    await session.flush()
    message = ContactDeleted(contact_id=contact.id, hub_id=hub.id, student_id=contact.student_id)
    await _tell(session, contact, message, None if member is None else member.university_id, now)


async def _tell(
    session: AsyncSession, contact: Contact, message: Message, university_id: UUID | None, now: datetime
) -> None:
    audience = set() if university_id is None else {university_id}
    tenant = contact.partnership_id
    await publish(session, message, partnership_id=tenant, subject=contact.id, audience=audience, now=now)
