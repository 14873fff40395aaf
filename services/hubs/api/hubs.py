"""Hubs: what travels, and the routes."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, System, Value, Wired, Writer
from services.hubs.api.shapes import OTHER_ID, SAMPLE_AT, SAMPLE_ID, ClockTime, Id, Weekday
from services.hubs.domain.hubs import USUAL_LEVELS, Cadence, Level
from services.hubs.operations.authors import Author
from services.hubs.operations.hubs import change, create, put
from services.hubs.queries import hubs as reading
from services.hubs.queries.singles import seen_within
from services.hubs.queries.visibility import reader
from shared.errors import NotFound
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Day, ExternalIds, Instant, Latitude, Longitude, Name, Page, Wire, absent, like
from shared.http.writing import IfMatch, Key, answer
from shared.imports.external_ids import resolve

router = APIRouter(prefix="/v1", tags=["hubs"])

Size = Annotated[int, Field(ge=1, le=100)]
"""A number of members."""

Minutes = Annotated[int, Field(ge=15, le=480)]
"""Length of a session."""

Takes = Annotated[list[Level], Field(min_length=1, max_length=6)]
"""Placement levels, and `asye`."""

_CAPACITY = {"min": 4, "target": 8, "hard": 9}
_EXAMPLE = {
    "name": "Leeds, children and families",
    "locality": "Leeds",
    "service_area": "Children in need",
    "latitude": 53.8,
    "longitude": -1.55,
    "cadence": "weekly",
    "weekday": 2,
    "starts_at": "09:30",
    "minutes": 90,
    "capacity": _CAPACITY,
    "facilitator_person_id": OTHER_ID,
    "co_facilitator_person_id": None,
    "facilitator_assesses_members": False,
    "takes": ["final", "repeat_final"],
    "statutory_only": True,
    "starts_on": "2026-09-21",
    "ends_on": "2027-02-26",
}


class Capacity(Wire):
    """How many members: a hub does not begin with fewer than `min`, is meant for `target`, never exceeds `hard`."""

    model_config = like(**_CAPACITY)

    min: Size = 4
    target: Size = 8
    hard: Size = 9


class HubFacts(Wire):
    """A student learning hub: a small group that meets in a rhythm, led by a facilitator."""

    model_config = like(**_EXAMPLE)

    name: Name
    locality: Name | None = None
    """The town or district it is for."""

    service_area: Name | None = None
    latitude: Latitude | None = None
    """Where it meets, in degrees (WGS 84). Without a place, names of localities decide what is near."""

    longitude: Longitude | None = None
    cadence: Cadence
    weekday: Weekday
    """Monday 1 to Friday 5."""

    starts_at: ClockTime
    """By London's clock."""

    minutes: Minutes = 90
    capacity: Capacity = Field(default_factory=Capacity)
    facilitator_person_id: UUID | None = None
    co_facilitator_person_id: UUID | None = None
    """Shares the job, with the same rights."""

    facilitator_assesses_members: bool = False
    """Disclosed to members: whether the facilitator also assesses some of them."""

    takes: Takes = Field(default_factory=lambda: list(USUAL_LEVELS))
    """Placement levels it is for; `asye` for newly qualified social workers in their first year."""

    statutory_only: bool = True
    """Whether it is for students on statutory placements only."""

    starts_on: Day
    ends_on: Day | None = None


class HubDraft(HubFacts):
    """A hub to be added."""

    model_config = like(**_EXAMPLE, external_ids=[{"system": "records", "value": "HUB-3"}])

    external_ids: ExternalIds = Field(default_factory=list)
    """What other systems call it: unique per organisation and system."""


class HubPatch(Wire):
    """What is to change about a hub."""

    model_config = like(facilitator_person_id=OTHER_ID)

    name: Name = absent()
    locality: Name | None = absent()
    service_area: Name | None = absent()
    latitude: Latitude | None = absent()
    longitude: Longitude | None = absent()
    cadence: Cadence = absent()
    weekday: Weekday = absent()
    starts_at: ClockTime = absent()
    minutes: Minutes = absent()
    capacity: Capacity = absent()
    facilitator_person_id: UUID | None = absent()
    co_facilitator_person_id: UUID | None = absent()
    facilitator_assesses_members: bool = absent()
    takes: Takes = absent()
    statutory_only: bool = absent()
    starts_on: Day = absent()
    ends_on: Day | None = absent()


