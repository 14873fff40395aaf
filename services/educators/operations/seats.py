"""Seats: held for a placement's days, given back, and never more of them than an educator has."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import Employment, Mode
from services.educators.domain.seats import GOES_AHEAD, Hold, expect_free_seat, newly_taken
from services.educators.messages import SeatHeld, SeatReleased
from services.educators.models.educators import Educator
from services.educators.models.seats import Seat
from services.educators.operations.authors import Author
from services.educators.queries.educators import hold_educator
from services.educators.queries.rule_parameters import parameters_on
from services.educators.queries.seats import Unconfirmed, held_seats, hold_seat_of, hold_seats_of
from shared.errors import NotFound
from shared.events.outbox import publish
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class SeatWanted:
    """Which placement wants a seat with whom, from its first to its last day."""

    placement_id: UUID
    educator_id: UUID
    starts_on: date
    ends_on: date


async def hold_seat(
    session: AsyncSession, author: Author, wanted: SeatWanted, now: datetime
) -> tuple[Seat, bool]:
    """Hold one of the educator's seats for a placement; returns the seat and whether it is newly held.

    Holding it again for the same days changes nothing that is shown; for other days or another educator it moves, and stays
    where it was when that is refused. Raises `EducatorFull`. Locks the placement, then the educators: whoever counts these
    seats waits.
    """
    await hold_seats_of(session, wanted.placement_id)
    seat = await hold_seat_of(session, author.tenant, wanted.placement_id)
    if seat is not None and _is_as_wanted(seat, wanted):
        seat.asked_at = now if seat.confirmed_at is None else seat.asked_at
        return seat, False
    await hold_seats_of(session, *({wanted.educator_id} | ({seat.educator_id} if seat else set())))
    educator = await hold_educator(session, author.tenant, wanted.educator_id)
    author.expect_may_write(educator)
    await _expect_room(session, educator, seat, wanted)
    newly = seat is None or seat.released_at is not None
    if seat is not None and not newly and seat.educator_id != wanted.educator_id:
        await _tell_released(session, seat, educator.organisation_id, now)
    seat = _take(session, author, seat, wanted, now)
    await session.flush()
    held = SeatHeld(
        placement_id=seat.placement_id,
        educator_id=seat.educator_id,
        starts_on=seat.starts_on,
        ends_on=seat.ends_on,
    )
    await publish(
        session,
        held,
        partnership_id=author.tenant,
        subject=seat.placement_id,
        audience=[educator.organisation_id],
        now=now,
    )
    return seat, newly


async def release_seat(session: AsyncSession, author: Author, placement_id: UUID, now: datetime) -> Seat:
    """Give the placement's seat back; giving it back again changes nothing. Refused when it never had one."""
    seat = await give_back(session, author, placement_id, now)
    if seat is None:
        raise NotFound("seat")
    return seat


async def give_back(session: AsyncSession, author: Author, placement_id: UUID, now: datetime) -> Seat | None:
    """Release the placement's seat if it has one."""
    await hold_seats_of(session, placement_id)
    seat = await hold_seat_of(session, author.tenant, placement_id)
    if seat is None or seat.released_at is not None:
        return seat
    await hold_seats_of(session, seat.educator_id)
    educator = await hold_educator(session, author.tenant, seat.educator_id)
    author.expect_may_write(educator)
    seat.released_at = now
    seat.updated_at = now
    seat.version += 1
    await session.flush()
    await _tell_released(session, seat, educator.organisation_id, now)
    return seat


async def confirm_seat(
    session: AsyncSession, partnership_id: UUID, placement_id: UUID, now: datetime
) -> None:
    """It is known that the placement goes ahead: its seat, if it holds one, is not doubted any more."""
    await hold_seats_of(session, placement_id)
    seat = await hold_seat_of(session, partnership_id, placement_id)
    if seat is None or seat.released_at is not None or seat.confirmed_at is not None:
        return
    seat.confirmed_at = now
    seat.updated_at = now
    seat.version += 1


async def reconcile_seat(
    session: AsyncSession, doubted: Unconfirmed, status: str | None, now: datetime
) -> None:
    """Keep the seat when its placement, as the placements service has it, goes ahead; give it back when it does not.

    `status` was asked after the seat was found unconfirmed. A seat that was asked for again since then is left alone: its
    confirmation may be on the way.
    """
    if status in GOES_AHEAD:
        await confirm_seat(session, doubted.partnership_id, doubted.placement_id, now)
        return
    await hold_seats_of(session, doubted.placement_id)
    seat = await hold_seat_of(session, doubted.partnership_id, doubted.placement_id)
    if seat is None or seat.confirmed_at is not None or (seat.asked_at or seat.held_at) != doubted.asked_at:
        return
    nobody = Author(doubted.partnership_id, None, wide=True)
    await give_back(session, nobody, doubted.placement_id, now)


def _is_as_wanted(seat: Seat, wanted: SeatWanted) -> bool:
    days = (seat.starts_on, seat.ends_on)
    held = seat.released_at is None and seat.educator_id == wanted.educator_id
    return held and days == (wanted.starts_on, wanted.ends_on)


async def _expect_room(
    session: AsyncSession, educator: Educator, seat: Seat | None, wanted: SeatWanted
) -> None:
    """Days that the placement holds with this educator already are its own, also where the educator now has fewer seats.

    How many seats there are is said by the parameters of the first day, as it is when the placement is judged.
    """
    own = seat if seat and seat.released_at is None and seat.educator_id == educator.id else None
    parameters = await parameters_on(session, educator.partnership_id, wanted.starts_on)
    most = parameters.seats(educator.max_concurrent, Mode(educator.mode), Employment(educator.employment))
    first, last = wanted.starts_on, wanted.ends_on
    held = await held_seats(session, [educator.id], first, last, but=wanted.placement_id)
    for more in newly_taken(Hold(own.starts_on, own.ends_on) if own else None, Hold(first, last)):
        expect_free_seat(held.get(educator.id, ()), more, most)


def _take(
    session: AsyncSession, author: Author, seat: Seat | None, wanted: SeatWanted, now: datetime
) -> Seat:
    if seat is None:
        seat = Seat(
            id=new_id(),
            partnership_id=author.tenant,
            placement_id=wanted.placement_id,
            version=0,
            created_at=now,
        )
        session.add(seat)
    if seat.released_at is not None:
        seat.confirmed_at = None
    seat.educator_id = wanted.educator_id
    seat.starts_on = wanted.starts_on
    seat.ends_on = wanted.ends_on
    seat.held_at = now
    seat.asked_at = now
    seat.released_at = None
    seat.updated_at = now
    seat.version += 1
    return seat


async def _tell_released(session: AsyncSession, seat: Seat, organisation_id: UUID, now: datetime) -> None:
    await publish(
        session,
        SeatReleased(placement_id=seat.placement_id, educator_id=seat.educator_id),
        partnership_id=seat.partnership_id,
        subject=seat.placement_id,
        audience=[organisation_id],
        now=now,
    )
