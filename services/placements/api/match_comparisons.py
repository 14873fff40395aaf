"""Two results side by side, and the picture of one."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BeforeValidator, TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired
from services.placements.api.resources import Id
from services.placements.api.scenarios import ScenarioView
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.matching.drawing import draw
from services.placements.domain.matching.words_comparison import say_comparison
from services.placements.queries import match_comparisons as reading
from services.placements.queries.visibility import reader
from shared.http.paging import SingleCall
from shared.http.reading import one, single
from shared.http.wire import Wire, like, up_to

router = APIRouter(prefix="/v1", tags=["matching"])

SVG = "image/svg+xml"

Reached = Annotated[list[dict[str, Any]], up_to(20)]


class Side(Wire):
    """One of the two results."""

    run_id: UUID
    outcome: dict[str, int]
    aims: Reached


class MoveView(Wire):
    """A request with a different result. Null is no place."""

    request_id: UUID
    from_offer_id: UUID | None
    from_rank: int | None
    to_offer_id: UUID | None
    to_rank: int | None


class ComparisonView(Wire):
    """Two results of one round side by side."""

    model_config = like(
        base={"run_id": SAMPLE_ID, "outcome": {"requests": 36, "placed": 31}, "aims": []},
        other={"run_id": SAMPLE_ID, "outcome": {"requests": 36, "placed": 33}, "aims": []},
        scenario={"base_run_id": SAMPLE_ID, "change_offers": [{"offer_id": SAMPLE_ID, "places": 3}]},
        words=["2 more students are placed: 33 rather than 31.", "4 students have a different result."],
        moved=4,
        moves=[
            {
                "request_id": SAMPLE_ID,
                "from_offer_id": None,
                "from_rank": None,
                "to_offer_id": SAMPLE_ID,
                "to_rank": 2,
            }
        ],
    )

    base: Side
    other: Side
    scenario: ScenarioView | None
    """What is different in the other run, where it is a scenario."""
    words: Annotated[list[str], up_to(20)]
    """What changes from the base to the other, in plain English."""
    moved: int
    """How many requests have a different result."""
    moves: Annotated[list[MoveView], up_to(reading.MOST_MOVED)]


def _in_words(row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    words = say_comparison(row["base"]["outcome"], row["other"]["outcome"], row["moved"])
    return {**row, "words": words}


_COMPARISON: TypeAdapter[ComparisonView] = TypeAdapter(Annotated[ComparisonView, BeforeValidator(_in_words)])


@router.get(
    "/match-runs/{run_id}/comparison", operation_id="get_run_comparison", response_model=ComparisonView
)
async def get_run_comparison(
    run_id: Id,
    call: SingleCall,
    wired: Wired,
    principal: Reader,
    other: Annotated[UUID, Query(alias="with", description="The other run, of the same round.")],
) -> Response:
    """What another run, a scenario for example, does differently, and whose result it changes. For the office."""
    binds = {**reader(principal), "id": run_id, "other_id": other}
    return await single(
        call, wired.db, reading.COMPARISON, binds, _COMPARISON, "pair of completed runs of one round"
    )


@router.get(
    "/match-runs/{run_id}/picture.svg",
    operation_id="get_run_picture",
    response_class=Response,
    responses={200: {"content": {SVG: {"schema": {"type": "string"}}}, "description": "The picture."}},
)
async def get_run_picture(run_id: Id, wired: Wired, principal: Reader) -> Response:
    """How preferences were met, where students travel and what was wanted in vain, without a name or a home."""
    async with wired.db.read() as connection:
        row = await one(connection, reading.PICTURE, {**reader(principal), "id": run_id}, "picture")
    office = principal.partnership_wide
    facts = row["picture"] if office else {**row["picture"], "unmet": []}
    svg = draw(facts, row["names"] or {}, f"{row['title']}, {row['academic_year']}")
    # A picture that is opened on its own may neither load nor run anything.
    policy = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return Response(svg, media_type=SVG, headers=policy)
