"""The history of a concern for an adjudicator: complete, in order, and sealed."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from services.placements.api.deps import ConcernReader, Wired
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.escalation.history import chained
from services.placements.queries.history_exports import read_history
from services.placements.queries.visibility import reader
from shared.http.wire import Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["concerns"])

Seal = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", max_length=64)]
Moment = Annotated[str, Field(max_length=40, json_schema_extra={"format": "date-time"})]
"""An instant as it is sealed: a text."""

_SEAL = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class HistoryEntry(Wire):
    """One thing on record."""

    number: int
    kind: Literal[
        "signal",
        "transition",
        "act",
        "step",
        "meeting",
        "action_plan",
        "statement",
        "panel",
        "placement_step",
        "suspension_review",
        "search",
        "search_entry",
        "told",
    ]
    at: Moment
    id: UUID
    data: dict[str, Any]
    """The record as it is kept, people's own words and reasons included; people are ids, never names."""
    seal: Seal
    """SHA-256 of the seal before, a line feed, and this entry without its seal as canonical JSON (sorted, no spaces)."""


class HistoryExport(Wire):
    """Everything on record about a concern."""

    model_config = like(
        concern={"id": SAMPLE_ID, "case_number": "PC-2026-000123", "level": "stage_one"},
        seal=_SEAL,
        entries=[
            {
                "number": 1,
                "kind": "statement",
                "at": "2026-10-13T19:20:00Z",
                "id": SAMPLE_ID,
                "data": {"level": "stage_one", "words": "I asked three times."},
                "seal": _SEAL,
            }
        ],
        last_seal=_SEAL,
    )

    concern: dict[str, Any]
    """The concern as it stands, with the policy under which it was opened."""
    seal: Seal
    """Of `concern`, with nothing before it."""
    entries: Annotated[list[HistoryEntry], up_to(100_000)]
    last_seal: Seal
    """Keep it: with it, anybody can tell whether this export was changed."""


@router.get(
    "/concerns/{concern_id}/history-export",
    operation_id="get_concern_history",
    response_model=HistoryExport,
)
async def get_history(concern_id: Id, wired: Wired, principal: ConcernReader) -> Response:
    """All that is on record about the concern, for an adjudicator. For the student, their university and the office."""
    async with wired.db.read() as connection:
        concern, entries = await read_history(connection, reader(principal), concern_id)
    seal, chain = chained(concern, entries)
    last = chain[-1]["seal"] if chain else seal
    return answer(HistoryExport(concern=concern, seal=seal, entries=chain, last_seal=last))
