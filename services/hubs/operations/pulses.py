"""Pulses: asked for in week four, sealed like a reflection, and answered with kindness when energy is low."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.inbox import MessageCode
from services.hubs.domain.pulses import ASKED_IN_WEEK, runs_low, week_of
from services.hubs.domain.sealing import MasterKeys, WrappedKey, seal, unseal
from services.hubs.messages import EnergyLowNoticed
from services.hubs.models.memberships import Membership
from services.hubs.models.pulses import Pulse
from services.hubs.operations.authors import Author
from services.hubs.operations.inbox import About, send
from services.hubs.operations.reflection_keys import key_for
from services.hubs.operations.sealed import about_key, about_pulse
from services.hubs.queries.memberships import places_of
from services.hubs.queries.pulses import hold_to_ask, pulse_of
from shared.calendar import london_day
from shared.errors import Conflict
from shared.events.outbox import publish
from shared.ids import new_id


class NoPulseNow(Conflict):
    """The caller belongs to no hub now, or their placement has not begun."""

    def __init__(self) -> None:
        super().__init__("no_running_place", "Pulses are for members of a hub whose placement has begun.")


class AlreadyAnswered(Conflict):
    """The caller gave another number for this week."""

    def __init__(self) -> None:
        super().__init__("already_answered", "You have answered this week's pulse already.")


async def answer(
    session: AsyncSession, keys: MasterKeys, author: Author, energy: int, now: datetime
) -> Pulse:
    """Keep a student's energy (0 to 10) for this week of their placement, sealed. The same again changes nothing.

    Another number in the same week is refused: what was told is told. When it is low the student gets a supportive message,
    and placements hear that it is low, not how low.
    """
    student_id = author.must_be_student()
    today = london_day(now)
    membership, starts_on = await _place(session, author.tenant, student_id, today)
    key = await key_for(session, keys, author.tenant, student_id, now)
    data_key = keys.unwrap(WrappedKey(key.master_key_id, key.sealed), about_key(author.tenant, student_id))
    week = week_of(starts_on, today)
    earlier = await pulse_of(session, membership.placement_id, week)
    if earlier is not None:
        if opened(data_key, earlier) != energy:
            raise AlreadyAnswered
        return earlier
    pulse_id = new_id()
    pulse = Pulse(
        id=pulse_id,
        partnership_id=author.tenant,
        student_id=student_id,
        membership_id=membership.id,
        placement_id=membership.placement_id,
        week=week,
        sealed=seal(data_key, bytes([energy]), about_pulse(author.tenant, student_id, pulse_id)),
        created_at=now,
    )
    session.add(pulse)
    await session.flush()
    if runs_low(energy):
        await _support(session, membership, pulse, now)
    return pulse


def opened(data_key: bytes, pulse: Pulse) -> int:
    """The energy that a sealed pulse holds."""
    return unseal(data_key, pulse.sealed, about_pulse(pulse.partnership_id, pulse.student_id, pulse.id))[0]


async def ask(session: AsyncSession, now: datetime, at_most: int) -> int:
    """Ask members who are in week four of their placement; returns how many. Nobody is asked twice."""
    today = london_day(now)
    latest = today - timedelta(weeks=ASKED_IN_WEEK - 1)
    members = await hold_to_ask(session, latest - timedelta(days=6), latest, at_most)
    for member in members:
        about = About(MessageCode.PULSE_ASKED, hub_id=member.hub_id)
        await send(session, member.partnership_id, [member.student_id], about, now)
    return len(members)


async def _place(
    session: AsyncSession, tenant: UUID, student_id: UUID, today: date
) -> tuple[Membership, date]:
    places = await places_of(session, tenant, student_id)
    begun = next(((place, starts_on) for place, starts_on in places if starts_on <= today), None)
    if begun is None:
        raise NoPulseNow
    return begun


async def _support(session: AsyncSession, membership: Membership, pulse: Pulse, now: datetime) -> None:
    tenant, about = membership.partnership_id, About(MessageCode.ENERGY_SUPPORT, hub_id=membership.hub_id)
    await send(session, tenant, [membership.student_id], about, now)
    message = EnergyLowNoticed(
        pulse_id=pulse.id,
        placement_id=membership.placement_id,
        student_id=membership.student_id,
        hub_id=membership.hub_id,
        week=pulse.week,
        occurred_on=london_day(now),
    )
    await publish(session, message, partnership_id=tenant, subject=membership.placement_id, now=now)
