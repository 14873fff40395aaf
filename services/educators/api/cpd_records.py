"""CPD records: what travels, and the routes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from services.educators.api.corrections import correctable
from services.educators.api.deps import EducatorId, Reader, Wired, Writer
from services.educators.api.evidence import Withdrawn, add_record, evidence, show_records
from services.educators.api.shapes import SAMPLE_ID
from services.educators.domain.codes import Source
from services.educators.models.evidence import CpdRecord
from shared.http.paging import ListCall
from shared.http.wire import Day, Instant, Name, Page, Wire, like
from shared.http.writing import Key

router = APIRouter(prefix="/v1", tags=["evidence"])

_EXAMPLE = {
    "on": "2026-06-15",
    "title": "Assessing with the PCF",
    "hours": 3,
    "practice_education": True,
    "peer_reflection": True,
}


class CpdRecordFacts(Wire):
    """Something the educator learnt on a day."""

    model_config = like(**_EXAMPLE)

    on: Day
    title: Name
    hours: Annotated[float, Field(ge=0, le=999)] | None = None
    practice_education: bool = True
    """Only CPD about practice education counts for currency."""

    peer_reflection: bool = False


class CpdRecordView(CpdRecordFacts):
    """CPD, as it is on record."""

    model_config = like(
        id=SAMPLE_ID, created_at="2026-09-07T09:00:00Z", withdrawn_at=None, **_EXAMPLE, source="reported"
    )

    id: UUID
    source: Source
    created_at: Instant
    withdrawn_at: Instant | None


_KIND = evidence("cpd-records", CpdRecord, CpdRecordView)


@router.get(
    "/educators/{educator_id}/cpd-records",
    operation_id="list_cpd_records",
    summary="CPD records",
    response_model=Page[CpdRecordView],
)
async def list_cpd_records(
    educator_id: EducatorId, call: ListCall, wired: Wired, principal: Reader, *, withdrawn: Withdrawn = False
) -> Response:
    """What the educator learnt, oldest record first."""
    return await show_records(_KIND, wired, principal, call, educator_id, withdrawn=withdrawn)


@router.post(
    "/educators/{educator_id}/cpd-records",
    operation_id="create_cpd_record",
    summary="Record CPD",
    response_model=CpdRecordView,
    status_code=201,
)
async def create_cpd_record(
    educator_id: EducatorId, body: CpdRecordFacts, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Put CPD on record. Educators in person may record their own."""
    return await add_record(_KIND, wired, principal, key, educator_id=educator_id, body=body)


correctable(router, _KIND, CpdRecordFacts)
