"""Seats: held for a placement with an educator, released, and shown."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import TypeAdapter
from starlette.responses import Response

from services.educators.api.deps import Reader, Wired, Writer
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID, Span, like
from services.educators.operations.authors import Author
from services.educators.operations.seats import SeatWanted, hold_seat, release_seat
from services.educators.queries import seats as reading
from services.educators.queries.visibility import reader
from shared.http.paging import SingleCall
from shared.http.reading import single
from shared.http.wire import Day, Instant, Wire
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["seats"])

PlacementId = Annotated[UUID, Path(description="The placement, an id of the placements service.")]


class SeatQuestion(Span):
    """Whose seat, and for which days."""

    model_config = like(educator_id=SAMPLE_ID, starts_on="2026-09-21", ends_on="2027-02-26")

    educator_id: UUID


class SeatView(Wire):
    """One placement's seat with an educator."""

    model_config = like(
        placement_id=SAMPLE_OTHER_ID,
        educator_id=SAMPLE_ID,
        starts_on="2026-09-21",
        ends_on="2027-02-26",
        held_at="2026-09-07T09:00:00Z",
        released_at=None,
    )

    placement_id: UUID
    educator_id: UUID
    starts_on: Day
    ends_on: Day
    held_at: Instant
    released_at: Instant | None
    """When it was given back; null while it is held."""


_one = TypeAdapter(SeatView)


@router.get(
    "/seats/{placement_id}",
    operation_id="get_seat",
    summary="A placement's seat",
    response_model=SeatView,
)
async def get_seat(placement_id: PlacementId, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """The seat of a placement, held or released."""
    binds = {**reader(principal), "p_placement": placement_id}
    return await single(call, wired.db, reading.ONE, binds, _one, "seat")


@router.put(
    "/seats/{placement_id}",
    operation_id="hold_seat",
    summary="Hold a seat",
    response_model=SeatView,
    responses={201: {"description": "It is held now.", "model": SeatView}},
)
async def hold_a_seat(
    placement_id: PlacementId, body: SeatQuestion, wired: Wired, principal: Writer
) -> Response:
    """Hold one of the educator's seats for the placement's days. Repeating it changes nothing.

    Never more seats are held on any day than the educator has: then 409 `educator_full`.
    """
    wanted = SeatWanted(placement_id, body.educator_id, body.starts_on, body.ends_on)
    async with wired.db.begin() as session:
        seat, newly = await hold_seat(session, Author.of(principal), wanted, wired.clock.now())
        location = f"/v1/seats/{placement_id}" if newly else None
        view = _one.validate_python(seat, from_attributes=True)
        return answer(view, version=seat.version, status=201 if newly else 200, location=location)


@router.delete(
    "/seats/{placement_id}",
    operation_id="release_seat",
    summary="Release a seat",
    status_code=204,
    response_class=Response,
)
async def release_a_seat(placement_id: PlacementId, wired: Wired, principal: Writer) -> Response:
    """Give the placement's seat back. Repeating it changes nothing."""
    async with wired.db.begin() as session:
        await release_seat(session, Author.of(principal), placement_id, wired.clock.now())
    return Response(status_code=204)
