"""The coordinator's queue: open concerns, the most urgent first."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import ConcernReader, Wired
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.vocabulary import ConcernAbout, ConcernLevel, ConcernStatus
from services.placements.queries.concern_queue import QUEUE
from services.placements.queries.visibility import reader
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Instant, Page, Wire, like

router = APIRouter(prefix="/v1", tags=["concerns"])


class QueuedConcern(Wire):
    """One open concern, and what of it is due first."""

    model_config = like(
        id=SAMPLE_ID,
        case_number="PC-2026-000123",
        placement_id=SAMPLE_ID,
        student_id=SAMPLE_ID,
        setting_id=SAMPLE_ID,
        about="practice_education",
        level="stage_one",
        status="open",
        immediate_at=None,
        opened_at="2026-10-12T09:00:00Z",
        acknowledged_by_person_id=None,
        held_until=None,
        step="meeting",
        due_at="2026-10-22T16:00:00Z",
        urgency="20006ac7-1d7c-2e7c-c19d-6f3a1e5b2c4d",
    )

    id: UUID
    case_number: str
    placement_id: UUID
    student_id: UUID
    setting_id: UUID
    about: ConcernAbout
    level: ConcernLevel
    status: ConcernStatus
    immediate_at: Instant | None
    opened_at: Instant
    acknowledged_by_person_id: UUID | None
    held_until: Instant | None
    step: Annotated[str, Field(max_length=40)] | None
    """What nobody did yet and was due first, as `timeline` names it; null where nothing is due."""
    due_at: Instant | None
    """When that was or is due."""
    urgency: UUID
    """The place in the queue: it sorts, and says nothing else."""


_MANY = TypeAdapter(list[QueuedConcern])


@router.get("/concerns/queue", operation_id="list_concern_queue", response_model=Page[QueuedConcern])
async def list_queue(call: ListCall, wired: Wired, principal: ConcernReader) -> Response:
    """Open concerns, the most urgent first: matters of safety, then what was due first, then the higher level."""
    return await page(call, wired.db, QUEUE, reader(principal), _MANY, filters={}, key="urgency")
