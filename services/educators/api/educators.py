"""Educators: what travels, and the routes."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, NoReturn
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.educators.api.deps import EducatorId, Reader, Wired, Writer
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID
from services.educators.api.versions import Reason
from services.educators.domain.codes import CurrencyStatus, Directorate, Employment, Mode, PepsStage
from services.educators.operations.authors import Author
from services.educators.operations.educators import Entry, add, change, take_over
from services.educators.operations.rows import Number
from services.educators.queries import educators as reading
from services.educators.queries.educators import NOT_YOURS
from services.educators.queries.visibility import reader
from services.educators.wiring import Wiring
from shared.errors import Fault, Forbidden, Invalid, NotFound
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Code, Day, ExternalIds, Name, Page, Wire, absent, like
from shared.http.writing import IfMatch, Key, answer
from shared.imports.external_ids import resolve

router = APIRouter(prefix="/v1", tags=["educators"])

_EXAMPLE: dict[str, Any] = {
    "social_work_england_number": "SW12345",
    "full_name": "Amara Fielding",
    "organisation_id": SAMPLE_OTHER_ID,
    "mode": "on_site",
    "employment": "employed",
    "peps_stage": "stage_2",
    "qualified_on": "2014-07-01",
    "registered_on": "2014-09-01",
    "capacity": {"max_concurrent": 1},
    "mentor_educator_id": None,
    "directorate": "adults",
    "locality": "North",
}

System = Annotated[Code, Path(description="The other system, by the name it has in this partnership.")]
Value = Annotated[Name, Path(description="What the other system calls the educator.")]


class Capacity(Wire):
    """How many students at once."""

    max_concurrent: Annotated[int, Field(ge=0, le=50)] | None = None
    """The educator's own number; null means the usual one: 1 on site, 4 off site or independent."""


class EducatorFacts(Wire):
    """A practice educator."""

    model_config = like(**_EXAMPLE)

    social_work_england_number: Number
    full_name: Name
    organisation_id: UUID
    """An organisation of the placements service."""

    mode: Mode = Mode.ON_SITE
    employment: Employment = Employment.EMPLOYED
    peps_stage: PepsStage
    qualified_on: Day | None = None
    """The day of qualifying as a social worker."""

    registered_on: Day | None = None
    capacity: Capacity = Field(default_factory=Capacity)
    mentor_educator_id: UUID | None = None
    """The Stage 2 educator who mentors them, and ratifies what they may not judge alone."""

    directorate: Directorate | None = None
    locality: Name | None = None
    """The part of the area in which they work, in the partnership's own words."""


class EducatorDraft(EducatorFacts):
    """An educator to be added."""

    external_ids: ExternalIds = Field(default_factory=list)
    """What other systems call them: unique per organisation and system."""


class EducatorPatch(Wire):
    """What is to change about an educator."""

    model_config = like(peps_stage="stage_2", capacity={"max_concurrent": 2})

    social_work_england_number: Number = absent()
    full_name: Name = absent()
    organisation_id: UUID = absent()
    mode: Mode = absent()
    employment: Employment = absent()
    peps_stage: PepsStage = absent()
    qualified_on: Day | None = absent()
    registered_on: Day | None = absent()
    capacity: Capacity = absent()
    mentor_educator_id: UUID | None = absent()
    directorate: Directorate | None = absent()
    locality: Name | None = absent()
    reason: Reason | None = None
    """Why; it is kept in the history."""


class EducatorView(Wire):
    """An educator as the caller may see them: of another organisation's, only what matching needs; the rest is null."""

    model_config = like(
        id=SAMPLE_ID, status="current", external_ids=[{"system": "hr", "value": "E-17"}], **_EXAMPLE
    )

    id: UUID
    organisation_id: UUID
    mode: Mode
    peps_stage: PepsStage
    status: CurrencyStatus
    """Currency as it was last computed: when evidence came, or today."""

    social_work_england_number: str | None
    full_name: str | None
    employment: Employment | None
    qualified_on: Day | None
    registered_on: Day | None
    mentor_educator_id: UUID | None
    directorate: Directorate | None
    locality: str | None
    capacity: Capacity | None
    external_ids: ExternalIds


_one = TypeAdapter(EducatorView)
_many = TypeAdapter(list[EducatorView])


@router.get(
    "/educators", operation_id="list_educators", summary="Educators", response_model=Page[EducatorView]
)
async def list_educators(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    organisation_id: Annotated[UUID | None, Query(description="Only educators of this organisation.")] = None,
    peps_stage: Annotated[PepsStage | None, Query(description="Only educators of this stage.")] = None,
    mode: Annotated[Mode | None, Query(description="Only educators who work like this.")] = None,
    status: Annotated[CurrencyStatus | None, Query(description="Only educators of this currency.")] = None,
    mentor_educator_id: Annotated[
        UUID | None, Query(description="Only educators whom this educator mentors.")
    ] = None,
    social_work_england_number: Annotated[
        Number | None, Query(description="Only the educator with this registration number.")
    ] = None,
) -> Response:
    """The educators of the partnership, in the order they were added."""
    filters = {
        "organisation_id": organisation_id,
        "peps_stage": peps_stage,
        "mode": mode,
        "status": status,
        "mentor_educator_id": mentor_educator_id,
        "social_work_england_number": social_work_england_number,
    }
    given = {name: value for name, value in filters.items() if value is not None}
    statement = reading.listed_by(*sorted(given))
    return await page(call, wired.db, statement, reader(principal), _many, filters=given)


