"""Sessions that do not go as planned: moved to another day, cancelled, or led by somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.planning import CancelReason, begins_at
from services.hubs.messages import SessionCancelled, SessionCovered, SessionMoved
from services.hubs.models.hubs import Hub
from services.hubs.models.sessions import HubSession
from services.hubs.operations.authors import Author
from services.hubs.operations.sessions import rotate_presenters
from services.hubs.operations.versions import overwrite
from services.hubs.queries.hubs import closed_days
from services.hubs.queries.sessions import sessions_of
from shared.calendar import ENGLAND, london_day
from shared.errors import Conflict, Fault, Invalid, InvalidState
from shared.events.outbox import Message, publish


class HubClosed(Conflict):
    """The hub does not meet on that day."""

    def __init__(self, on: date) -> None:
        super().__init__(
            "hub_closed", f"{on.isoformat()} is a closed day for this hub.", held_on=on.isoformat()
        )


class Overtakes(Conflict):
    """The session would overtake another one, and kinds would no longer alternate."""

    def __init__(self, other_on: date) -> None:
        super().__init__(
            "session_overtakes",
            f"There is a session of this hub on {other_on.isoformat()}; sessions keep their order.",
            other_on=other_on.isoformat(),
        )


class LaterRecorded(Conflict):
    """A later session has its register, so its number and kind stand."""

    def __init__(self) -> None:
        super().__init__(
            "later_session_recorded", "A later session was held already; cancel without closing up the plan."
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A session and its hub, both locked by the caller."""

    session: HubSession
    hub: Hub


async def move(
    session: AsyncSession, author: Author, held: Held, to: date, starts_at: time | None, *, now: datetime
) -> None:
    """Hold a session on another open day, between the sessions before and after it; number, kind and presenter stay."""
    one, hub = held.session, held.hub
    author.must_lead(hub)
    _must_be_ahead(one)
    if to < london_day(now):
        raise Invalid([Fault("/held_on", "in_the_past", "The day is over.")])
    calendar = ENGLAND.with_closures(await closed_days(session, author.tenant, hub.id, to))
    if not calendar.is_working_day(to):
        raise HubClosed(to)
    for other in await _others(session, one):
        if (other.number < one.number) != (other.held_on < to):
            raise Overtakes(other.held_on)
    moved_from = (one.moved_from or one.held_on) if to != one.held_on else one.moved_from
    values = {"held_on": to, "begins_at": begins_at(to, starts_at or hub.starts_at), "moved_from": moved_from}
    if not overwrite(one, values, now):
        return
    await session.flush()
    await rotate_presenters(session, one.partnership_id, hub.id, now)
    await _tell(session, one, SessionMoved(session_id=one.id, hub_id=hub.id, held_on=to), now)


async def cancel(
    session: AsyncSession, author: Author, held: Held, reason: CancelReason, now: datetime, *, close_up: bool
) -> None:
    """Do not hold a session. With `close_up` the later ones take over number and kind, so that kinds go on alternating."""
    one, hub = held.session, held.hub
    author.must_lead(hub)
    _must_be_ahead(one)
    later = [other for other in await _others(session, one) if other.number > one.number]
    if close_up and any(other.recorded_at is not None for other in later):
        raise LaterRecorded
    values = {
        "cancelled_at": now,
        "cancel_reason": reason.value,
        "plan_closed_up": close_up,
        "presenter_membership_id": None,
    }
    overwrite(one, values, now)
    await session.flush()
    if close_up:
        await _close_up(session, one, later, now)
    await rotate_presenters(session, one.partnership_id, hub.id, now)
    message = SessionCancelled(session_id=one.id, hub_id=hub.id, held_on=one.held_on, reason=reason.value)
    await _tell(session, one, message, now)


async def cover(
    session: AsyncSession, author: Author, held: Held, person_id: UUID | None, now: datetime
) -> None:
    """Let somebody else lead this one session (None: the facilitator does after all). They see it and take its register."""
    one = held.session
    author.must_lead(held.hub)
    _must_be_ahead(one)
    if overwrite(one, {"covered_by_person_id": person_id}, now):
        await session.flush()
        message = SessionCovered(session_id=one.id, hub_id=one.hub_id, covered_by_person_id=person_id)
        await _tell(session, one, message, now)


def _must_be_ahead(one: HubSession) -> None:
    if one.cancelled_at is not None:
        raise InvalidState("session", "cancelled", [])
    if one.recorded_at is not None:
        raise InvalidState("session", "recorded", [])


async def _others(session: AsyncSession, one: HubSession) -> Sequence[HubSession]:
    every = await sessions_of(session, one.partnership_id, one.hub_id)
    return [other for other in every if other.id != one.id and other.cancelled_at is None]


async def _close_up(
    session: AsyncSession, one: HubSession, later: Sequence[HubSession], now: datetime
) -> None:
    number, kind = one.number, one.kind
    for other in later:
        own = other.number, other.kind
        overwrite(other, {"number": number, "kind": kind}, now)
        # One by one: each number must be free before the next session takes it.
        await session.flush()
        number, kind = own


async def _tell(session: AsyncSession, one: HubSession, message: Message, now: datetime) -> None:
    await publish(session, message, partnership_id=one.partnership_id, subject=one.id, now=now)
