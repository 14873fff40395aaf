"""Nudges: who was reminded that they have had no student for long."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.educators.api.deps import Reader, Wired
from services.educators.api.register_shapes import Organisation
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID
from services.educators.queries import nudges as reading
from services.educators.queries.visibility import reader
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Day, Page, Wire, like

router = APIRouter(prefix="/v1", tags=["register"])


class NudgeView(Wire):
    """One nudge. A new student begins a new spell, in which each is given once more."""

    model_config = like(
        id=SAMPLE_ID,
        educator_id=SAMPLE_ID,
        organisation_id=SAMPLE_OTHER_ID,
        months=18,
        idle_since="2025-03-07",
        nudged_on="2026-09-07",
    )

    id: UUID
    educator_id: UUID
    organisation_id: UUID
    months: int
    """Months without a student: 18, 21 or 23."""

    idle_since: Day
    """The last day with a student."""

    nudged_on: Day


_many = TypeAdapter(list[NudgeView])


@router.get("/nudges", operation_id="list_nudges", summary="Nudges", response_model=Page[NudgeView])
async def list_nudges(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    educator_id: Annotated[UUID | None, Query(description="Only nudges of this educator.")] = None,
    organisation_id: Organisation = None,
    months: Annotated[int | None, Query(ge=1, le=120, description="Only those after so many months.")] = None,
) -> Response:
    """Who was nudged after 18, 21 and 23 months without a student, oldest first. They travel as `educator.nudge_due`, too."""
    filters = {"educator_id": educator_id, "organisation_id": organisation_id, "months": months}
    statement = reading.LIST.by(filters)
    return await page(call, wired.db, statement, reader(principal), _many, filters=filters)
