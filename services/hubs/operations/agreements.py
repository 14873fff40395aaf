"""Group agreements: made by the facilitator, in versions, and accepted by each member."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.inbox import MessageCode
from services.hubs.messages import AgreementMade
from services.hubs.models.agreements import Agreement, AgreementAcceptance
from services.hubs.models.hubs import Hub
from services.hubs.operations.authors import Author
from services.hubs.operations.inbox import About, send
from services.hubs.queries.agreements import last_number
from services.hubs.queries.hubs import hold_hub
from services.hubs.queries.memberships import current_members, member_now
from shared.errors import Conflict, Forbidden
from shared.events.outbox import publish
from shared.ids import new_id


class AgreementReplaced(Conflict):
    """The hub has a newer agreement, or the facilitator's part has changed since."""

    def __init__(self) -> None:
        super().__init__("agreement_replaced", "This agreement does not stand any more. Read the newest one.")


async def make(
    session: AsyncSession, author: Author, hub: Hub, values: Mapping[str, Any], now: datetime
) -> Agreement:
    """Make the next version of a held hub's agreement, and ask its members to accept it.

    Holding the hub makes the numbers follow one another. Whether the facilitator assesses members is the hub's to say.
    """
    author.must_lead(hub)
    agreement = Agreement(
        id=new_id(),
        partnership_id=hub.partnership_id,
        hub_id=hub.id,
        number=await last_number(session, hub.partnership_id, hub.id) + 1,
        facilitator_assesses=hub.facilitator_assesses_members,
        created_at=now,
        **values,
    )
    session.add(agreement)
    await session.flush()
    members = await current_members(session, hub.partnership_id, [hub.id])
    people, about = (
        [member.student_id for member in members],
        About(MessageCode.AGREEMENT_TO_ACCEPT, hub_id=hub.id),
    )
    await send(session, hub.partnership_id, people, about, now)
    message = AgreementMade(
        agreement_id=agreement.id,
        hub_id=hub.id,
        number=agreement.number,
        facilitator_assesses=agreement.facilitator_assesses,
    )
    audience = {member.university_id for member in members}
    await publish(
        session, message, partnership_id=hub.partnership_id, subject=agreement.id, audience=audience, now=now
    )
    return agreement


async def accept(session: AsyncSession, author: Author, agreement: Agreement, now: datetime) -> None:
    """Note that the caller, a member now, accepts the agreement that stands. A second time changes nothing."""
    hub = await hold_hub(session, agreement.partnership_id, agreement.hub_id)
    member = await member_now(session, author.tenant, agreement.hub_id, author.person_id)
    if hub is None or member is None:
        raise Forbidden("not_a_member", "An agreement is accepted by those who belong to the hub now.")
    newest = await last_number(session, author.tenant, agreement.hub_id)
    same_part = agreement.facilitator_assesses == hub.facilitator_assesses_members
    if agreement.number != newest or not same_part:
        raise AgreementReplaced
    row = {
        "id": new_id(),
        "partnership_id": author.tenant,
        "agreement_id": agreement.id,
        "membership_id": member.id,
        "accepted_at": now,
    }
    await session.execute(insert(AgreementAcceptance).values(row).on_conflict_do_nothing())
