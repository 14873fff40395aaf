"""Following placements: confirmed placements become candidates for a hub, those that end leave it; where students went."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.hubs.clients.placements import Placements
from services.hubs.domain.placements import DestinationFacts, PlacementFacts, StudentFacts
from services.hubs.operations.candidates import enrol, follow, note_destination, rename
from services.hubs.queries.candidates import is_candidate
from services.hubs.wiring import Wiring
from shared.clock import Clock
from shared.db import Database
from shared.events.change import Change
from shared.events.inbox import Follower

CONFIRMED = "placement.confirmed"
STUDENT = "student.changed"
DESTINATION = "destination.recorded"
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
    DESTINATION,
)
"""What hubs want to know of placements."""

OF_STUDENTS = (STUDENT, DESTINATION)
"""News of a student, who may have no placement that hubs know."""

Facts = PlacementFacts | StudentFacts | DestinationFacts | None


class PlacementNews:
    """What placements' news means here. What it must ask, it asks before the transaction."""

    def __init__(self, db: Database, clock: Clock, placements: Placements) -> None:
        self._db = db
        self._clock = clock
        self._placements = placements

    async def prepare(self, change: Change) -> Facts:
        """Ask placements for what the event does not say: names, the setting's place, weekdays, where a student went."""
        if change.type == CONFIRMED:
            asked = await self._placements.placement(change.partnership_id, change.subject_id)
            return asked or _from_event(change.data)
        if change.type not in OF_STUDENTS:
            return None
        async with self._db.read() as connection:
            if not await is_candidate(connection, change.partnership_id, change.subject_id):
                return None
        ask = self._placements.student if change.type == STUDENT else self._placements.destination
        return await ask(change.partnership_id, change.subject_id)

    async def handle(self, session: Any, change: Change, facts: Facts) -> None:
        """Let the event take effect. Repeated or late news changes nothing."""
        now = self._clock.now()
        if isinstance(facts, PlacementFacts):
            await enrol(session, change.partnership_id, facts, now)
        elif isinstance(facts, StudentFacts):
            await rename(session, change.partnership_id, facts, now)
        elif isinstance(facts, DestinationFacts):
            await note_destination(session, change.partnership_id, facts, now)
        elif change.type not in (CONFIRMED, *OF_STUDENTS):
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
