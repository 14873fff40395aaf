"""Following hubs: un-notified absences, low attendance, low energy and facilitators' flags become signals."""

from typing import Any

from services.placements.operations.heard import (
    hear_of_absence,
    hear_of_attendance,
    hear_of_flag,
    hear_of_low_energy,
)
from shared.calendar import ENGLAND
from shared.clock import Clock
from shared.db import Database
from shared.events.change import Change
from shared.events.inbox import Feed, Follower

HEARD = {
    "hub_absence.noticed": hear_of_absence,
    "hub_attendance.counted": hear_of_attendance,
    "hub_flag.raised": hear_of_flag,
    "energy_low.noticed": hear_of_low_energy,
}
"""What placements wants to know of hubs, and what it means here."""


def follow_hubs(db: Database, to_hubs: Feed, clock: Clock) -> Follower:
    """The follower of hubs' change feed."""

    async def hear(session: Any, change: Change) -> None:
        await HEARD[change.type](session, change, calendar=ENGLAND, now=clock.now())

    return Follower("placements.hubs", to_hubs, db, hear, types=tuple(HEARD))
