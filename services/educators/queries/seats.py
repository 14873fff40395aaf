"""Seats: those that are held, and the lock that keeps their number true."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.educators.domain.seats import Hold
from services.educators.models.seats import Seat
from services.educators.queries.visibility import SEATS

ONE = select(
    Seat.placement_id,
    Seat.educator_id,
    Seat.starts_on,
    Seat.ends_on,
    Seat.held_at,
    Seat.released_at,
    Seat.version,
).where(SEATS, Seat.placement_id == bindparam("p_placement"))
"""The seat of one placement, held or released."""

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


_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")


async def hold_seats_of(session: AsyncSession, *keys: UUID) -> None:
    """Nobody else counts or changes the seats of these educators (or of this placement) until the transaction ends."""
    for key in sorted(keys):
        await session.execute(_LOCK, {"key": str(key)})


async def hold_seat_of(session: AsyncSession, partnership_id: UUID, placement_id: UUID) -> Seat | None:
    """The placement's seat as it is now, if it ever had one. Take the placement's lock first."""
    statement = select(Seat).where(Seat.partnership_id == partnership_id, Seat.placement_id == placement_id)
    return (await session.execute(statement.with_for_update())).scalar_one_or_none()
