"""Qualifications: what travels, and the routes."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.educators.api.corrections import correctable
from services.educators.api.deps import EducatorId, Reader, Wired, Writer
from services.educators.api.evidence import Withdrawn, add_record, evidence, show_records
from services.educators.api.shapes import SAMPLE_ID
from services.educators.domain.codes import AwardedStage
from services.educators.models.evidence import Qualification
from shared.http.paging import ListCall
from shared.http.wire import Day, Instant, Name, Page, Wire, like
from shared.http.writing import Key

router = APIRouter(prefix="/v1", tags=["evidence"])

_EXAMPLE = {"stage": "stage_2", "awarding_body": "University of Ashbourne", "awarded_on": "2019-07-12"}


class QualificationFacts(Wire):
    """A PEPS stage that was awarded."""

    model_config = like(**_EXAMPLE)

    stage: AwardedStage
    awarding_body: Name
    awarded_on: Day


class QualificationView(QualificationFacts):
    """An award, as it is on record."""

    model_config = like(id=SAMPLE_ID, created_at="2026-09-07T09:00:00Z", withdrawn_at=None, **_EXAMPLE)

    id: UUID
    created_at: Instant
    withdrawn_at: Instant | None


_KIND = evidence("qualifications", Qualification, QualificationView)


@router.get(
    "/educators/{educator_id}/qualifications",
    operation_id="list_qualifications",
    summary="Qualifications",
    response_model=Page[QualificationView],
)
async def list_qualifications(
    educator_id: EducatorId, call: ListCall, wired: Wired, principal: Reader, *, withdrawn: Withdrawn = False
) -> Response:
    """The PEPS awards of the educator, oldest record first."""
    return await show_records(_KIND, wired, principal, call, educator_id, withdrawn=withdrawn)


@router.post(
    "/educators/{educator_id}/qualifications",
    operation_id="create_qualification",
    summary="Record an award",
    response_model=QualificationView,
    status_code=201,
)
async def create_qualification(
    educator_id: EducatorId, body: QualificationFacts, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Put a PEPS award on record. The educator's `peps_stage` is changed with the educator."""
    return await add_record(_KIND, wired, principal, key, educator_id=educator_id, body=body)


correctable(router, _KIND, QualificationFacts)
