"""One-to-one contacts: that a facilitator and a student met, for the two of them and the university. Never what was said."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired, Writer
from services.hubs.api.shapes import OTHER_ID, SAMPLE_AT, SAMPLE_ID, Id
from services.hubs.domain.contacts import ContactKind
from services.hubs.operations.authors import Author
from services.hubs.operations.contacts import record, take_back
from services.hubs.queries import contacts as reading
from services.hubs.queries.hubs import hold_hub
from services.hubs.queries.visibility import reader
from shared.errors import NotFound
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Day, Instant, Page, Wire, like
from shared.http.writing import IfMatch, Key, created, expect

router = APIRouter(prefix="/v1", tags=["contacts"])

Minutes = Annotated[int, Field(ge=1, le=480)]

_EXAMPLE = {"student_id": SAMPLE_ID, "held_on": "2026-10-06", "kind": "online", "minutes": 20}


class ContactDraft(Wire):
    """A one-to-one that took place."""

    model_config = like(**_EXAMPLE)

    student_id: UUID
    held_on: Day
    kind: ContactKind
    minutes: Minutes | None = None


class ContactView(ContactDraft):
    """A one-to-one that was noted."""

    model_config = like(id=SAMPLE_ID, hub_id=OTHER_ID, **_EXAMPLE, updated_at=SAMPLE_AT)

    id: UUID
    hub_id: UUID
    updated_at: Instant


_one = TypeAdapter(ContactView)
_many = TypeAdapter(list[ContactView])


@router.get(
    "/contacts", operation_id="list_contacts", summary="One-to-ones", response_model=Page[ContactView]
)
async def list_contacts(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    hub_id: Annotated[UUID | None, Query(description="Only of this hub.")] = None,
    student_id: Annotated[UUID | None, Query(description="Only with this student.")] = None,
) -> Response:
    """One-to-ones the caller may know of: a student's own, those of a facilitator's hub, a university's students'."""
    asked = {"hub_id": hub_id, "student_id": student_id}
    filters: dict[str, object] = {name: value for name, value in asked.items() if value is not None}
    return await page(call, wired.db, reading.LIST.by(filters), reader(principal), _many, filters=filters)


@router.get(
    "/contacts/{contact_id}", operation_id="get_contact", summary="One one-to-one", response_model=ContactView
)
async def get_contact(contact_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """That one meeting."""
    binds = {**reader(principal), "id": contact_id}
    return await single(call, wired.db, reading.SINGLE, binds, _one, "contact")


@router.post(
    "/hubs/{hub_id}/contacts",
    operation_id="record_contact",
    summary="Note a one-to-one",
    response_model=ContactView,
    status_code=201,
)
async def record_contact(
    hub_id: Id, body: ContactDraft, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Note that the facilitator met a member one to one."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        author, now = Author.of(principal), wired.clock.now()
        hub = await hold_hub(session, author.tenant, hub_id)
        if hub is None:
            raise NotFound("hub")
        contact = await record(session, author, hub, body.model_dump(), now)
        view = _one.validate_python(contact, from_attributes=True)
        return await key.keep(session, created(view, f"/v1/contacts/{contact.id}"))


@router.delete(
    "/contacts/{contact_id}",
    operation_id="delete_contact",
    summary="Take a one-to-one back",
    status_code=204,
    response_class=Response,
)
async def delete_contact(contact_id: Id, wired: Wired, principal: Writer, seen: IfMatch) -> Response:
    """Delete what was noted by mistake."""
    async with wired.db.begin() as session:
        author = Author.of(principal)
        contact = await reading.hold_contact(session, reader(principal), contact_id)
        if contact is None:
            raise NotFound("contact")
        hub = await hold_hub(session, author.tenant, contact.hub_id)
        if hub is None:
            raise NotFound("hub")
        expect(contact.version, seen)
        await take_back(session, author, hub, contact, wired.clock.now())
    return Response(status_code=204)
