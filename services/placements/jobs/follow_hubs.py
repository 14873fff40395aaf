"""Following hubs: un-notified absences become signals."""

from services.placements.operations.heard import hear_of_absence
from shared.calendar import ENGLAND
from shared.clock import Clock
from shared.db import Database
from shared.events.inbox import Feed, Follower

ABSENCE = "hub_absence.noticed"


def follow_hubs(db: Database, to_hubs: Feed, clock: Clock) -> Follower:
    """The follower of hubs' change feed."""
    return Follower(
        "placements.hubs",
        to_hubs,
        db,
        lambda session, change: hear_of_absence(session, change, calendar=ENGLAND, now=clock.now()),
        types=(ABSENCE,),
    )
