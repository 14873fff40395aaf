"""Following placements: confirmed placements become candidates for a hub; those that end leave it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.hubs.clients.placements import Placements
from services.hubs.domain.placements import PlacementFacts, StudentFacts
from services.hubs.operations.candidates import enrol, follow, rename
from services.hubs.queries.candidates import is_candidate
from services.hubs.wiring import Wiring
from shared.clock import Clock
from shared.db import Database
from shared.events.change import Change
from shared.events.inbox import Follower

CONFIRMED = "placement.confirmed"
STUDENT = "student.changed"
TYPES = (
    CONFIRMED,
    "placement.started",
    "placement.paused",
    "placement.resumed",
    "placement.suspended",
    "placement.completed",
    "placement.ended_early",
    "placement.cancelled",
    "placement.changed",
    STUDENT,
)
"""What hubs want to know of placements."""

Facts = PlacementFacts | StudentFacts | None


class PlacementNews:
    """What placements' news means here. What it must ask, it asks before the transaction."""

    def __init__(self, db: Database, clock: Clock, placements: Placements) -> None:
        self._db = db
        self._clock = clock
        self._placements = placements

    async def prepare(self, change: Change) -> Facts:
        """Ask placements for what the event does not say: names, the setting's place, weekdays."""
        if change.type == CONFIRMED:
            asked = await self._placements.placement(change.partnership_id, change.subject_id)
            return asked or _from_event(change.data)
        if change.type == STUDENT:
            async with self._db.read() as connection:
                known = await is_candidate(connection, change.partnership_id, change.subject_id)
            return await self._placements.student(change.partnership_id, change.subject_id) if known else None
        return None

    async def handle(self, session: Any, change: Change, facts: Facts) -> None:
        """Let the event take effect. Repeated or late news changes nothing."""
        now = self._clock.now()
        if isinstance(facts, PlacementFacts):
            await enrol(session, change.partnership_id, facts, now)
        elif isinstance(facts, StudentFacts):
            await rename(session, change.partnership_id, facts, now)
        elif change.type not in (CONFIRMED, STUDENT):
            await follow(
                session,
                change.partnership_id,
                change.subject_id,
                _news(change.data),
                occurred_on=date.fromisoformat(change.data["occurred_on"]),
                now=now,
            )


def placements_follower(parts: Wiring, *, wait: float = 20.0) -> Follower:
    """The follower of placements' feed; `wait` is how long one question waits for news, in seconds."""
    news = PlacementNews(parts.db, parts.clock, parts.placements)
    return Follower(
        "hubs.placements",
        parts.to_placements,
        parts.db,
        news.handle,
        prepare=news.prepare,
        types=TYPES,
        wait=wait,
    )


def _news(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "status": data["status"],
        "educator_id": _id(data.get("educator_id")),
        "starts_on": date.fromisoformat(data["starts_on"]),
        "ends_on": date.fromisoformat(data["ends_on"]),
    }


def _from_event(data: Mapping[str, Any]) -> PlacementFacts:
    return PlacementFacts(
        placement_id=UUID(data["placement_id"]),
        student_id=UUID(data["student_id"]),
        university_id=UUID(data["university_id"]),
        organisation_id=UUID(data["organisation_id"]),
        setting_id=UUID(data["setting_id"]),
        educator_id=_id(data.get("educator_id")),
        placement_level=data["placement_level"],
        is_statutory=data["is_statutory"],
        status=data["status"],
        starts_on=date.fromisoformat(data["starts_on"]),
        ends_on=date.fromisoformat(data["ends_on"]),
    )


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
