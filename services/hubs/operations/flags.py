"""Flags: a facilitator says that a placement needs somebody, and nothing of what was said in the hub."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.flags import FlagAbout
from services.hubs.domain.hubs import MemberKind
from services.hubs.messages import HubFlagRaised
from services.hubs.models.flags import HubFlag
from services.hubs.models.hubs import Hub
from services.hubs.operations.authors import Author
from services.hubs.queries.memberships import hold_membership
from shared.errors import Conflict, Fault, Invalid
from shared.events.outbox import publish
from shared.ids import new_id


class NoPlacement(Conflict):
    """A newly qualified member has no placement that a flag could be about."""

    def __init__(self) -> None:
        super().__init__(
            "no_placement", "This member is on no placement; speak to the employer's ASYE coordinator."
        )


async def raise_flag(
    session: AsyncSession,
    author: Author,
    hub: Hub,
    membership_id: UUID,
    about: FlagAbout,
    *,
    is_urgent: bool,
    now: datetime,
) -> HubFlag:
    """Flag a member's placement. The placements service hears of it and its policy says what follows.

    The event is for the partnership's own services only: whom a flag may reach depends on what it is about.
    """
    author.must_lead(hub)
    membership = await hold_membership(session, author.tenant, membership_id)
    if membership is None or membership.hub_id != hub.id:
        raise Invalid([Fault("/membership_id", "unknown_reference", "The hub has no such member.")])
    if membership.member_kind != MemberKind.STUDENT:
        raise NoPlacement
    flag = HubFlag(
        id=new_id(),
        partnership_id=author.tenant,
        hub_id=hub.id,
        membership_id=membership.id,
        placement_id=membership.placement_id,
        student_id=membership.student_id,
        about=about.value,
        is_urgent=is_urgent,
        raised_by=author.subject,
        created_at=now,
    )
    session.add(flag)
    await session.flush()
    await publish(session, _news(flag), partnership_id=author.tenant, subject=flag.placement_id, now=now)
    return flag


def _news(flag: HubFlag) -> HubFlagRaised:
    return HubFlagRaised(
        flag_id=flag.id,
        placement_id=flag.placement_id,
        student_id=flag.student_id,
        hub_id=flag.hub_id,
        about=flag.about,
        is_urgent=flag.is_urgent,
    )
