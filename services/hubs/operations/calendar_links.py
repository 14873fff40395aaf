"""Links for calendar programs: made by one person for themselves, and revoked by that person or by those who arrange hubs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.models.calendar_links import CalendarLink
from services.hubs.operations.authors import Author
from services.hubs.queries.calendar_links import hold_link
from shared.errors import NotFound
from shared.ids import new_id


async def link(
    session: AsyncSession, author: Author, hub_id: UUID, secret_hash: str, now: datetime
) -> CalendarLink:
    """Make a link to a hub's sessions. Only what its secret is hashed to is kept."""
    made = CalendarLink(
        id=new_id(),
        partnership_id=author.tenant,
        hub_id=hub_id,
        secret_hash=secret_hash,
        made_by=author.subject,
        created_at=now,
    )
    session.add(made)
    await session.flush()
    return made


async def unlink(session: AsyncSession, author: Author, hub_id: UUID, link_id: UUID, now: datetime) -> None:
    """Revoke a link: whoever has it sees nothing from now on. Revoking it again changes nothing."""
    found = await hold_link(session, hub_id, link_id)
    if found.made_by != author.subject and not author.arranges:
        raise NotFound("calendar link")
    found.revoked_at = found.revoked_at or now
    await session.flush()
