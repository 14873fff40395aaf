"""A student's key: how much it protects, until when, and deleting it, which erases everything the student wrote."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import ReflectionReader, ReflectionWriter, Wired
from services.hubs.api.shapes import SAMPLE_AT, SAMPLE_ID, Id
from services.hubs.operations.authors import Author
from services.hubs.operations.reflection_keys import erase
from services.hubs.queries.reflection_keys import OWN, hold_all_of
from services.hubs.queries.visibility import reader
from shared.errors import NotFound
from shared.http.paging import SingleCall
from shared.http.reading import single
from shared.http.wire import Instant, Wire, like
from shared.http.writing import IfMatch, expect

router = APIRouter(prefix="/v1", tags=["reflections"])

Confirmed = Annotated[
    Literal["true"], Query(description="`true`: the student was asked, and wants everything gone for good.")
]


class ReflectionKeyView(Wire):
    """How much a student's key protects."""

    model_config = like(
        student_id=SAMPLE_ID,
        created_at=SAMPLE_AT,
        reflections=7,
        exported=0,
        versions=11,
        delete_on="2027-05-27",
    )

    student_id: UUID
    created_at: Instant
    reflections: int
    exported: int
    """How many of them were taken out as they stand: those are not deleted by themselves."""

    versions: int
    """Earlier texts that were kept."""

    delete_on: date | None
    """The day on which what was not exported is deleted; known once the placement is over."""


_one = TypeAdapter(ReflectionKeyView)


@router.get(
    "/students/{student_id}/reflection-key",
    operation_id="get_reflection_key",
    summary="What a student's key protects",
    response_model=ReflectionKeyView,
)
async def get_reflection_key(
    student_id: Id, call: SingleCall, wired: Wired, principal: ReflectionReader
) -> Response:
    """How much the caller has written here, and when it is deleted. There is none for anybody else, not even the office."""
    binds = {**reader(principal), "id": student_id}
    return await single(call, wired.db, OWN, binds, _one, "reflection key")


@router.delete(
    "/students/{student_id}/reflection-key",
    operation_id="delete_reflection_key",
    summary="Erase all a student wrote",
    status_code=204,
    response_class=Response,
)
async def delete_reflection_key(
    student_id: Id,
    confirmed: Confirmed,  # noqa: ARG001 - without it the request is refused
    wired: Wired,
    principal: ReflectionWriter,
    seen: IfMatch,
) -> Response:
    """Delete the caller's key with all reflections, their versions and the pulses it sealed. Nobody can bring them back."""
    async with wired.db.begin() as session:
        author = Author.of(principal)
        key = (
            await hold_all_of(session, author.tenant, student_id) if student_id == author.person_id else None
        )
        if key is None:
            raise NotFound("reflection key")
        expect(key.version, seen)
        await erase(session, key)
    return Response(status_code=204)
