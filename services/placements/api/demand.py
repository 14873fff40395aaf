"""Demand: how many placements students ask for between two days, and how many of them are found."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired
from services.placements.queries.demand import DEMAND
from services.placements.queries.visibility import reader
from shared.errors import Fault, Invalid
from shared.http.paging import SingleCall
from shared.http.reading import single
from shared.http.wire import Day, Wire, like

router = APIRouter(prefix="/v1", tags=["requests"])


class DemandView(Wire):
    """Requests in numbers."""

    model_config = like(requests=60, placed=20)

    requests: int
    """Open requests in rounds that overlap the days."""

    placed: int
    """Those among them with a placement that is confirmed, under way or over."""


_one = TypeAdapter(DemandView)


@router.get("/demand", operation_id="get_demand", response_model=DemandView)
async def get_demand(
    call: SingleCall,
    wired: Wired,
    principal: Reader,
    *,
    first: Annotated[Day, Query(alias="from", description="The first day, of a term for instance.")],
    last: Annotated[Day, Query(alias="to", description="The last day.")],
) -> Response:
    """How many of the requests you see are for rounds that overlap these days, and how many are placed."""
    if last < first:
        raise Invalid([Fault("/query/to", "ends_before_it_begins", "The last day is before the first.")])
    binds = {**reader(principal), "first": first, "last": last}
    return await single(call, wired.db, DEMAND, binds, _one, "demand")
