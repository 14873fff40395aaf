"""CPD activities as they travel, and what the resources about them share."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from pydantic import Field

from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID
from services.educators.domain.cpd import ActivityKind, ActivityStatus
from shared.http.wire import Day, Instant, LongText, Name, Wire, absent, like, up_to

ActivityId = Annotated[UUID, Path(description="Our id of the CPD activity.")]

SESSION_EXAMPLE = {"starts_at": "2026-11-05T09:30:00Z", "ends_at": "2026-11-05T15:30:00Z"}
ACTIVITY_EXAMPLE: dict[str, Any] = {
    "organisation_id": SAMPLE_OTHER_ID,
    "kind": "reflective_programme",
    "level": 1,
    "title": "Critical reflection in supervision",
    "description": None,
    "open_to": None,
    "sessions": [SESSION_EXAMPLE],
    "hours": 5.5,
    "places": 20,
    "price_pence": 5000,
    "practice_education": True,
    "peer_reflection": True,
    "booking_closes_at": "2026-10-29T16:00:00Z",
    "replay_until_on": None,
}

Partners = Annotated[list[UUID], Field(min_length=1, max_length=300)]
Level = Annotated[int, Field(ge=1, le=3)]
Hours = Annotated[float, Field(gt=0, le=999, multiple_of=0.25)]
Places = Annotated[int, Field(ge=1, le=100_000)]
Pence = Annotated[int, Field(ge=0, le=10_000_000)]


class SessionShape(Wire):
    """One time at which people come together."""

    model_config = like(**SESSION_EXAMPLE)

    starts_at: Instant
    ends_at: Instant


Sessions = Annotated[list[SessionShape], Field(min_length=1, max_length=60)]


class ActivityFacts(Wire):
    """Something educators can learn from together."""

    model_config = like(**ACTIVITY_EXAMPLE)

    organisation_id: UUID
    """The organisation that holds it: an id of the placements service."""

    kind: ActivityKind
    level: Level | None = None
    """Of a reflective programme: 1, 2 or 3."""

    title: Name
    description: LongText | None = None
    open_to: Partners | None = None
    """The organisations whose educators may come, beside the host's own; null means all partners."""

    sessions: Sessions
    """In the order of time."""

    hours: Hours
    """Hours of learning, in quarters; what goes on the record of those who were there."""

    places: Places | None = None
    """Null means without limit, for online sessions only."""

    price_pence: Pence = 0
    """For one place; 0 is free."""

    practice_education: bool = True
    """Whether it counts as CPD about practice education, which currency needs."""

    peer_reflection: bool = False
    booking_closes_at: Instant | None = None
    """Null means when the first session begins."""

    replay_until_on: Day | None = None
    """The last day on which an online session can be watched again."""


class ActivityPatch(Wire):
    """What is to change about an activity."""

    model_config = like(places=24)

    organisation_id: UUID = absent()
    kind: ActivityKind = absent()
    level: Level | None = absent()
    title: Name = absent()
    description: LongText | None = absent()
    open_to: Partners | None = absent()
    sessions: Sessions = absent()
    hours: Hours = absent()
    places: Places | None = absent()
    price_pence: Pence = absent()
    practice_education: bool = absent()
    peer_reflection: bool = absent()
    booking_closes_at: Instant | None = absent()
    replay_until_on: Day | None = absent()


class ActivityView(ActivityFacts):
    """An activity as it stands."""

    model_config = like(
        id=SAMPLE_ID,
        **ACTIVITY_EXAMPLE,
        status="open",
        starts_at=SESSION_EXAMPLE["starts_at"],
        ends_at=SESSION_EXAMPLE["ends_at"],
        booked=20,
        waiting=3,
    )

    id: UUID
    status: ActivityStatus
    starts_at: Instant
    ends_at: Instant
    booked: int
    """Places taken."""

    waiting: int
    sessions: Annotated[list[SessionShape], up_to(60)]
    hours: float
