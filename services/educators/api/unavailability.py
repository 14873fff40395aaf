"""Times away: what travels, and the routes."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.educators.api.corrections import correctable
from services.educators.api.deps import EducatorId, Reader, Wired, Writer
from services.educators.api.evidence import Withdrawn, add_record, evidence, show_records
from services.educators.api.shapes import SAMPLE_ID
from services.educators.models.circumstances import Unavailability
from shared.http.paging import ListCall
from shared.http.wire import Day, Instant, Page, Wire, like
from shared.http.writing import Key

router = APIRouter(prefix="/v1", tags=["evidence"])

_EXAMPLE = {"starts_on": "2026-10-05", "ends_on": "2027-01-29"}


class UnavailabilityFacts(Wire):
    """Days on which the educator takes no student. Why is not asked."""

    model_config = like(**_EXAMPLE)

    starts_on: Day
    ends_on: Day | None = None
    """The last of the days; null until further notice."""


class UnavailabilityView(UnavailabilityFacts):
    """A time away, as it is on record."""

    model_config = like(id=SAMPLE_ID, created_at="2026-09-07T09:00:00Z", withdrawn_at=None, **_EXAMPLE)

    id: UUID
    created_at: Instant
    withdrawn_at: Instant | None


_KIND = evidence("unavailability", Unavailability, UnavailabilityView)


@router.get(
    "/educators/{educator_id}/unavailability",
    operation_id="list_unavailability",
    summary="Times away",
    response_model=Page[UnavailabilityView],
)
async def list_unavailability(
    educator_id: EducatorId, call: ListCall, wired: Wired, principal: Reader, *, withdrawn: Withdrawn = False
) -> Response:
    """When the educator takes no student, oldest record first. A placement that overlaps finds no capacity."""
    return await show_records(_KIND, wired, principal, call, educator_id, withdrawn=withdrawn)


@router.post(
    "/educators/{educator_id}/unavailability",
    operation_id="create_unavailability",
    summary="Record a time away",
    response_model=UnavailabilityView,
    status_code=201,
)
async def create_unavailability(
    educator_id: EducatorId, body: UnavailabilityFacts, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Say when the educator takes no student. Educators in person may say so themselves."""
    return await add_record(_KIND, wired, principal, key, educator_id=educator_id, body=body)


correctable(router, _KIND, UnavailabilityFacts)
