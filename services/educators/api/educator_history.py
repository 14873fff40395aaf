"""The history of an educator's own row: who said what of them since when, and how their currency changed."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.responses import Response

from services.educators.api.deps import EducatorId, Reader, Wired
from services.educators.api.shapes import SAMPLE_OTHER_ID
from services.educators.api.versions import show_versions, version_of
from services.educators.domain.codes import CurrencyStatus, Employment, Mode, PepsStage
from services.educators.models.educators import Educator
from services.educators.queries.evidence import versions_of
from shared.http.paging import ListCall
from shared.http.wire import Page, Wire, like

router = APIRouter(prefix="/v1", tags=["educators"])


class KeptEducatorFacts(Wire):
    """What is kept of an educator, version by version."""

    model_config = like(
        social_work_england_number="SW12345",
        full_name="Amara Fielding",
        organisation_id=SAMPLE_OTHER_ID,
        mode="on_site",
        employment="employed",
        peps_stage="stage_2",
        qualified_on="2014-07-01",
        registered_on="2014-09-01",
        max_concurrent=1,
        mentor_educator_id=None,
        currency_status="current",
    )

    social_work_england_number: str
    full_name: str
    organisation_id: UUID
    mode: Mode
    employment: Employment
    peps_stage: PepsStage
    qualified_on: date | None
    registered_on: date | None
    max_concurrent: int | None
    mentor_educator_id: UUID | None
    currency_status: CurrencyStatus


_Version = version_of(KeptEducatorFacts)
_VERSIONS = versions_of(Educator, *KeptEducatorFacts.model_fields)
_many: TypeAdapter[list[Any]] = TypeAdapter(list[_Version])  # type: ignore[valid-type]  # known when it runs


@router.get(
    "/educators/{educator_id}/history",
    operation_id="list_educator_versions",
    summary="The history of an educator",
    response_model=Page[_Version],  # type: ignore[valid-type]  # known when it runs
)
async def list_educator_versions(
    educator_id: EducatorId, call: ListCall, wired: Wired, principal: Reader
) -> Response:
    """Every version of the educator, the first one first: what was known of them, since when, by whom and why."""
    return await show_versions(
        _VERSIONS, _many, wired, principal, call, educator_id=educator_id, record_id=educator_id
    )
