"""What proves a run, for anybody who would rather check than believe: `practicum verify-match` reads these two."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, office_only
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.queries import match_proofs as reading
from services.placements.queries.visibility import reader
from services.placements.wiring import Wiring
from shared.auth.principal import Principal
from shared.errors import Forbidden
from shared.http.reading import JSON, Statement, one

router = APIRouter(prefix="/v1", tags=["matching"])

_CERTIFICATE = {
    "input_hash": "9f2c" * 16,
    "assignments": [
        {
            "request_id": SAMPLE_ID,
            "offer_id": SAMPLE_ID,
            "rank": 1,
            "outside_list": False,
            "minutes": 24,
            "mode": "car",
            "review": False,
        }
    ],
    "certificate": {
        "aims": [{"code": "placed", "value": 31, "bound": 31, "least": False}],
        "stages": [{"until": 0, "pins": [], "scale": [1], "offers": {SAMPLE_ID: [1]}}],
    },
}
_INPUTS = {"format": 2, "rules": {"lottery_seed": "drawn in public"}, "offers": [], "requests": []}


def _as_json(description: str, example: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    content = {JSON: {"schema": {"type": "object"}, "example": example}}
    return {200: {"description": description, "content": content}}


@router.get(
    "/match-runs/{run_id}/certificate",
    operation_id="get_run_certificate",
    response_class=Response,
    responses=_as_json("The result and its proof.", _CERTIFICATE),
)
async def get_run_certificate(run_id: Id, wired: Wired, principal: Reader) -> Response:
    """Who goes where, and per aim the value, the bound and the prices from which anybody can compute the bound again.

    `bound` is what no result can exceed; where it is not `value`, or null, that aim is not proved. For the office.
    """
    return await _document(wired, principal, run_id, reading.CERTIFICATE)


@router.get(
    "/match-runs/{run_id}/inputs",
    operation_id="get_run_inputs",
    response_class=Response,
    responses=_as_json("The frozen inputs.", _INPUTS),
)
async def get_run_inputs(run_id: Id, wired: Wired, principal: Reader) -> Response:
    """Everything the run's result follows from, frozen when it began; its SHA-256 is the run's `input_hash`.

    Where students live and what they need is among it: for the office, with `students.sensitive:read`.
    """
    if not principal.has("students.sensitive:read"):
        raise Forbidden("scope_missing", "The inputs of a run need the scope students.sensitive:read.")
    return await _document(wired, principal, run_id, reading.INPUTS)


async def _document(wired: Wiring, principal: Principal, run_id: UUID, statement: Statement) -> Response:
    office_only(principal)
    async with wired.db.read() as connection:
        row = await one(
            connection, statement, {**reader(principal), "id": run_id}, "completed run with a proof"
        )
    return Response(row["document"], media_type=JSON)
