"""The register to be taken away: CSV for a spreadsheet, JSON for a program, streamed as it is read."""

from collections.abc import AsyncIterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response, StreamingResponse

from services.educators.api.deps import Reader, Wired
from services.educators.api.register import Filters
from services.educators.api.register_shapes import EXPORTED, ExportLine
from services.educators.queries import register as reading
from services.educators.queries.visibility import reader
from services.educators.wiring import Wiring
from shared.calendar import london_day
from shared.http.paging import START
from shared.http.wire import up_to
from shared.spreadsheets import MEDIA_TYPE, written
from shared.statements import ready

router = APIRouter(prefix="/v1", tags=["register"])

AT_ONCE = 1000
"""Educators read by one statement."""

_COLUMNS = tuple(ExportLine.model_fields)
_lines = TypeAdapter(list[ExportLine])

Rows = Sequence[Mapping[str, Any]]


class ExportFormat(StrEnum):
    """How the register is written."""

    CSV = "csv"
    JSON = "json"


@router.get(
    "/register/export",
    operation_id="get_register_export",
    summary="The register as a file",
    response_model=Annotated[list[ExportLine], up_to(1_000_000)],
    responses={
        200: {
            "description": "A line for each educator, in the order they were added.",
            "content": {
                "text/csv": {"schema": {"type": "string", "maxLength": 1_000_000_000}},
                "application/json": {"example": [EXPORTED]},
            },
        }
    },
)
async def get_register_export(
    wired: Wired,
    principal: Reader,
    filters: Filters,
    *,
    file: Annotated[
        ExportFormat, Query(alias="format", description="A table for a spreadsheet, or an array of objects.")
    ] = ExportFormat.CSV,
) -> Response:
    """All lines with what your role may see of them: of another organisation's educators only what matching needs.

    In the CSV a text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    binds = {**reader(principal), "today": london_day(wired.clock.now())}
    found = batches(wired, binds, filters)
    first = await anext(found)
    parts = _as_csv(first, found) if file is ExportFormat.CSV else _as_json(first, found)
    media = MEDIA_TYPE if file is ExportFormat.CSV else "application/json"
    disposition = {"Content-Disposition": f'attachment; filename="register.{file.value}"'}
    return StreamingResponse(parts, media_type=media, headers=disposition)


async def batches(
    wired: Wiring, binds: Mapping[str, object], filters: Mapping[str, object], *, at_once: int = AT_ONCE
) -> AsyncIterator[Rows]:
    """The lines of the register in batches, a statement each; one batch at least, which may be empty."""
    statement = ready(reading.EXPORT.by(filters))
    after, more = START, True
    while more:
        bound = {**binds, **filters, "p_after": after, "p_limit": at_once}
        rows = [
            dict(zip(statement.columns, row, strict=True)) for row in await wired.db.rows(statement, bound)
        ]
        more = len(rows) == at_once
        after = rows[-1]["id"] if rows else after
        yield rows


async def _as_csv(first: Rows, rest: AsyncIterator[Rows]) -> AsyncIterator[str]:
    yield written([_COLUMNS, *_cells(first)])
    async for rows in rest:
        yield written(_cells(rows))


async def _as_json(first: Rows, rest: AsyncIterator[Rows]) -> AsyncIterator[bytes]:
    yield b"[" + _objects(first)
    async for rows in rest:
        yield b"," * bool(rows) + _objects(rows)
    yield b"]"


def _objects(rows: Rows) -> bytes:
    return _lines.dump_json(_lines.validate_python(rows))[1:-1]


def _cells(rows: Rows) -> list[tuple[object, ...]]:
    return [tuple(_cell(row[name]) for name in _COLUMNS) for row in rows]


def _cell(value: object) -> object:
    if isinstance(value, list):
        return "; ".join(f"{waiver['rule_code']} until {waiver['expires_on']}" for waiver in value)
    return value
