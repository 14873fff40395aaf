"""News of placements becomes evidence: the placements service's feed is followed, each change taken in once."""

from functools import partial

from services.educators.operations.placement_changes import TYPES, take_in
from shared.clock import Clock
from shared.db import Database
from shared.events.inbox import Feed, Follower

NAME = "educators.placements"
"""Under this name the cursor and the inbox are kept."""


def follower(db: Database, sister: Feed, clock: Clock) -> Follower:
    """The follower of the placements service's feed."""
    return Follower(NAME, sister, db, partial(take_in, clock=clock), types=TYPES)
