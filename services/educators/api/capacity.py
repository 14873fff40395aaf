"""Capacity against demand: how many students could be taken in a term, and how many ask."""

from dataclasses import asdict
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from services.educators.api.deps import Reader, Wired
from services.educators.api.register_shapes import Organisation, OwnDirectorate
from services.educators.api.shapes import SAMPLE_OTHER_ID
from services.educators.domain.capacity import Demand, supply
from services.educators.domain.codes import Directorate, Mode
from services.educators.domain.seats import Hold
from services.educators.queries.capacity import suppliers
from services.educators.queries.rule_parameters import parameters_on
from services.educators.queries.seats import held_seats
from services.educators.queries.visibility import reader
from services.educators.wiring import Wiring
from shared.calendar import london_day
from shared.errors import Fault, Invalid, Unavailable
from shared.http.wire import Day, Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["register"])

LONGEST = 1096
"""Days that are looked at together: three years."""

_SEATS = {"educators": 40, "seats": 52, "held": 20, "free": 32, "at_risk": 5, "away": 1}


class SeatCounts(Wire):
    """Seats of educators who may take students now."""

    educators: int
    seats: int
    held: int
    """Held on each educator's busiest day of these."""

    free: int
    """Free on every one of these days."""

    at_risk: int
    """Of the free ones, those of educators who lapse before the first day unless new evidence comes."""

    away: int
    """Educators who are unavailable on one of the days; their seats are in none of the other numbers."""


class GroupCounts(SeatCounts):
    """The same for one organisation, directorate and way of working."""

    organisation_id: UUID
    directorate: Directorate | None
    mode: Mode


class DemandView(Wire):
    """What the placements service says that students ask for, in the whole partnership."""

    is_known: bool
    reason: Annotated[str, Field(max_length=64)] | None
    """Why it is not known: `placements_unavailable`."""

    requests: int | None
    """Requests in rounds that overlap these days."""

    placed: int | None
    """Those among them with a placement that is confirmed, under way or over."""

    unplaced: int | None


class CapacityView(Wire):
    """Seats and requests between two days."""

    model_config = like(
        starts_on="2026-09-21",
        ends_on="2027-02-26",
        total=_SEATS,
        groups=[{**_SEATS, "organisation_id": SAMPLE_OTHER_ID, "directorate": "adults", "mode": "on_site"}],
        demand={"is_known": True, "reason": None, "requests": 60, "placed": 20, "unplaced": 40},
        shortfall=8,
    )

    starts_on: Day
    ends_on: Day
    total: SeatCounts
    groups: Annotated[list[GroupCounts], up_to(10_000)]
    demand: DemandView
    shortfall: int | None
    """Students for whom no seat is free. Null where demand is unknown, or only some of the partnership's seats are shown."""


@router.get(
    "/capacity",
    operation_id="get_capacity",
    summary="Capacity against demand",
    response_model=CapacityView,
)
async def get_capacity(
    wired: Wired,
    principal: Reader,
    *,
    first: Annotated[Day, Query(alias="from", description="The first day, of a term for instance.")],
    last: Annotated[Day, Query(alias="to", description="The last day, three years later at most.")],
    organisation_id: Organisation = None,
    directorate: OwnDirectorate = None,
) -> Response:
    """Seats of the educators you see whole between two days, and what students of the partnership ask for.

    Demand comes from the placements service; while that does not answer, seats are shown and demand is unknown.
    """
    days = _days(first, last)
    narrowed = {"organisation_id": organisation_id, "directorate": directorate}
    async with wired.db.read() as connection:
        parameters = await parameters_on(connection, principal.tenant, london_day(wired.clock.now()))
        found = await suppliers(connection, reader(principal), days, narrowed)
        held = await held_seats(connection, [each.id for each in found], first, last)
    counted = supply(found, held, days, parameters)
    groups = [GroupCounts(**group._asdict(), **asdict(seats)) for group, seats in counted.items()]
    total = SeatCounts(**{name: sum(getattr(each, name) for each in groups) for name in _SEATS})
    demand = await _demand(wired, principal.tenant, days)
    whole = principal.partnership_wide and not any(narrowed.values())
    shortfall = None
    if whole and demand.unplaced is not None:
        shortfall = max(0, demand.unplaced - total.free)
    view = CapacityView(
        starts_on=first, ends_on=last, total=total, groups=groups, demand=demand, shortfall=shortfall
    )
    return answer(view)


def _days(first: date, last: date) -> Hold:
    if last < first:
        raise Invalid([Fault("/query/to", "ends_before_it_begins", "The last day is before the first.")])
    if (last - first).days >= LONGEST:
        raise Invalid([Fault("/query/to", "too_long", "Ask for three years at most.")])
    return Hold(first, last)


async def _demand(wired: Wiring, partnership_id: UUID, days: Hold) -> DemandView:
    try:
        asked: Demand = await wired.placements.demand(partnership_id, *days)
    except Unavailable as down:
        return DemandView(is_known=False, reason=down.code, requests=None, placed=None, unplaced=None)
    return DemandView(
        is_known=True,
        reason=None,
        requests=asked.requests,
        placed=asked.placed,
        unplaced=asked.unplaced,
    )
