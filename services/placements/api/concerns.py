"""Concerns: what travels, and the routes for reading them and their timelines."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import ConcernReader, Wired
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.escalation.codes import Outcome
from services.placements.domain.vocabulary import ConcernAbout, ConcernLevel, ConcernStatus
from services.placements.queries import concerns as reading
from services.placements.queries.timelines import read_timeline
from services.placements.queries.visibility import reader
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Instant, Page, Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["concerns"])


class ConcernView(Wire):
    """A struggling placement that people deal with. A concern is an overlay: it never changes the placement's status."""

    model_config = like(
        id=SAMPLE_ID,
        case_number="PC-2026-000123",
        placement_id=SAMPLE_ID,
        about="wellbeing",
        level="early_conversation",
        status="open",
        immediate_at=None,
        opened_at="2026-10-12T09:00:00Z",
        level_since="2026-10-12T09:00:00Z",
        acknowledged_by_person_id=None,
        held_until=None,
        compressed_offered_at=None,
        compressed_at=None,
        due_at="2026-10-14T16:00:00Z",
        outcome=None,
        closed_at=None,
        updated_at="2026-10-12T09:00:00Z",
    )

    id: UUID
    case_number: str
    """What people call it, in a message or on the telephone."""
    placement_id: UUID
    about: ConcernAbout
    level: ConcernLevel
    status: ConcernStatus
    immediate_at: Instant | None
    """Since when it is a matter of safety, dealt with at once."""
    opened_at: Instant
    level_since: Instant
    acknowledged_by_person_id: UUID | None
    held_until: Instant | None
    """Until when somebody has it in hand, or it rests. Then it is open again by itself."""
    compressed_offered_at: Instant | None
    """Since when it is known that the full way is longer than what is left of the placement."""
    compressed_at: Instant | None
    """Since when it goes the shorter way."""
    due_at: Instant | None
    """When the next step is due."""
    outcome: Outcome | None
    closed_at: Instant | None
    updated_at: Instant


class Evidence(Wire):
    """What a reader may open, if they are allowed to."""

    kind: str
    id: str


class HappenedView(Wire):
    """One thing that happened."""

    at: Instant
    what: str
    """In plain words."""
    rule: str | None
    """The rule or reason by which it happened, as a code."""
    words: str | None
    """What whoever did it wrote: the note of a flag, the reason of a decision."""
    evidence: Annotated[list[Evidence], up_to(100)]
    by: str
    """The role of the person who did it, the service that noticed or recorded it, or `practicum` for the engine."""
    told: Annotated[list[str], up_to(50)]
    """The roles that were told."""


class ComingView(Wire):
    """One thing that is due."""

    step: str
    what: str
    """In plain words."""
    due_at: Instant
    if_missed: str
    """What happens by itself if it is not done, in plain words."""
    who_is_told: Annotated[list[str], up_to(50)]
    """The roles that are told then."""


class TimelineView(Wire):
    """What happened to a concern and why, and what happens next and when."""

    model_config = like(
        id=SAMPLE_ID,
        case_number="PC-2026-000123",
        placement_id=SAMPLE_ID,
        about="practice_education",
        level="early_conversation",
        status="open",
        happened=[
            {
                "at": "2026-10-12T09:00:00Z",
                "what": "A QAMP review has amber or red sections (red).",
                "rule": "review_rag",
                "words": None,
                "evidence": [{"kind": "review", "id": SAMPLE_ID}],
                "by": "reviews",
                "told": [],
            }
        ],
        next=[
            {
                "step": "acknowledge",
                "what": "Somebody acknowledges the concern",
                "due_at": "2026-10-14T16:00:00Z",
                "if_missed": "The concern moves to stage one by itself.",
                "who_is_told": ["tutor", "student", "practice_educator"],
            }
        ],
    )

    id: UUID
    case_number: str
    placement_id: UUID
    about: ConcernAbout
    level: ConcernLevel
    status: ConcernStatus
    happened: Annotated[list[HappenedView], up_to(10000)]
    next: Annotated[list[ComingView], up_to(100)]


ONE = TypeAdapter(ConcernView)
_MANY = TypeAdapter(list[ConcernView])


@router.get("/concerns", operation_id="list_concerns", response_model=Page[ConcernView])
async def list_concerns(  # noqa: PLR0917 - one parameter a filter
    call: ListCall,
    wired: Wired,
    principal: ConcernReader,
    status: Annotated[ConcernStatus | None, Query(description="Only concerns in this status.")] = None,
    level: Annotated[ConcernLevel | None, Query(description="Only concerns at this level.")] = None,
    placement_id: Annotated[UUID | None, Query(description="Only concerns about this placement.")] = None,
) -> Response:
    """The concerns the caller sees, in the order they were opened."""
    given = {
        "status": status.value if status else None,
        "level": level.value if level else None,
        "placement_id": placement_id,
    }
    filters = {name: value for name, value in given.items() if value is not None}
    return await page(call, wired.db, reading.LIST.by(filters), reader(principal), _MANY, filters=filters)


@router.get("/concerns/{concern_id}", operation_id="get_concern", response_model=ConcernView)
async def get_concern(concern_id: Id, call: SingleCall, wired: Wired, principal: ConcernReader) -> Response:
    """One concern."""
    binds = {**reader(principal), "id": concern_id}
    return await single(call, wired.db, reading.SINGLE, binds, ONE, "concern")


@router.get(
    "/concerns/{concern_id}/timeline", operation_id="get_concern_timeline", response_model=TimelineView
)
async def get_timeline(concern_id: Id, wired: Wired, principal: ConcernReader) -> Response:
    """What happened, by which rule and evidence, who was told, and what happens next, when, and if nobody acts."""
    async with wired.db.read() as connection:
        timeline = await read_timeline(connection, reader(principal), concern_id)
    happened = [
        HappenedView(
            at=each.at,
            what=each.what,
            rule=each.rule,
            words=each.words,
            evidence=[Evidence(kind=kind, id=id_) for kind, id_ in each.evidence],
            by=each.by,
            told=list(each.told),
        )
        for each in timeline.happened
    ]
    coming = [ComingView.model_validate(each) for each in timeline.next]
    view = TimelineView(
        id=timeline.id,
        case_number=timeline.case_number,
        placement_id=timeline.placement_id,
        about=ConcernAbout(timeline.about),
        level=ConcernLevel(timeline.level),
        status=ConcernStatus(timeline.status),
        happened=happened,
        next=coming,
    )
    return answer(view)
