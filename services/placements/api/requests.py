"""Requests: what travels, and the routes."""

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
from services.placements.api.shapes import SAMPLE, SAMPLE_ID, Codes, Kept, Minutes, Named, Point
from services.placements.api.wishes import Conflicts, Earlier, Preferences
from services.placements.domain.requests import EndingReason, faults_in_request
from services.placements.domain.vocabulary import PlacementLevel, RequestStatus
from services.placements.operations.requests import REQUEST
from services.placements.queries import requests as reading
from services.placements.queries.visibility import REQUESTS
from shared.http.crossing import beside
from shared.http.paging import ListCall, SingleCall
from shared.http.wire import Page, Wire, absent, like
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["requests"])


_EXAMPLE = {
    "round_id": SAMPLE_ID,
    "student_id": SAMPLE_ID,
    "placement_level": "final",
    "preferences": [{"rank": 1, "kind": "directorate", "value": "adults"}],
    "home": {"latitude": 50.9, "longitude": -1.39},
    "can_drive": False,
    "max_travel_minutes": 60,
    "adjustments": ["step_free"],
    "clearances": ["dbs_enhanced"],
    "conflicts": [{"kind": "organisation", "id": SAMPLE_ID}],
    "previous": [
        {
            "setting_id": SAMPLE_ID,
            "organisation_id": SAMPLE_ID,
            "directorate": "childrens",
            "is_statutory": False,
        }
    ],
}


class RequestFacts(Wire):
    """A student's need for one placement in one round."""

    model_config = like(**_EXAMPLE)
    _together = beside(faults_in_request)

    round_id: UUID
    student_id: UUID
    placement_level: PlacementLevel | None = None
    """The round's where it is left out."""

    preferences: Preferences = Field(default_factory=list)
    home: Point
    can_drive: bool
    max_travel_minutes: Minutes | None = None
    """The student's own limit one way."""

    adjustments: Codes = Field(default_factory=list)
    """What a setting must be able to do, never why."""

    clearances: Codes = Field(default_factory=list)
    """Those the student holds."""

    conflicts: Conflicts = Field(default_factory=list)
    previous: Earlier = Field(default_factory=list)


class RequestDraft(RequestFacts, Named):
    """A request to be added."""


class RequestPatch(Wire):
    """What is to change about a request."""

    model_config = like(can_drive=True)
    _together = beside(faults_in_request)

    placement_level: PlacementLevel = absent()
    preferences: Preferences = absent()
    home: Point = absent()
    can_drive: bool = absent()
    max_travel_minutes: Minutes | None = absent()
    adjustments: Codes = absent()
    clearances: Codes = absent()
    conflicts: Conflicts = absent()
    previous: Earlier = absent()


class RequestView(Kept):
    """A request the caller sees. `home`, `adjustments` and `conflicts` are null without `students.sensitive:read`."""

    model_config = like(
        **SAMPLE,
        **_EXAMPLE,
        status="open",
        status_reason=None,
        deferred_to_request_id=None,
        arrived_late=False,
    )

    round_id: UUID
    student_id: UUID
    placement_level: PlacementLevel
    preferences: Preferences
    home: Point | None
    can_drive: bool
    max_travel_minutes: Minutes | None
    adjustments: Codes | None
    clearances: Codes
    conflicts: Conflicts | None
    previous: Earlier
    status: RequestStatus
    status_reason: EndingReason | None
    """Why it was withdrawn or deferred."""

    deferred_to_request_id: UUID | None
    """The request in the other round as which it goes on."""

    arrived_late: bool
    """Whether it came after the round's preference deadline."""


VIEW = View(
    REQUEST,
    "/v1/requests",
    REQUESTS,
    reading.SINGLE,
    reading.LIST,
    TypeAdapter(RequestView),
    TypeAdapter(list[RequestView]),
)
"""Requests, as callers see them."""


@router.get("/requests", operation_id="list_requests", response_model=Page[RequestView])
async def list_requests(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    round_id: Annotated[UUID | None, Query(description="Only requests of this round.")] = None,
    student_id: Annotated[UUID | None, Query(description="Only requests of this student.")] = None,
    status: Annotated[RequestStatus | None, Query(description="Only requests in this status.")] = None,
) -> Response:
    """The requests the caller sees, in the order they were added."""
    return await show_list(
        VIEW, wired, principal, call, round_id=round_id, student_id=student_id, status=status
    )


@router.get("/requests/{request_id}", operation_id="get_request", response_model=RequestView)
async def get_request(request_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One request."""
    return await show_one(VIEW, wired, principal, call, request_id)


@router.get(
    "/requests/external/{system}/{value:path}", operation_id="find_request", response_model=RequestView
)
async def find_request(
    system: System, value: Value, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """The request that another system knows under this name."""
    return await show_named(VIEW, wired, principal, call, system=system, value=value)


@router.post("/requests", operation_id="create_request", response_model=RequestView, status_code=201)
async def create_request(body: RequestDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """Add a request."""
    return await create(VIEW, wired, principal, key, body)


@router.put(
    "/requests/external/{system}/{value:path}",
    operation_id="upsert_request",
    response_model=RequestView,
    responses=NEW,
)
async def upsert_request(
    system: System, value: Value, body: RequestFacts, wired: Wired, principal: Writer
) -> Response:
    """Make what another system knows under this name be as the body says. Repeating it changes nothing."""
    return await put_named(VIEW, wired, principal, body, system=system, value=value)


@router.patch("/requests/{request_id}", operation_id="change_request", response_model=RequestView)
async def change_request(
    request_id: Id, body: RequestPatch, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Change the members that are given."""
    return await patch(VIEW, wired, principal, body, id_=request_id, seen=seen)
