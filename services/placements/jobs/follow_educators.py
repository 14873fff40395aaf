"""Following educators: currency that runs out during a placement becomes a signal."""

from services.placements.operations.heard import hear_of_currency
from shared.calendar import ENGLAND
from shared.clock import Clock
from shared.db import Database
from shared.events.inbox import Feed, Follower

CURRENCY = "educator.currency_changed"


def follow_educators(db: Database, to_educators: Feed, clock: Clock) -> Follower:
    """The follower of the educators' change feed."""
    return Follower(
        "placements.educators",
        to_educators,
        db,
        lambda session, change: hear_of_currency(session, change, calendar=ENGLAND, now=clock.now()),
        types=(CURRENCY,),
    )
