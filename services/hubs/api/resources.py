"""The resource bank: what facilitators found worth passing on, by tag and PCF domain."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints, TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired, Writer
from services.hubs.api.shapes import SAMPLE_AT, SAMPLE_ID, Domains, Id
from services.hubs.domain.pcf import PcfDomain
from services.hubs.models.resources import Resource
from services.hubs.operations.authors import Author
from services.hubs.operations.resources import add, change, withdraw
from services.hubs.queries import resources as reading
from services.hubs.queries.visibility import reader
from shared.auth.principal import Principal
from shared.db import Session
from shared.errors import NotFound
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Instant, LongText, Name, Page, Wire, absent, like
from shared.http.writing import IfMatch, Key, answer, created, expect

router = APIRouter(prefix="/v1", tags=["resources"])

Tag = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Tags = Annotated[list[Tag], Field(max_length=20)]
"""What a resource is good for, in lower-case words: `endings`, `risk-assessment`."""

Link = Annotated[
    str, StringConstraints(min_length=10, max_length=1000, pattern=r"^https://[!-~]+$", strip_whitespace=True)
]
"""Where it is found, with https."""

_EXAMPLE = {
    "title": "Genogram worksheet",
    "url": "https://example.org/genograms",
    "note": "Works well in pairs.",
    "tags": ["assessment", "families"],
    "pcf_domains": ["skills_and_interventions"],
}


class ResourceDraft(Wire):
    """A resource to be added."""

    model_config = like(**_EXAMPLE)

    title: Name
    url: Link | None = None
    note: LongText | None = None
    tags: Tags = Field(default_factory=list)
    pcf_domains: Domains = Field(default_factory=list)


class ResourcePatch(Wire):
    """What is to change about a resource."""

    model_config = like(tags=["families"])

    title: Name = absent()
    url: Link | None = absent()
    note: LongText | None = absent()
    tags: Tags = absent()
    pcf_domains: Domains = absent()


class ResourceView(Wire):
    """A resource of the bank."""

    model_config = like(id=SAMPLE_ID, **_EXAMPLE, withdrawn_at=None, updated_at=SAMPLE_AT)

    id: UUID
    title: Name
    url: str | None
    note: str | None
    tags: Tags
    pcf_domains: Domains
    withdrawn_at: Instant | None
    updated_at: Instant


_one = TypeAdapter(ResourceView)
_many = TypeAdapter(list[ResourceView])


async def _held(session: Session, principal: Principal, resource_id: UUID) -> Resource:
    resource = await reading.hold_resource(session, principal.tenant, resource_id)
    if resource is None:
        raise NotFound("resource")
    return resource


@router.get(
    "/resources", operation_id="list_resources", summary="Resources", response_model=Page[ResourceView]
)
async def list_resources(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    tag: Annotated[Tag | None, Query(description="Only with this tag.")] = None,
    pcf_domain: Annotated[PcfDomain | None, Query(description="Only for this PCF domain.")] = None,
) -> Response:
    """What the resource bank offers."""
    asked = {"tag": tag, "pcf_domain": None if pcf_domain is None else pcf_domain.value}
    filters: dict[str, object] = {name: value for name, value in asked.items() if value is not None}
    return await page(call, wired.db, reading.LIST.by(filters), reader(principal), _many, filters=filters)


@router.get(
    "/resources/{resource_id}",
    operation_id="get_resource",
    summary="One resource",
    response_model=ResourceView,
)
async def get_resource(resource_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One resource; also one that was withdrawn, since summaries may name it."""
    binds = {**reader(principal), "id": resource_id}
    return await single(call, wired.db, reading.SINGLE, binds, _one, "resource")


@router.post(
    "/resources",
    operation_id="create_resource",
    summary="Add a resource",
    response_model=ResourceView,
    status_code=201,
)
async def create_resource(body: ResourceDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """Put a resource into the bank: facilitators, and those who arrange hubs."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        values = body.model_dump(mode="json")
        resource = await add(session, Author.of(principal), values, wired.clock.now())
        view = _one.validate_python(resource, from_attributes=True)
        return await key.keep(session, created(view, f"/v1/resources/{resource.id}"))


@router.patch(
    "/resources/{resource_id}",
    operation_id="change_resource",
    summary="Change a resource",
    response_model=ResourceView,
)
async def change_resource(
    resource_id: Id, body: ResourcePatch, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Change the members that are given: who added it, and those who arrange hubs."""
    async with wired.db.begin() as session:
        resource = await _held(session, principal, resource_id)
        expect(resource.version, seen)
        values = body.model_dump(mode="json", exclude_unset=True)
        await change(session, Author.of(principal), resource, values, wired.clock.now())
        view = _one.validate_python(resource, from_attributes=True)
        return answer(view, version=resource.version)


@router.delete(
    "/resources/{resource_id}",
    operation_id="delete_resource",
    summary="Withdraw a resource",
    status_code=204,
    response_class=Response,
)
async def delete_resource(resource_id: Id, wired: Wired, principal: Writer, seen: IfMatch) -> Response:
    """Offer a resource no more. Summaries that name it still find it."""
    async with wired.db.begin() as session:
        resource = await _held(session, principal, resource_id)
        expect(resource.version, seen)
        await withdraw(session, Author.of(principal), resource, wired.clock.now())
    return Response(status_code=204)
