"""Managers' check-ins: what travels, and the routes."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.educators.api.corrections import correctable
from services.educators.api.deps import EducatorId, Reader, Wired, Writer
from services.educators.api.evidence import Withdrawn, add_record, evidence, show_records
from services.educators.api.shapes import SAMPLE_ID
from services.educators.models.evidence import ManagerCheckIn
from shared.http.paging import ListCall
from shared.http.wire import Day, Instant, Page, Wire, like
from shared.http.writing import Key

router = APIRouter(prefix="/v1", tags=["evidence"])

_EXAMPLE = {"on": "2026-09-01", "confirmed": True}


class ManagerCheckInFacts(Wire):
    """A manager's word on the educator's caseload and suitability."""

    model_config = like(**_EXAMPLE)

    on: Day
    confirmed: bool
    """Whether the manager confirmed caseload and suitability; false blocks placements until a later check-in."""


class ManagerCheckInView(ManagerCheckInFacts):
    """A check-in, as it is on record."""

    model_config = like(id=SAMPLE_ID, created_at="2026-09-07T09:00:00Z", withdrawn_at=None, **_EXAMPLE)

    id: UUID
    created_at: Instant
    withdrawn_at: Instant | None


_KIND = evidence("manager-check-ins", ManagerCheckIn, ManagerCheckInView)


@router.get(
    "/educators/{educator_id}/manager-check-ins",
    operation_id="list_manager_check_ins",
    summary="Managers' check-ins",
    response_model=Page[ManagerCheckInView],
)
async def list_manager_check_ins(
    educator_id: EducatorId, call: ListCall, wired: Wired, principal: Reader, *, withdrawn: Withdrawn = False
) -> Response:
    """The managers' check-ins about the educator, oldest record first."""
    return await show_records(_KIND, wired, principal, call, educator_id, withdrawn=withdrawn)


@router.post(
    "/educators/{educator_id}/manager-check-ins",
    operation_id="create_manager_check_in",
    summary="Record a manager's check-in",
    response_model=ManagerCheckInView,
    status_code=201,
)
async def create_manager_check_in(
    educator_id: EducatorId, body: ManagerCheckInFacts, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Put a manager's check-in on record."""
    return await add_record(_KIND, wired, principal, key, educator_id=educator_id, body=body)


correctable(router, _KIND, ManagerCheckInFacts)
