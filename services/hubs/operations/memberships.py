"""Places in hubs: given by hand, and ended. Whoever gives a place holds the lock of the partnership's memberships."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.allocation.words import by_hand
from services.hubs.domain.hubs import RUNNING, Scheme, member_kind
from services.hubs.messages import MembershipCreated, MembershipEnded
from services.hubs.models.candidates import Candidate
from services.hubs.models.hubs import Hub
from services.hubs.models.memberships import Membership
from services.hubs.operations.authors import Author
from services.hubs.operations.sessions import rotate_presenters
from services.hubs.operations.versions import overwrite
from services.hubs.queries.candidates import hold_candidate
from services.hubs.queries.hubs import hold_hub, hold_memberships
from services.hubs.queries.memberships import count_current
from shared.calendar import london_day
from shared.errors import Conflict, Fault, Invalid, InvalidState, NotFound
from shared.events.outbox import publish
from shared.ids import new_id


class HubFull(Conflict):
    """The hub has as many members as it may ever have."""

    def __init__(self, members: int) -> None:
        super().__init__("hub_full", f"The hub has {members} members and takes no more.", members=members)


class OutsideScheme(Conflict):
    """The hub is for people on other placements."""

    def __init__(self) -> None:
        super().__init__(
            "outside_scheme",
            "The hub does not take this placement. Change what it takes, or choose another hub.",
        )


class PlacementNotRunning(Conflict):
    """The placement is over or was cancelled."""

    def __init__(self, status: str) -> None:
        super().__init__(
            "placement_not_running", f"The placement is {status}; its student needs no hub.", status=status
        )


async def join(
    session: AsyncSession, author: Author, hub_id: UUID, placement_id: UUID, now: datetime
) -> Membership:
    """Give a candidate a place in a hub by hand. Refused when the hub is full or the placement is over.

    Who already has a hub is refused by the database (`one_hub_at_a_time`).
    """
    author.must_arrange()
    await hold_memberships(session, author.tenant)
    # First the candidate, then the hub: news of a placement that ends locks in this order too.
    candidate = await hold_candidate(session, author.tenant, placement_id)
    hub = await hold_hub(session, author.tenant, hub_id)
    if hub is None:
        raise NotFound("hub")
    if candidate is None:
        words = "This is no confirmed placement that hubs have heard of."
        raise Invalid([Fault("/placement_id", "unknown_reference", words)])
    scheme = Scheme(frozenset(hub.takes), hub.statutory_only)
    if not scheme.includes(candidate.placement_level, is_statutory=candidate.is_statutory):
        raise OutsideScheme
    members = await count_current(session, author.tenant, hub.id)
    if members >= hub.capacity_hard:
        raise HubFull(members)
    if candidate.status not in RUNNING:
        raise PlacementNotRunning(candidate.status)
    membership = await enter(session, hub, candidate, by_hand(), now)
    await rotate_presenters(session, author.tenant, hub.id, now)
    return membership


async def enter(
    session: AsyncSession, hub: Hub, candidate: Candidate, why: Mapping[str, Any], now: datetime
) -> Membership:
    """Write a place down. The caller holds the memberships' lock and has counted; it rotates the presenters afterwards."""
    membership = Membership(
        id=new_id(),
        partnership_id=hub.partnership_id,
        hub_id=hub.id,
        placement_id=candidate.placement_id,
        student_id=candidate.student_id,
        university_id=candidate.university_id,
        organisation_id=candidate.organisation_id,
        educator_id=candidate.educator_id,
        tutor_person_id=candidate.tutor_person_id,
        programme_id=candidate.programme_id,
        member_kind=member_kind(candidate.placement_level).value,
        joined_on=max(london_day(now), candidate.starts_on, hub.starts_on),
        why=dict(why),
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(membership)
    overwrite(candidate, {"why": dict(why)}, now)
    await session.flush()
    message = MembershipCreated(
        membership_id=membership.id,
        hub_id=hub.id,
        placement_id=membership.placement_id,
        student_id=membership.student_id,
        joined_on=membership.joined_on,
    )
    await _publish(session, membership, message, now)
    return membership


async def end(
    session: AsyncSession, membership: Membership, last_on: date, reason: str, now: datetime
) -> None:
    """End a place that is held after its last day in the hub, and share its turns among the others.

    One that ends before it began is kept with the day before joining as its end. `reason` is a code.
    """
    if membership.ended_on is not None:
        raise InvalidState("membership", "ended", [])
    ended_on = max(last_on, membership.joined_on - timedelta(days=1))
    overwrite(membership, {"ended_on": ended_on, "end_reason": reason}, now)
    await session.flush()
    message = MembershipEnded(
        membership_id=membership.id,
        hub_id=membership.hub_id,
        placement_id=membership.placement_id,
        student_id=membership.student_id,
        ended_on=ended_on,
        reason=reason,
    )
    await _publish(session, membership, message, now)
    await rotate_presenters(session, membership.partnership_id, membership.hub_id, now)


async def _publish(
    session: AsyncSession,
    membership: Membership,
    message: MembershipCreated | MembershipEnded,
    now: datetime,
) -> None:
    await publish(
        session,
        message,
        partnership_id=membership.partnership_id,
        subject=membership.id,
        audience={membership.university_id, membership.organisation_id},
        now=now,
    )
