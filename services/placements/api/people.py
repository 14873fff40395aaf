"""People: what travels, and the routes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter, model_validator
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
from services.placements.api.shapes import SAMPLE, SAMPLE_ID, Kept, Named
from services.placements.domain.vocabulary import Role
from services.placements.operations.people import PERSON
from services.placements.queries import people as reading
from services.placements.queries.visibility import PEOPLE
from shared.http.paging import ListCall, SingleCall
from shared.http.wire import Day, Email, Name, Page, Wire, absent, like
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["people"])


Roles = Annotated[list[Role], Field(min_length=1, max_length=8)]
"""What a person does around placements."""

_EXAMPLE = {
    "organisation_id": SAMPLE_ID,
    "full_name": "Tom Example",
    "email": "tom@example.org",
    "roles": ["tutor"],
    "educator_id": None,
    "deputy_person_id": None,
    "absent_from": "2026-10-26",
    "absent_until": "2026-10-30",
}


class PersonFacts(Wire):
    """Somebody with a role around placements, apart from students."""

    model_config = like(**_EXAMPLE)

    organisation_id: UUID | None = None
    """Null for people of the partnership's office."""

    full_name: Name
    email: Email
    roles: Roles
    educator_id: UUID | None = None
    """For a practice educator: the id at the educators service."""

    deputy_person_id: UUID | None = None
    """Who is told when this person is not reached, or away."""

    absent_from: Day | None = None
    """The first day away; null with an `absent_until`: away already."""

    absent_until: Day | None = None
    """The last day away; null with an `absent_from`: until further notice."""

    @model_validator(mode="after")
    def _in_order(self) -> "PersonFacts":
        if self.absent_from and self.absent_until and self.absent_until < self.absent_from:
            raise ValueError("absent_until must not be before absent_from")
        return self


class PersonDraft(PersonFacts, Named):
    """A person to be added."""


class PersonPatch(Wire):
    """What is to change about a person."""

    model_config = like(roles=["tutor", "coordinator"])

    full_name: Name = absent()
    email: Email = absent()
    roles: Roles = absent()
    educator_id: UUID | None = absent()
    deputy_person_id: UUID | None = absent()
    absent_from: Day | None = absent()
    absent_until: Day | None = absent()


class PersonView(PersonFacts, Kept):
    """A person the caller sees."""

    model_config = like(**SAMPLE, **_EXAMPLE)


_VIEW = View(
    PERSON,
    "/v1/people",
    PEOPLE,
    reading.SINGLE,
    reading.LIST,
    TypeAdapter(PersonView),
    TypeAdapter(list[PersonView]),
)


@router.get("/people", operation_id="list_people", response_model=Page[PersonView])
async def list_people(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    organisation_id: Annotated[UUID | None, Query(description="Only people of this organisation.")] = None,
    educator_id: Annotated[UUID | None, Query(description="Only the person who is this educator.")] = None,
    role: Annotated[Role | None, Query(description="Only people with this role.")] = None,
) -> Response:
    """The people the caller sees, in the order they were added."""
    return await show_list(
        _VIEW, wired, principal, call, organisation_id=organisation_id, educator_id=educator_id, role=role
    )


@router.get("/people/{person_id}", operation_id="get_person", response_model=PersonView)
async def get_person(person_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One person."""
    return await show_one(_VIEW, wired, principal, call, person_id)


@router.get("/people/external/{system}/{value:path}", operation_id="find_person", response_model=PersonView)
async def find_person(
    system: System, value: Value, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """The person that another system knows under this name."""
    return await show_named(_VIEW, wired, principal, call, system=system, value=value)


@router.post("/people", operation_id="create_person", response_model=PersonView, status_code=201)
async def create_person(body: PersonDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """Add a person."""
    return await create(_VIEW, wired, principal, key, body)


@router.put(
    "/people/external/{system}/{value:path}",
    operation_id="upsert_person",
    response_model=PersonView,
    responses=NEW,
)
async def upsert_person(
    system: System, value: Value, body: PersonFacts, wired: Wired, principal: Writer
) -> Response:
    """Make what another system knows under this name be as the body says. Repeating it changes nothing."""
    return await put_named(_VIEW, wired, principal, body, system=system, value=value)


@router.patch("/people/{person_id}", operation_id="change_person", response_model=PersonView)
async def change_person(
    person_id: Id, body: PersonPatch, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Change the members that are given."""
    return await patch(_VIEW, wired, principal, body, id_=person_id, seen=seen)