@router.get(
    "/educators/{educator_id}",
    operation_id="get_educator",
    summary="One educator",
    response_model=EducatorView,
)
async def get_educator(
    educator_id: EducatorId, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """One educator."""
    binds = {**reader(principal), "p_id": educator_id}
    return await single(call, wired.db, reading.ONE, binds, _one, "educator")


@router.get(
    "/educators/external/{system}/{value:path}",
    operation_id="find_educator",
    summary="The educator another system knows",
    response_model=EducatorView,
)
async def find_educator(
    system: System, value: Value, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """The educator that another system knows under this name."""
    async with wired.db.read() as connection:
        found = await resolve(connection, Author.of(principal), "educator", system, [value])
    if value not in found:
        raise NotFound("educator")
    return await get_educator(found[value], call, wired, principal)


@router.post(
    "/educators",
    operation_id="create_educator",
    summary="Add an educator",
    response_model=EducatorView,
    status_code=201,
)
async def create_educator(body: EducatorDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """Add an educator. Currency comes from evidence, which is added afterwards."""
    author = Author.of(principal)
    await _expect_organisation(wired, author, body.organisation_id)
    names = [(each.system, each.value) for each in body.external_ids]
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        educator = await add(session, author, _columns(body), names=names, now=wired.clock.now())
        columns = await reading.shown(session, reader(principal), educator.id)
        return await key.keep(session, _shown(columns, HTTPStatus.CREATED))


@router.put(
    "/educators/external/{system}/{value:path}",
    operation_id="upsert_educator",
    summary="Take an educator over from another system",
    response_model=EducatorView,
    responses={201: {"description": "They were new here.", "model": EducatorView}},
)
async def upsert_educator(
    system: System, value: Value, body: EducatorFacts, wired: Wired, principal: Writer
) -> Response:
    """Make the educator another system knows under this name be as the body says. Repeating it changes nothing."""
    author = Author.of(principal)
    await _expect_organisation(wired, author, body.organisation_id)
    async with wired.db.begin() as session:
        entry = Entry(_columns(body), value)
        (applied,) = await take_over(session, author, system, [entry], wired.clock.now())
        if applied.resource_id is None:
            _refuse(applied.faults)
        status = HTTPStatus.CREATED if applied.result == "created" else HTTPStatus.OK
        return _shown(await reading.shown(session, reader(principal), applied.resource_id), status)


@router.patch(
    "/educators/{educator_id}",
    operation_id="change_educator",
    summary="Change an educator",
    response_model=EducatorView,
)
async def change_educator(
    educator_id: EducatorId, body: EducatorPatch, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Change the members that are given."""
    author = Author.of(principal)
    values = _columns(body)
    if "organisation_id" in values:
        await _expect_organisation(wired, author, values["organisation_id"])
    async with wired.db.begin() as session:
        now, reason = wired.clock.now(), body.reason
        await change(session, author, educator_id, values, seen=seen, reason=reason, now=now)
        return _shown(await reading.shown(session, reader(principal), educator_id), HTTPStatus.OK)


async def _expect_organisation(wired: Wiring, author: Author, organisation_id: UUID) -> None:
    """The office may name any organisation of the partnership; the placements service knows which there are."""
    if not author.wide or await wired.placements.knows_organisation(author.tenant, organisation_id):
        return
    words = "There is no such organisation in this partnership."
    raise Invalid([Fault("/organisation_id", "unknown_reference", words)])


def _refuse(faults: Sequence[Fault]) -> NoReturn:
    for fault in faults:
        if fault.code == NOT_YOURS[0]:
            raise Forbidden(*NOT_YOURS)
    raise Invalid(faults)


def _columns(body: Wire) -> dict[str, Any]:
    """The columns a body stands for; members that were not given are left out of a PATCH."""
    given = body.model_dump(exclude_unset=isinstance(body, EducatorPatch), exclude={"external_ids", "reason"})
    capacity: Mapping[str, Any] | None = given.pop("capacity", None)
    return given if capacity is None else {**given, "max_concurrent": capacity.get("max_concurrent")}


def _shown(columns: Mapping[str, Any], status: HTTPStatus) -> Response:
    """The educator as they are now, with their version and, when they are new, where they live."""
    view = EducatorView.model_validate({name: columns[name] for name in EducatorView.model_fields})
    location = f"/v1/educators/{view.id}" if status is HTTPStatus.CREATED else None
    return answer(view, version=columns["version"], status=status, location=location)
