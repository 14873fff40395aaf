"""The board pack: an academic year for the partnership's board as JSON, as a table, or as a page to print."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.placements.api.board_page import board_page
from services.placements.api.board_shapes import BoardPackView, board_pack
from services.placements.api.deps import Reader, Wired, office_only
from services.placements.api.shapes import AcademicYear
from services.placements.queries.board_pack import board_facts
from services.placements.queries.visibility import reader
from shared.http.writing import answer
from shared.spreadsheets import MEDIA_TYPE, written

router = APIRouter(prefix="/v1", tags=["reports"])

_SAFE = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


class PackFormat(StrEnum):
    """How the pack is written."""

    JSON = "json"
    CSV = "csv"
    HTML = "html"


@router.get(
    "/reports/board-pack",
    operation_id="get_board_pack",
    response_model=BoardPackView,
    responses={
        200: {
            "content": {
                "text/csv": {"schema": {"type": "string", "maxLength": 10_000_000}},
                "text/html": {"schema": {"type": "string", "maxLength": 1_000_000}},
            }
        }
    },
)
async def get_board_pack(
    wired: Wired,
    principal: Reader,
    academic_year: Annotated[AcademicYear, Query(description="The academic year of the rounds.")],
    file: Annotated[
        PackFormat,
        Query(alias="format", description="An object, a table with a number a line, or a page to print."),
    ] = PackFormat.JSON,
) -> Response:
    """Matching, capacity, quality, surveys, concerns, breakdowns, team duty, destinations and declines; for the office."""
    office_only(principal)
    async with wired.db.read() as connection:
        facts = await board_facts(connection, {**reader(principal), "academic_year": academic_year})
    pack = board_pack(academic_year, facts, wired.clock.now())
    if file is PackFormat.HTML:
        return Response(
            board_page(pack, facts.organisations), media_type="text/html; charset=utf-8", headers=_SAFE
        )
    if file is PackFormat.CSV:
        named = {"Content-Disposition": f'attachment; filename="board-pack-{academic_year}.csv"'}
        return Response(_table(pack), media_type=MEDIA_TYPE, headers=named)
    return answer(pack)


def _table(pack: BoardPackView) -> str:
    """A line for every member: where it stands in the JSON, and its value."""
    return written([("member", "value"), *_lines("", pack.model_dump(mode="json"))])


def _lines(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _lines(f"{path}.{name}" if path else name, each)
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from _lines(f"{path}.{number}", each)
    else:
        yield path, value
