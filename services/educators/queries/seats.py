"""Seats: those that are held, and the lock that keeps their number true."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Date, Integer, Uuid, and_, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.educators.domain.codes import Employment, Mode
from services.educators.domain.seats import Hold
from services.educators.models.educators import Educator
from services.educators.models.seats import Seat
from services.educators.queries.rule_parameters import parameters_on
from services.educators.queries.visibility import EDUCATORS, SEATS
from shared.http.lists import Filtered, equal

_asked_at = func.coalesce(Seat.asked_at, Seat.held_at)
_SHOWN = (
    Seat.placement_id,
    Seat.educator_id,
    Seat.starts_on,
    Seat.ends_on,
    Seat.held_at,
    Seat.confirmed_at,
    Seat.released_at,
)

ONE = select(*_SHOWN, Seat.version).where(SEATS, Seat.placement_id == bindparam("p_placement"))
"""The seat of one placement, held or released."""

_ON = bindparam("on", type_=Date())
LIST = Filtered(
    select(Seat.id, *_SHOWN).where(SEATS),
    Seat.id,
    **equal(Seat.educator_id),
    on=and_(Seat.released_at.is_(None), Seat.starts_on <= _ON, Seat.ends_on >= _ON),
)
"""Seats, in the order they were first held; those that are held on a day."""

_UNCONFIRMED = (
    select(Seat.id, Seat.partnership_id, Seat.placement_id, _asked_at.label("asked_at"))
    .where(
        Seat.released_at.is_(None),
        Seat.confirmed_at.is_(None),
        Seat.held_at < bindparam("before"),
        _asked_at < bindparam("before"),
        Seat.id > bindparam("p_after"),
    )
    .order_by(Seat.id)
    .limit(bindparam("p_limit", type_=Integer()))
)

_HELD = select(Seat.educator_id, Seat.starts_on, Seat.ends_on).where(
    Seat.educator_id == func.any(bindparam("ids", type_=ARRAY(Uuid()))),
    Seat.released_at.is_(None),
    Seat.starts_on <= bindparam("until"),
    Seat.ends_on >= bindparam("since"),
    Seat.placement_id.is_distinct_from(bindparam("p_except", type_=Uuid())),
)


async def held_seats(
    connection: AsyncConnection | AsyncSession,
    ids: Collection[UUID],
    since: date,
    until: date,
    *,
    but: UUID | None = None,
) -> dict[UUID, list[Hold]]:
    """For each educator the seats held on any of the days; `but` is a placement whose own seat does not count."""
    held: dict[UUID, list[Hold]] = defaultdict(list)
    binds = {"ids": list(ids), "since": since, "until": until, "p_except": but}
    for row in await connection.execute(_HELD, binds):
        held[row.educator_id].append(Hold(row.starts_on, row.ends_on))
    return held


_CAPACITY = select(Educator.max_concurrent, Educator.mode, Educator.employment).where(
    EDUCATORS, Educator.id == bindparam("p_educator")
)


async def seats_of(connection: AsyncConnection, partnership_id: UUID, educator_id: UUID, day: date) -> int:
    """How many students the educator may have at once, by their own number or what is usual on the day."""
    parameters = await parameters_on(connection, partnership_id, day)
    binds = {"p_partnership": partnership_id, "p_educator": educator_id}
    own, mode, employment = (await connection.execute(_CAPACITY, binds)).one()
    return parameters.seats(own, Mode(mode), Employment(employment))


class Unconfirmed(NamedTuple):
    """A seat of which nobody knows yet whether its placement goes ahead, and when it was last asked for."""

    id: UUID
    partnership_id: UUID
    placement_id: UUID
    asked_at: datetime


async def unconfirmed_seats(
    connection: AsyncConnection, before: datetime, after: UUID, limit: int
) -> list[Unconfirmed]:
    """Some of the seats that were last asked for before an instant and whose placement never became confirmed."""
    binds = {"before": before, "p_after": after, "p_limit": limit}
    return [Unconfirmed(*row) for row in await connection.execute(_UNCONFIRMED, binds)]


_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")


async def hold_seats_of(session: AsyncSession, *keys: UUID) -> None:
    """Nobody else counts or changes the seats of these educators (or of this placement) until the transaction ends."""
    for key in sorted(keys):
        await session.execute(_LOCK, {"key": str(key)})


async def hold_seat_of(session: AsyncSession, partnership_id: UUID, placement_id: UUID) -> Seat | None:
    """The placement's seat as it is now, if it ever had one. Take the placement's lock first."""
    statement = select(Seat).where(Seat.partnership_id == partnership_id, Seat.placement_id == placement_id)
    return (await session.execute(statement.with_for_update())).scalar_one_or_none()
