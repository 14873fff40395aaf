"""Finding educators by registration number, many at once: for those who know people by number, such as an import."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body
from pydantic import Field
from starlette.responses import Response

from services.educators.api.deps import Reader, Wired
from services.educators.api.shapes import SAMPLE_ID
from services.educators.operations.rows import Number
from services.educators.queries import educators as reading
from shared.errors import Forbidden
from shared.http.wire import Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["educators"])


class LookupQuestion(Wire):
    """Registration numbers to find."""

    model_config = like(social_work_england_numbers=["SW12345", "SW999999"])

    social_work_england_numbers: Annotated[list[Number], Field(min_length=1, max_length=2000)]


class Found(Wire):
    """One educator who was found."""

    social_work_england_number: str
    id: UUID


class LookupAnswer(Wire):
    """Those who were found; a number nobody has is left out."""

    model_config = like(items=[{"social_work_england_number": "SW12345", "id": SAMPLE_ID}])

    items: Annotated[list[Found], up_to(2000)]


@router.post(
    "/educators/lookup",
    operation_id="lookup_educators",
    summary="Find educators by registration number",
    response_model=LookupAnswer,
)
async def lookup_educators(
    body: Annotated[LookupQuestion, Body()], wired: Wired, principal: Reader
) -> Response:
    """The ids of educators by their Social Work England numbers; for callers who act for the whole partnership."""
    if not principal.partnership_wide:
        raise Forbidden(
            "not_partnership_wide", "Only those who act for the whole partnership may look up numbers."
        )
    async with wired.db.read() as connection:
        found = await reading.by_number(connection, principal.tenant, set(body.social_work_england_numbers))
    items = [Found(social_work_england_number=number, id=id_) for number, id_ in sorted(found.items())]
    return answer(LookupAnswer(items=items))
