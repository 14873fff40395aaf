"""Declared conflicts: what travels, and the routes."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.educators.api.corrections import correctable
from services.educators.api.deps import EducatorId, Reader, Wired, Writer
from services.educators.api.evidence import Withdrawn, add_record, evidence, show_records
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID
from services.educators.domain.codes import ConflictKind
from services.educators.models.circumstances import DeclaredConflict
from shared.http.paging import ListCall
from shared.http.wire import Instant, Page, Wire, like
from shared.http.writing import Key

router = APIRouter(prefix="/v1", tags=["evidence"])

_EXAMPLE = {"kind": "kin", "student_id": SAMPLE_OTHER_ID}


class DeclaredConflictFacts(Wire):
    """A tie that keeps the educator from assessing one student."""

    model_config = like(**_EXAMPLE)

    kind: ConflictKind
    student_id: UUID
    """A student of the placements service."""


class DeclaredConflictView(DeclaredConflictFacts):
    """A conflict, as it is on record."""

    model_config = like(id=SAMPLE_ID, created_at="2026-09-07T09:00:00Z", withdrawn_at=None, **_EXAMPLE)

    id: UUID
    created_at: Instant
    withdrawn_at: Instant | None


_KIND = evidence("conflicts", DeclaredConflict, DeclaredConflictView)


@router.get(
    "/educators/{educator_id}/conflicts",
    operation_id="list_declared_conflicts",
    summary="Declared conflicts",
    response_model=Page[DeclaredConflictView],
)
async def list_declared_conflicts(
    educator_id: EducatorId, call: ListCall, wired: Wired, principal: Reader, *, withdrawn: Withdrawn = False
) -> Response:
    """The students whom the educator must not assess, oldest record first."""
    return await show_records(_KIND, wired, principal, call, educator_id, withdrawn=withdrawn)


@router.post(
    "/educators/{educator_id}/conflicts",
    operation_id="create_declared_conflict",
    summary="Declare a conflict",
    response_model=DeclaredConflictView,
    status_code=201,
)
async def create_declared_conflict(
    educator_id: EducatorId, body: DeclaredConflictFacts, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Declare that the educator must not assess a student. Educators in person may declare it themselves."""
    return await add_record(_KIND, wired, principal, key, educator_id=educator_id, body=body)


correctable(router, _KIND, DeclaredConflictFacts)