class HubView(HubFacts):
    """A hub, and how many members it has now."""

    model_config = like(
        id=SAMPLE_ID,
        **_EXAMPLE,
        members=7,
        external_ids=[{"system": "records", "value": "HUB-3"}],
        updated_at=SAMPLE_AT,
    )

    id: UUID
    members: int
    """How many students belong to it now."""

    external_ids: ExternalIds
    updated_at: Instant


_one = TypeAdapter(HubView)
_many = TypeAdapter(list[HubView])


def _columns(body: Wire, *, given_only: bool = False) -> dict[str, Any]:
    columns = body.model_dump(exclude_unset=given_only, exclude={"external_ids"})
    sizes = columns.pop("capacity", None)
    if sizes is not None:
        columns |= {f"capacity_{name}": size for name, size in sizes.items()}
    if "cadence" in columns:
        columns["cadence"] = columns["cadence"].value
    if "takes" in columns:
        columns["takes"] = sorted({level.value for level in columns["takes"]})
    return columns


async def _shown(session: Any, binds: dict[str, object], hub_id: UUID, *, new: bool = False) -> Response:
    columns = await seen_within(session, reading.SINGLE, {**binds, "id": hub_id}, "hub")
    version = columns.pop("version")
    location = f"/v1/hubs/{hub_id}" if new else None
    return answer(
        _one.validate_python(columns), version=version, status=201 if new else 200, location=location
    )


@router.get("/hubs", operation_id="list_hubs", summary="Hubs", response_model=Page[HubView])
async def list_hubs(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    locality: Annotated[Name | None, Query(description="Only hubs of this locality.")] = None,
    service_area: Annotated[Name | None, Query(description="Only hubs of this service area.")] = None,
    facilitator_person_id: Annotated[UUID | None, Query(description="Only hubs of this facilitator.")] = None,
) -> Response:
    """The partnership's hubs, in the order they were added."""
    filters = {
        "locality": locality,
        "service_area": service_area,
        "facilitator_person_id": facilitator_person_id,
    }
    given = {name: value for name, value in filters.items() if value is not None}
    return await page(call, wired.db, reading.LIST.by(given), reader(principal), _many, filters=given)


@router.get("/hubs/{hub_id}", operation_id="get_hub", summary="One hub", response_model=HubView)
async def get_hub(hub_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One hub."""
    return await single(call, wired.db, reading.SINGLE, {**reader(principal), "id": hub_id}, _one, "hub")


@router.get(
    "/hubs/external/{system}/{value:path}",
    operation_id="find_hub",
    summary="A hub by its external id",
    response_model=HubView,
)
async def find_hub(
    system: System, value: Value, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """The hub that another system knows under this name."""
    async with wired.db.read() as connection:
        found = await resolve(connection, Author.of(principal), "hub", system, [value])
    if value not in found:
        raise NotFound("hub")
    return await get_hub(found[value], call, wired, principal)


@router.post("/hubs", operation_id="create_hub", summary="Add a hub", response_model=HubView, status_code=201)
async def create_hub(body: HubDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """Add a hub. For coordinators, the office, and systems of members."""
    names = [(each.system, each.value) for each in body.external_ids]
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        hub = await create(session, Author.of(principal), _columns(body), names, wired.clock.now())
        return await key.keep(session, await _shown(session, reader(principal), hub.id, new=True))


@router.put(
    "/hubs/external/{system}/{value:path}",
    operation_id="upsert_hub",
    summary="Add or change a hub by its external id",
    response_model=HubView,
    responses={201: {"description": "It was new here.", "model": HubView}},
)
async def upsert_hub(
    system: System, value: Value, body: HubFacts, wired: Wired, principal: Writer
) -> Response:
    """Make what another system knows under this name be as the body says. Repeating it changes nothing."""
    async with wired.db.begin() as session:
        name, now = (system, value), wired.clock.now()
        upserted = await put(session, Author.of(principal), name, _columns(body), now)
        return await _shown(session, reader(principal), upserted.id, new=upserted.is_new)


@router.patch("/hubs/{hub_id}", operation_id="change_hub", summary="Change a hub", response_model=HubView)
async def change_hub(hub_id: Id, body: HubPatch, wired: Wired, principal: Writer, seen: IfMatch) -> Response:
    """Change the members that are given. For those who arrange hubs, and for the hub's facilitator."""
    async with wired.db.begin() as session:
        values = _columns(body, given_only=True)
        await change(session, Author.of(principal), hub_id, seen, values, now=wired.clock.now())
        return await _shown(session, reader(principal), hub_id)
