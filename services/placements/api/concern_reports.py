"""The season's concerns in numbers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.placements.api.deps import ConcernReader, Wired
from services.placements.api.shapes import like
from services.placements.queries.concern_reports import read_concern_report
from services.placements.queries.visibility import reader
from shared.http.wire import Wire, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["reports"])


class Line(Wire):
    """One line: a code, how many concerns opened under it, and how many of those rose at least once."""

    code: str
    opened: int
    escalated: int


class ConcernReportView(Wire):
    """The concerns the caller sees, counted. `whys` counts steps from level to level, everything else concerns."""

    model_config = like(
        opened=9,
        escalated=3,
        closed=5,
        by_rule=[{"code": "review_rag", "opened": 6, "escalated": 2}],
        by_about=[{"code": "practice_education", "opened": 5, "escalated": 2}],
        by_level=[{"code": "stage_one", "opened": 3, "escalated": 3}],
        outcomes={"resolved": 5},
        whys={"not_acknowledged": 3},
    )

    opened: int
    escalated: int
    closed: int
    by_rule: Annotated[list[Line], up_to(100)]
    """By the rule of the signal that opened them."""
    by_about: Annotated[list[Line], up_to(20)]
    by_level: Annotated[list[Line], up_to(10)]
    """By the level at which they stand now, or were closed."""
    outcomes: dict[str, int]
    whys: dict[str, int]


@router.get("/reports/concerns", operation_id="get_concern_report", response_model=ConcernReportView)
async def get_concern_report(
    wired: Wired,
    principal: ConcernReader,
    round_id: Annotated[UUID | None, Query(description="Only placements of this round.")] = None,
) -> Response:
    """Concerns opened and escalated, by rule, by what they are about and by level."""
    async with wired.db.read() as connection:
        report = await read_concern_report(connection, reader(principal), round_id)
    return answer(ConcernReportView.model_validate(report))
