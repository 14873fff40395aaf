"""Students: what travels, and the routes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import StudentReader, StudentWriter, Wired
from services.placements.api.resources import (
    NEW,
    Id,
    System,
    Value,
    View,
    create,
    patch,
    put_named,
    show_list,
    show_named,
    show_one,
)
from services.placements.api.shapes import SAMPLE, SAMPLE_ID, Kept, Named
from services.placements.operations.students import STUDENT
from services.placements.queries import students as reading
from services.placements.queries.visibility import STUDENTS
from shared.http.paging import ListCall, SingleCall
from shared.http.wire import Email, Name, Page, Wire, absent, like
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["students"])


IntakeYear = Annotated[int, Field(ge=1990, le=2200)]
"""The year in which the student began the programme."""

_EXAMPLE = {
    "organisation_id": SAMPLE_ID,
    "programme_id": SAMPLE_ID,
    "full_name": "Ada Example",
    "email": "ada@example.org",
    "intake_year": 2025,
}


class StudentFacts(Wire):
    """A learner of a university."""

    model_config = like(**_EXAMPLE)

    organisation_id: UUID
    """The university."""

    programme_id: UUID | None = None
    """A programme of that university."""

    full_name: Name
    email: Email
    intake_year: IntakeYear


class StudentDraft(StudentFacts, Named):
    """A student to be added."""


class StudentPatch(Wire):
    """What is to change about a student."""

    model_config = like(email="ada@example.org")

    programme_id: UUID | None = absent()
    full_name: Name = absent()
    email: Email = absent()
    intake_year: IntakeYear = absent()


class StudentView(StudentFacts, Kept):
    """A student the caller sees."""

    model_config = like(**SAMPLE, **_EXAMPLE)


_VIEW = View(
    STUDENT,
    "/v1/students",
    STUDENTS,
    reading.SINGLE,
    reading.LIST,
    TypeAdapter(StudentView),
    TypeAdapter(list[StudentView]),
)


@router.get("/students", operation_id="list_students", response_model=Page[StudentView])
async def list_students(
    call: ListCall,
    wired: Wired,
    principal: StudentReader,
    *,
    organisation_id: Annotated[UUID | None, Query(description="Only students of this university.")] = None,
    programme_id: Annotated[UUID | None, Query(description="Only students of this programme.")] = None,
    intake_year: Annotated[IntakeYear | None, Query(description="Only students of this intake.")] = None,
) -> Response:
    """The students the caller sees, in the order they were added."""
    return await show_list(
        _VIEW,
        wired,
        principal,
        call,
        organisation_id=organisation_id,
        programme_id=programme_id,
        intake_year=intake_year,
    )


@router.get("/students/{student_id}", operation_id="get_student", response_model=StudentView)
async def get_student(student_id: Id, call: SingleCall, wired: Wired, principal: StudentReader) -> Response:
    """One student."""
    return await show_one(_VIEW, wired, principal, call, student_id)


@router.get(
    "/students/external/{system}/{value:path}", operation_id="find_student", response_model=StudentView
)
async def find_student(
    system: System, value: Value, call: SingleCall, wired: Wired, principal: StudentReader
) -> Response:
    """The student that another system knows under this name."""
    return await show_named(_VIEW, wired, principal, call, system=system, value=value)


@router.post("/students", operation_id="create_student", response_model=StudentView, status_code=201)
async def create_student(body: StudentDraft, wired: Wired, principal: StudentWriter, key: Key) -> Response:
    """Add a student."""
    return await create(_VIEW, wired, principal, key, body)


@router.put(
    "/students/external/{system}/{value:path}",
    operation_id="upsert_student",
    response_model=StudentView,
    responses=NEW,
)
async def upsert_student(
    system: System, value: Value, body: StudentFacts, wired: Wired, principal: StudentWriter
) -> Response:
    """Make what another system knows under this name be as the body says. Repeating it changes nothing."""
    return await put_named(_VIEW, wired, principal, body, system=system, value=value)


@router.patch("/students/{student_id}", operation_id="change_student", response_model=StudentView)
async def change_student(
    student_id: Id, body: StudentPatch, wired: Wired, principal: StudentWriter, seen: IfMatch
) -> Response:
    """Change the members that are given."""
    return await patch(_VIEW, wired, principal, body, id_=student_id, seen=seen)
