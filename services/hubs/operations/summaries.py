"""What the facilitator tells after a session, and whom it reaches."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.inbox import MessageCode
from services.hubs.messages import SummaryWritten
from services.hubs.models.sessions import HubSession, SessionSummary
from services.hubs.operations.inbox import About, send
from services.hubs.operations.versions import overwrite
from services.hubs.queries.memberships import members_on
from services.hubs.queries.resources import unknown_among
from services.hubs.queries.sessions import hold_summary
from shared.errors import Fault, Invalid
from shared.events.outbox import publish
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

    `may_change` is asked, with the summary's version, before one that is there becomes another. A new one is told to the
    members, and where it names PCF domains to their educators.
    """
    await _refuse_unknown_resources(session, held, values)
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
        await session.flush()
        await _tell(session, held, summary, now, is_new=True)
    elif any(getattr(summary, name) != value for name, value in values.items()):
        may_change(summary.version)
        overwrite(summary, values, now)
        await session.flush()
        await _tell(session, held, summary, now, is_new=False)
    return summary


async def follow_up(session: AsyncSession, held: HubSession, text: str, now: datetime) -> int:
    """Write to everybody who belonged to the hub on the day of a held session; returns to how many."""
    members = await members_on(session, held.partnership_id, held.hub_id, held.held_on)
    about = About(MessageCode.FOLLOW_UP, hub_id=held.hub_id, session_id=held.id, text=text)
    people = {member.student_id for member in members}
    await send(session, held.partnership_id, people, about, now)
    return len(people)


async def _refuse_unknown_resources(
    session: AsyncSession, held: HubSession, values: Mapping[str, Any]
) -> None:
    unknown = await unknown_among(session, held.partnership_id, values["resource_ids"])
    faults = [
        Fault(f"/resource_ids/{place}", "unknown_reference", "The resource bank has no such resource.")
        for place, resource_id in enumerate(values["resource_ids"])
        if resource_id in unknown
    ]
    if faults:
        raise Invalid(faults)


async def _tell(
    session: AsyncSession, held: HubSession, summary: SessionSummary, now: datetime, *, is_new: bool
) -> None:
    members = await members_on(session, held.partnership_id, held.hub_id, held.held_on)
    people = {member.student_id for member in members}
    if summary.pcf_domains:
        people |= {member.educator_id for member in members if member.educator_id is not None}
    about = About(MessageCode.SUMMARY_WRITTEN, hub_id=held.hub_id, session_id=held.id)
    if is_new:
        await send(session, held.partnership_id, people, about, now)
    message = SummaryWritten(
        session_id=held.id, hub_id=held.hub_id, pcf_domains=summary.pcf_domains, occurred_on=held.held_on
    )
    audience = {member.university_id for member in members} | {member.organisation_id for member in members}
    await publish(
        session, message, partnership_id=held.partnership_id, subject=held.id, audience=audience, now=now
    )
