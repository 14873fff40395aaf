"""Candidates: who may have a place in a hub: confirmed placements, and newly qualified social workers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired
from services.hubs.api.shapes import OTHER_ID, SAMPLE_AT, SAMPLE_ID, WHY, Id, Why
from services.hubs.queries import candidates as reading
from services.hubs.queries.visibility import reader
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Code, Day, ExternalIds, Instant, Page, Wire, like, up_to

router = APIRouter(prefix="/v1", tags=["candidates"])


class StudentRef(Wire):
    """The student, as placements knows them."""

    id: UUID
    full_name: str | None
    external_ids: ExternalIds


class SettingRef(Wire):
    """The setting of the placement."""

    id: UUID
    name: str | None


class LocalityRef(Wire):
    """Where the setting is, as far as known."""

    name: str | None
    service_area: str | None
    latitude: float | None
    longitude: float | None


class CandidateView(Wire):
    """A confirmed placement, or a newly qualified social worker's first year (`placement_level` is then `asye`)."""

    model_config = like(
        id=SAMPLE_ID,
        placement_id=OTHER_ID,
        student={"id": SAMPLE_ID, "full_name": "Ada Example", "external_ids": []},
        university_id=SAMPLE_ID,
        organisation_id=OTHER_ID,
        setting={"id": SAMPLE_ID, "name": "East team"},
        educator_id=OTHER_ID,
        programme_id=None,
        placement_level="final",
        status="confirmed",
        starts_on="2026-09-21",
        ends_on="2027-02-26",
        weekdays=[1, 2, 3, 4],
        locality={
            "name": "Leeds",
            "service_area": "Children in need",
            "latitude": 53.8,
            "longitude": -1.55,
        },
        hub_id=SAMPLE_ID,
        why=WHY,
        updated_at=SAMPLE_AT,
    )

    id: UUID
    placement_id: UUID
    student: StudentRef
    university_id: UUID
    organisation_id: UUID
    """The host."""

    setting: SettingRef
    educator_id: UUID | None
    programme_id: UUID | None
    placement_level: str
    status: str
    """Of the placement, as last heard."""

    starts_on: Day
    ends_on: Day
    weekdays: Annotated[list[int], up_to(7)]
    locality: LocalityRef
    hub_id: UUID | None
    """The hub the student belongs to now."""

    why: Why | None
    """What the last allocation said; null before the first."""

    updated_at: Instant


_one = TypeAdapter(CandidateView)
_many = TypeAdapter(list[CandidateView])


@router.get(
    "/candidates", operation_id="list_candidates", summary="Candidates", response_model=Page[CandidateView]
)
async def list_candidates(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    status: Annotated[Code | None, Query(description="Only placements of this status.")] = None,
    student_id: Annotated[UUID | None, Query(description="Only this student.")] = None,
    placement_id: Annotated[UUID | None, Query(description="Only this placement.")] = None,
    university_id: Annotated[UUID | None, Query(description="Only students of this university.")] = None,
    placement_level: Annotated[Code | None, Query(description="Only this level, or `asye`.")] = None,
    has_hub: Annotated[bool | None, Query(description="Only those with (or without) a hub.")] = None,
) -> Response:
    """The candidates the caller sees, in the order they came."""
    filters: dict[str, object] = {
        "status": status,
        "student_id": student_id,
        "placement_id": placement_id,
        "university_id": university_id,
        "placement_level": placement_level,
        "has_hub": has_hub,
    }
    given = {name: value for name, value in filters.items() if value is not None}
    return await page(call, wired.db, reading.LIST.by(given), reader(principal), _many, filters=given)


@router.get(
    "/candidates/{candidate_id}",
    operation_id="get_candidate",
    summary="One candidate",
    response_model=CandidateView,
)
async def get_candidate(candidate_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One candidate."""
    binds = {**reader(principal), "id": candidate_id}
    return await single(call, wired.db, reading.SINGLE, binds, _one, "candidate")
