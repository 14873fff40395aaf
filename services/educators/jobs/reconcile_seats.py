"""Seats whose placement never became confirmed are given back, after asking the placements service how it stands.

A confirmation holds the seat first and confirms the placement then. When the placements service falls in between and nobody
repeats the confirmation, the seat would be held for ever. So a seat of which nothing was heard for fifteen minutes is asked
about: it is kept when its placement goes ahead, and given back when that is still proposed, is over, or is not there. A
confirmation that comes later holds a seat again by its own call.
"""

from uuid import UUID

import structlog

from services.educators.clients.placements import Placements
from services.educators.domain.seats import NEVER_CONFIRMED_AFTER
from services.educators.operations.seats import reconcile_seat
from services.educators.queries.seats import Unconfirmed, unconfirmed_seats
from shared.clock import Clock
from shared.db import Database
from shared.errors import Unavailable
from shared.logs import kind_of

log = structlog.get_logger()

AT_ONCE = 100
"""Seats looked up in one statement."""

_START = UUID(int=0)


async def reconcile_seats(
    db: Database, placements: Placements, clock: Clock, *, at_once: int = AT_ONCE
) -> None:
    """Ask about every seat that is in doubt. Any number of workers may do so at once.

    While the placements service does not answer nothing is given back. A seat that cannot be settled is logged, and does
    not keep the others from being settled.
    """
    before = clock.now() - NEVER_CONFIRMED_AFTER
    after = _START
    more = True
    while more:
        async with db.read() as connection:
            doubted = await unconfirmed_seats(connection, before, after, at_once)
        for seat in doubted:
            await _settle(db, placements, clock, seat)
            after = seat.id
        more = len(doubted) == at_once


async def _settle(db: Database, placements: Placements, clock: Clock, seat: Unconfirmed) -> None:
    try:
        status = await placements.status_of(seat.partnership_id, seat.placement_id)
        async with db.begin() as session:
            await reconcile_seat(session, seat, status, clock.now())
    except Unavailable:
        raise
    except Exception as error:
        if not await db.answers():
            raise
        log.error("seat_cannot_be_settled", placement_id=str(seat.placement_id), error=kind_of(error))
