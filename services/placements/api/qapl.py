"""The QAPL return over HTTP, as JSON and as CSV."""

from collections.abc import Sequence
from dataclasses import astuple, fields
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired
from services.placements.api.shapes import AcademicYear
from services.placements.domain.qapl import Line, lines
from services.placements.domain.vocabulary import Respondent
from services.placements.queries.qapl import MAPPING_VERSION, answers_counted, mapping
from services.placements.queries.visibility import acting_for, reader
from shared.errors import Forbidden
from shared.http.wire import Wire, like, up_to
from shared.http.writing import answer
from shared.spreadsheets import MEDIA_TYPE, written

router = APIRouter(prefix="/v1", tags=["reports"])

_LINE = {
    "item": "supervision",
    "text": "Supervision as agreed",
    "respondent": "student",
    "question": "supervision_as_agreed",
    "n": 41,
    "mean": 3.61,
    "positive_percent": 95.1,
}


class QaplFormat(StrEnum):
    """How the return is written."""

    JSON = "json"
    CSV = "csv"


class QaplLine(Wire):
    """One item. `n` is null where fewer than five answered, and 0 where nobody did."""

    item: str
    text: str
    respondent: Respondent
    question: str
    """The question of the review whose last answer counts."""
    n: int | None
    mean: float | None
    """From 1 (not yet) to 4 (meets); null for questions answered by yes or no."""
    positive_percent: float | None
    """`meets` and `mostly`, or `yes`, of all answers."""


class QaplReturn(Wire):
    """The QAPL return of an academic year, from moderated QAMP reviews."""

    model_config = like(academic_year="2026-27", mapping_version=1, items=[_LINE])

    academic_year: str
    mapping_version: int
    items: Annotated[list[QaplLine], up_to(200)]


@router.get(
    "/reports/qapl",
    operation_id="get_qapl_return",
    summary="The QAPL return",
    response_model=QaplReturn,
    responses={
        200: {
            "description": "A line for each item of the mapping.",
            "content": {"text/csv": {"schema": {"type": "string", "maxLength": 1_000_000}}},
        }
    },
)
async def get_qapl_return(
    wired: Wired,
    principal: Reader,
    academic_year: Annotated[AcademicYear, Query(description="The year of the round, as 2026-27.")],
    *,
    file: Annotated[QaplFormat, Query(alias="format", description="How it is written.")] = QaplFormat.JSON,
) -> Response:
    """The answers of moderated reviews, item by item: a university's own students, a host's own, or (the office) all."""
    if not principal.partnership_wide and acting_for(principal) is None:
        raise Forbidden("organisations_only", "This is for organisations and the partnership's office.")
    async with wired.db.read() as connection:
        counted = await answers_counted(connection, reader(principal), academic_year)
    found = lines(mapping(), counted)
    if file is QaplFormat.CSV:
        return Response(_csv(found), media_type=MEDIA_TYPE)
    shown = [QaplLine.model_validate(line) for line in found]
    return answer(QaplReturn(academic_year=academic_year, mapping_version=MAPPING_VERSION, items=shown))


def _csv(found: Sequence[Line]) -> str:
    return written([[field.name for field in fields(Line)], *map(astuple, found)])
