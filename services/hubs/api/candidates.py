"""Candidates: who may have a place in a hub: confirmed placements, and newly qualified social workers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter, model_validator
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired, Writer
from services.hubs.api.shapes import OTHER_ID, SAMPLE_AT, SAMPLE_ID, WHY, Why, like
from services.hubs.operations.authors import Author
from services.hubs.operations.candidates import Newcomer, welcome
from services.hubs.queries import candidates as reading
from services.hubs.queries.singles import seen_within
from services.hubs.queries.visibility import reader
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Code, Day, ExternalIds, Instant, Latitude, Longitude, Name, Page, Wire, up_to
from shared.http.writing import Key, created

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


class NewcomerDraft(Wire):
    """A newly qualified social worker who is to have a hub in the Assessed and Supported Year in Employment."""

    model_config = like(
        person_id=SAMPLE_ID,
        full_name="Ben Example",
        organisation_id=OTHER_ID,
        starts_on="2026-09-07",
        ends_on="2027-09-06",
        locality="Ipswich",
    )

    person_id: UUID
    full_name: Name
    organisation_id: UUID
    """The employer."""

    starts_on: Day
    ends_on: Day
    locality: Name | None = None
    service_area: Name | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "NewcomerDraft":
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on must be on or after starts_on")
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("give latitude and longitude, or neither")
        return self


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


@router.post(
    "/candidates",
    operation_id="create_candidate",
    summary="Add a newly qualified social worker",
    response_model=CandidateView,
    status_code=201,
)
async def create_candidate(body: NewcomerDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """Add somebody in their ASYE, who has no placement. Students are never added: they come with their placements."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        newcomer, author = Newcomer(**body.model_dump()), Author.of(principal)
        candidate = await welcome(session, author, newcomer, wired.clock.now())
        columns = await seen_within(
            session, reading.SINGLE, {**reader(principal), "id": candidate.id}, "candidate"
        )
        view = _one.validate_python(columns)
        return await key.keep(
            session, created(view, f"/v1/candidates?placement_id={candidate.placement_id}", version=None)
        )
