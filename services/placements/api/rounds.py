"""Rounds: what travels, and the routes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, Writer
from services.placements.api.resources import (
    NEW,
    Id,
    System,
    Value,
    View,
    create,
    patch,
    put_named,
    show_list,
    show_named,
    show_one,
)
from services.placements.api.rules import Rules
from services.placements.api.shapes import SAMPLE, SAMPLE_ID, AcademicYear, Kept, Named, PlacementDays
from services.placements.domain.season import faults_in_round
from services.placements.domain.vocabulary import Directorate, PlacementLevel
from services.placements.operations.rounds import ROUND
from services.placements.queries import rounds as reading
from services.placements.queries.visibility import ROUNDS
from shared.http.crossing import beside
from shared.http.paging import ListCall, SingleCall
from shared.http.wire import Day, Name, Page, Wire, absent, like
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["rounds"])


_EXAMPLE = {
    "name": "Final placements, autumn",
    "placement_level": "final",
    "academic_year": "2026-27",
    "starts_on": "2026-10-05",
    "ends_on": "2027-03-26",
    "days_required": 100,
    "preference_deadline_on": "2026-07-03",
    "rules": {"statutory_required": True, "contrast": ["directorate"], "travel_cap_minutes": 90},
    "stages": {"capacity_on": "2026-05-29", "matching_on": "2026-07-10", "answers_on": "2026-07-24"},
    "targets": [{"organisation_id": SAMPLE_ID, "directorate": "adults", "places": 12}],
}


class StageDays(Wire):
    """The days by which the stages of the season are to be done; preferences have the round's own deadline."""

    capacity_on: Day | None = None
    """Settings have stated their capacity."""

    matching_on: Day | None = None
    """A result is published."""

    answers_on: Day | None = None
    """Host and university have answered each proposal."""

    confirmed_on: Day | None = None
    """The agreed placements are confirmed."""


class Target(Wire):
    """Places that an organisation has promised to find; if it says so, for one directorate, setting or level."""

    organisation_id: UUID
    directorate: Directorate | None = None
    setting_id: UUID | None = None
    placement_level: PlacementLevel | None = None
    """The round's own where it is left out."""

    places: Annotated[int, Field(ge=0, le=10_000)]


Targets = Annotated[list[Target], Field(max_length=2000)]
"""What is to be found in one round."""


class RoundFacts(Wire):
    """One matching season for one placement level and start window."""

    model_config = like(**_EXAMPLE)
    _together = beside(faults_in_round)

    name: Name
    placement_level: PlacementLevel
    academic_year: AcademicYear
    starts_on: Day
    ends_on: Day
    days_required: PlacementDays
    preference_deadline_on: Day
    rules: Rules = Field(default_factory=Rules)
    stages: StageDays = Field(default_factory=StageDays)
    targets: Targets = Field(default_factory=list)


class RoundDraft(RoundFacts, Named):
    """A round to be added."""


class RoundPatch(Wire):
    """What is to change about a round."""

    model_config = like(preference_deadline_on="2026-07-10")
    _together = beside(faults_in_round)

    name: Name = absent()
    starts_on: Day = absent()
    ends_on: Day = absent()
    days_required: PlacementDays = absent()
    preference_deadline_on: Day = absent()
    rules: Rules = absent()
    stages: StageDays = absent()
    targets: Targets = absent()


class RoundView(RoundFacts, Kept):
    """A round of the partnership."""

    model_config = like(**SAMPLE, **_EXAMPLE, published_run_id=None)

    published_run_id: UUID | None
    """The match run whose result was published."""


_VIEW = View(
    ROUND,
    "/v1/rounds",
    ROUNDS,
    reading.SINGLE,
    reading.LIST,
    TypeAdapter(RoundView),
    TypeAdapter(list[RoundView]),
)


@router.get("/rounds", operation_id="list_rounds", response_model=Page[RoundView])
async def list_rounds(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    academic_year: Annotated[AcademicYear | None, Query(description="Only rounds of this year.")] = None,
    placement_level: Annotated[PlacementLevel | None, Query(description="Only rounds of this level.")] = None,
) -> Response:
    """The rounds the caller sees, in the order they were added."""
    return await show_list(
        _VIEW, wired, principal, call, academic_year=academic_year, placement_level=placement_level
    )


@router.get("/rounds/{round_id}", operation_id="get_round", response_model=RoundView)
async def get_round(round_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One round."""
    return await show_one(_VIEW, wired, principal, call, round_id)


@router.get("/rounds/external/{system}/{value:path}", operation_id="find_round", response_model=RoundView)
async def find_round(
    system: System, value: Value, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """The round that another system knows under this name."""
    return await show_named(_VIEW, wired, principal, call, system=system, value=value)


@router.post("/rounds", operation_id="create_round", response_model=RoundView, status_code=201)
async def create_round(body: RoundDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """Add a round."""
    return await create(_VIEW, wired, principal, key, body)


@router.put(
    "/rounds/external/{system}/{value:path}",
    operation_id="upsert_round",
    response_model=RoundView,
    responses=NEW,
)
async def upsert_round(
    system: System, value: Value, body: RoundFacts, wired: Wired, principal: Writer
) -> Response:
    """Make what another system knows under this name be as the body says. Repeating it changes nothing."""
    return await put_named(_VIEW, wired, principal, body, system=system, value=value)


@router.patch("/rounds/{round_id}", operation_id="change_round", response_model=RoundView)
async def change_round(
    round_id: Id, body: RoundPatch, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Change the members that are given."""
    return await patch(_VIEW, wired, principal, body, id_=round_id, seen=seen)
