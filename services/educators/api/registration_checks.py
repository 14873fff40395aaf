"""Registration checks: what travels, and the routes."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.educators.api.corrections import correctable
from services.educators.api.deps import EducatorId, Reader, Wired, Writer
from services.educators.api.evidence import Withdrawn, add_record, evidence, show_records
from services.educators.api.shapes import SAMPLE_ID
from services.educators.domain.codes import RegisterStatus, Restriction
from services.educators.models.evidence import RegistrationCheck
from shared.http.paging import ListCall
from shared.http.wire import Day, Instant, Page, Wire, like
from shared.http.writing import Key

router = APIRouter(prefix="/v1", tags=["evidence"])

_EXAMPLE = {
    "checked_on": "2026-09-01",
    "status": "registered",
    "registered_until": "2026-11-30",
    "restriction": "none",
    "restriction_reviewed_on": None,
}


class RegistrationCheckFacts(Wire):
    """What the regulator's public register said on a day."""

    model_config = like(**_EXAMPLE)

    checked_on: Day
    status: RegisterStatus
    registered_until: Day | None = None
    restriction: Restriction = Restriction.NONE
    restriction_reviewed_on: Day | None = None
    """The day on which a person reviewed the restriction and found it no obstacle."""


class RegistrationCheckView(RegistrationCheckFacts):
    """A check of the register, as it is on record."""

    model_config = like(id=SAMPLE_ID, created_at="2026-09-07T09:00:00Z", withdrawn_at=None, **_EXAMPLE)

    id: UUID
    created_at: Instant
    withdrawn_at: Instant | None


_KIND = evidence("registration-checks", RegistrationCheck, RegistrationCheckView)


@router.get(
    "/educators/{educator_id}/registration-checks",
    operation_id="list_registration_checks",
    summary="Registration checks",
    response_model=Page[RegistrationCheckView],
)
async def list_registration_checks(
    educator_id: EducatorId, call: ListCall, wired: Wired, principal: Reader, *, withdrawn: Withdrawn = False
) -> Response:
    """The checks of the public register, oldest record first."""
    return await show_records(_KIND, wired, principal, call, educator_id, withdrawn=withdrawn)


@router.post(
    "/educators/{educator_id}/registration-checks",
    operation_id="create_registration_check",
    summary="Record a check of the register",
    response_model=RegistrationCheckView,
    status_code=201,
)
async def create_registration_check(
    educator_id: EducatorId, body: RegistrationCheckFacts, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Put a look at the public register on record."""
    return await add_record(_KIND, wired, principal, key, educator_id=educator_id, body=body)


correctable(router, _KIND, RegistrationCheckFacts)
