"""Development plans: what travels, and the routes."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.educators.api.corrections import correctable
from services.educators.api.deps import EducatorId, Reader, Wired, Writer
from services.educators.api.evidence import Withdrawn, add_record, evidence, show_records
from services.educators.api.shapes import SAMPLE_ID
from services.educators.models.circumstances import DevelopmentPlan
from shared.http.paging import ListCall
from shared.http.wire import Day, Instant, Page, Wire, like
from shared.http.writing import Key

router = APIRouter(prefix="/v1", tags=["evidence"])

_EXAMPLE = {"opened_on": "2026-08-03", "closed_on": None}


class DevelopmentPlanFacts(Wire):
    """That there is a plan for the educator's own practice. What it says is not kept here."""

    model_config = like(**_EXAMPLE)

    opened_on: Day
    closed_on: Day | None = None
    """The day on which it was closed; null while it is open, which warns about every placement."""


class DevelopmentPlanView(DevelopmentPlanFacts):
    """A plan, as it is on record."""

    model_config = like(id=SAMPLE_ID, created_at="2026-09-07T09:00:00Z", withdrawn_at=None, **_EXAMPLE)

    id: UUID
    created_at: Instant
    withdrawn_at: Instant | None


_KIND = evidence("development-plans", DevelopmentPlan, DevelopmentPlanView)


@router.get(
    "/educators/{educator_id}/development-plans",
    operation_id="list_development_plans",
    summary="Development plans",
    response_model=Page[DevelopmentPlanView],
)
async def list_development_plans(
    educator_id: EducatorId, call: ListCall, wired: Wired, principal: Reader, *, withdrawn: Withdrawn = False
) -> Response:
    """The plans for the educator's practice, oldest record first."""
    return await show_records(_KIND, wired, principal, call, educator_id, withdrawn=withdrawn)


@router.post(
    "/educators/{educator_id}/development-plans",
    operation_id="create_development_plan",
    summary="Record a development plan",
    response_model=DevelopmentPlanView,
    status_code=201,
)
async def create_development_plan(
    educator_id: EducatorId, body: DevelopmentPlanFacts, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Put a development plan on record."""
    return await add_record(_KIND, wired, principal, key, educator_id=educator_id, body=body)


correctable(router, _KIND, DevelopmentPlanFacts)
