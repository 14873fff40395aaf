"""Following educators: currency that runs out during a placement becomes a signal, and times away are kept for one."""

from services.placements.operations.educator_absences import hear_of_absence
from services.placements.operations.heard import hear_of_currency
from shared.calendar import ENGLAND
from shared.clock import Clock
from shared.db import Database, Session
from shared.events.change import Change
from shared.events.inbox import Feed, Follower

CURRENCY = "educator.currency_changed"
AWAY = ("educator.became_unavailable", "educator.unavailability_changed")


def follow_educators(db: Database, to_educators: Feed, clock: Clock) -> Follower:
    """The follower of the educators' change feed."""

    async def hear(session: Session, change: Change) -> None:
        if change.type == CURRENCY:
            await hear_of_currency(session, change, calendar=ENGLAND, now=clock.now())
        else:
            await hear_of_absence(session, change)

    return Follower("placements.educators", to_educators, db, hear, types=(CURRENCY, *AWAY))
