"""Active roles: what travels, and the routes."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.educators.api.corrections import correctable
from services.educators.api.deps import EducatorId, Reader, Wired, Writer
from services.educators.api.evidence import Withdrawn, add_record, evidence, show_records
from services.educators.api.shapes import SAMPLE_ID
from services.educators.domain.codes import RoleKind
from services.educators.models.evidence import ActiveRole
from shared.http.paging import ListCall
from shared.http.wire import Day, Instant, Page, Wire, like
from shared.http.writing import Key

router = APIRouter(prefix="/v1", tags=["evidence"])

_EXAMPLE = {"role_kind": "practice_education_post", "started_on": "2024-01-08", "ended_on": None}


class ActiveRoleFacts(Wire):
    """A practice-education role, held for a time or held still."""

    model_config = like(**_EXAMPLE)

    role_kind: RoleKind
    started_on: Day
    ended_on: Day | None = None


class ActiveRoleView(ActiveRoleFacts):
    """A role, as it is on record."""

    model_config = like(id=SAMPLE_ID, created_at="2026-09-07T09:00:00Z", withdrawn_at=None, **_EXAMPLE)

    id: UUID
    created_at: Instant
    withdrawn_at: Instant | None


_KIND = evidence("active-roles", ActiveRole, ActiveRoleView)


@router.get(
    "/educators/{educator_id}/active-roles",
    operation_id="list_active_roles",
    summary="Active roles",
    response_model=Page[ActiveRoleView],
)
async def list_active_roles(
    educator_id: EducatorId, call: ListCall, wired: Wired, principal: Reader, *, withdrawn: Withdrawn = False
) -> Response:
    """The practice-education roles the educator held, oldest record first."""
    return await show_records(_KIND, wired, principal, call, educator_id, withdrawn=withdrawn)


@router.post(
    "/educators/{educator_id}/active-roles",
    operation_id="create_active_role",
    summary="Record a role",
    response_model=ActiveRoleView,
    status_code=201,
)
async def create_active_role(
    educator_id: EducatorId, body: ActiveRoleFacts, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Put a practice-education role on record."""
    return await add_record(_KIND, wired, principal, key, educator_id=educator_id, body=body)


correctable(router, _KIND, ActiveRoleFacts)
