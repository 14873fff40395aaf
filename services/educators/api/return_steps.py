"""Steps of a return to practice education: what travels, and the routes."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.educators.api.corrections import correctable
from services.educators.api.deps import EducatorId, Reader, Wired, Writer
from services.educators.api.evidence import Withdrawn, add_record, evidence, show_records
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID
from services.educators.domain.codes import ReturnStepKind
from services.educators.models.circumstances import ReturnStep
from shared.http.paging import ListCall
from shared.http.wire import Day, Instant, Page, Wire, like
from shared.http.writing import Key

router = APIRouter(prefix="/v1", tags=["evidence"])

_EXAMPLE = {"step": "mentored_student", "on": "2026-06-26", "mentor_educator_id": SAMPLE_OTHER_ID}


class ReturnStepFacts(Wire):
    """One step by which an educator whose currency lapsed comes back."""

    model_config = like(**_EXAMPLE)

    step: ReturnStepKind
    on: Day
    """The day on which it was done; of the first student back, their last day."""

    mentor_educator_id: UUID | None = None
    """The Stage 2 educator beside them; needed for the first student back."""


class ReturnStepView(ReturnStepFacts):
    """A step, as it is on record."""

    model_config = like(id=SAMPLE_ID, created_at="2026-09-07T09:00:00Z", withdrawn_at=None, **_EXAMPLE)

    id: UUID
    created_at: Instant
    withdrawn_at: Instant | None


_KIND = evidence("return-steps", ReturnStep, ReturnStepView)


@router.get(
    "/educators/{educator_id}/return-steps",
    operation_id="list_return_steps",
    summary="Steps of a return",
    response_model=Page[ReturnStepView],
)
async def list_return_steps(
    educator_id: EducatorId, call: ListCall, wired: Wired, principal: Reader, *, withdrawn: Withdrawn = False
) -> Response:
    """What the educator did to come back after a lapse, oldest record first."""
    return await show_records(_KIND, wired, principal, call, educator_id, withdrawn=withdrawn)


@router.post(
    "/educators/{educator_id}/return-steps",
    operation_id="create_return_step",
    summary="Record a step of a return",
    response_model=ReturnStepView,
    status_code=201,
)
async def create_return_step(
    educator_id: EducatorId, body: ReturnStepFacts, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Put a step of a return on record: re-engagement CPD, the first student back, an observation, a portfolio review."""
    return await add_record(_KIND, wired, principal, key, educator_id=educator_id, body=body)


correctable(router, _KIND, ReturnStepFacts)
