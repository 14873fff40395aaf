"""How a placement stands, for those around it; and the student's own view of everything about them."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.placements.api.deps import ConcernReader, Wired
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.vocabulary import (
    ConcernAbout,
    ConcernLevel,
    ConcernStatus,
    PlacementStatus,
    Severity,
)
from services.placements.queries.health import Health, Open, health_of, own_health
from services.placements.queries.visibility import reader
from shared.errors import Forbidden
from shared.http.wire import Instant, Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["concerns"])

_HEALTH: dict[str, Any] = {
    "placement_id": SAMPLE_ID,
    "status": "active",
    "points": 4,
    "opens_at": 3,
    "signals": [
        {
            "rule": "supervision_gap",
            "what": "No supervision for too long (red).",
            "severity": "red",
            "points": 3,
            "since": "2026-10-12T09:00:00Z",
            "until": "2026-11-09T17:00:00Z",
            "case_number": "PC-2026-000123",
        }
    ],
    "concerns": [
        {
            "id": SAMPLE_ID,
            "case_number": "PC-2026-000123",
            "about": "practice_education",
            "level": "early_conversation",
            "status": "open",
            "means": "You and your practice educator or tutor talk soon about what would help.",
            "held_until": None,
        }
    ],
    "due": [
        {
            "what": "Somebody acknowledges the concern",
            "due_at": "2026-10-14T16:00:00Z",
            "case_number": "PC-2026-000123",
            "is_overdue": False,
        }
    ],
}


class LiveSignal(Wire):
    """One thing noticed that counts now."""

    rule: RuleCode
    what: str
    """In plain words."""
    severity: Severity
    points: int
    since: Instant
    until: Instant
    """From when it no longer counts."""
    case_number: str | None


class OpenConcern(Wire):
    """One open concern."""

    id: UUID
    case_number: str
    about: ConcernAbout
    level: ConcernLevel
    status: ConcernStatus
    means: str
    """What the level means, said to the student."""
    held_until: Instant | None


class DueThing(Wire):
    """One thing that is due."""

    what: str
    """In plain words."""
    due_at: Instant
    case_number: str | None
    """Null for a review of a suspension and for the search for another placement."""
    is_overdue: bool


class HealthView(Wire):
    """How a placement stands now."""

    model_config = like(**_HEALTH)

    placement_id: UUID
    status: PlacementStatus
    points: int
    """What the live signals weigh together, each cause once."""
    opens_at: int
    """The points at which a concern opens by itself."""
    signals: Annotated[list[LiveSignal], up_to(200)]
    concerns: Annotated[list[OpenConcern], up_to(20)]
    due: Annotated[list[DueThing], up_to(100)]
    """The earliest first."""


class YouCan(StrEnum):
    """What the student can do about a concern now."""

    ANSWER = "answer"
    SHORTEN_NOTICE = "shorten_notice"
    BRING_SUPPORTER = "bring_supporter"
    APPEAL = "appeal"


class OwnConcern(OpenConcern):
    """A concern about the student's own placement, and what they can do about it."""

    you_can: Annotated[list[YouCan], up_to(10)]


class OwnPlacement(Wire):
    """One placement of the student."""

    placement_id: UUID
    status: PlacementStatus
    points: int
    opens_at: int
    signals: Annotated[list[LiveSignal], up_to(200)]
    concerns: Annotated[list[OwnConcern], up_to(20)]
    due: Annotated[list[DueThing], up_to(100)]


class OwnView(Wire):
    """Everything that is noticed about the student's placements, and what is being done."""

    model_config = like(
        placements=[
            {
                **_HEALTH,
                "concerns": [{**_HEALTH["concerns"][0], "you_can": ["answer"]}],
            }
        ]
    )

    placements: Annotated[list[OwnPlacement], up_to(200)]


@router.get(
    "/placements/{placement_id}/health", operation_id="get_placement_health", response_model=HealthView
)
async def get_health(placement_id: Id, wired: Wired, principal: ConcernReader) -> Response:
    """How the placement stands: points now, the signals behind them, open concerns, and what is due."""
    async with wired.db.read() as connection:
        health = await health_of(connection, reader(principal), placement_id, wired.clock.now())
    return answer(HealthView.model_validate(health))


@router.get("/own-view", operation_id="get_own_view", response_model=OwnView)
async def get_own_view(wired: Wired, principal: ConcernReader) -> Response:
    """For a student: every signal and concern about your placements in plain words, what is due, and what you can do."""
    if principal.person_id is None:
        raise Forbidden("for_the_student", "This is a student's own view; sign in as the student.")
    async with wired.db.read() as connection:
        found = await own_health(connection, reader(principal), wired.clock.now())
    return answer(OwnView(placements=[_own(health) for health in found]))


def _own(health: Health) -> OwnPlacement:
    view = HealthView.model_validate(health)
    concerns = [
        OwnConcern(**shown.model_dump(), you_can=_you_can(concern))
        for shown, concern in zip(view.concerns, health.concerns, strict=True)
    ]
    return OwnPlacement(**{**view.model_dump(), "concerns": concerns})


def _you_can(concern: Open) -> list[YouCan]:
    meeting = [YouCan.SHORTEN_NOTICE, YouCan.BRING_SUPPORTER] if concern.has_meeting else []
    return [YouCan.ANSWER, *meeting, *([YouCan.APPEAL] if concern.can_appeal else [])]
