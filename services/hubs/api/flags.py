"""Flags of facilitators: content-free, and heard by the placements service."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired, Writer
from services.hubs.api.shapes import OTHER_ID, SAMPLE_AT, SAMPLE_ID, Id
from services.hubs.domain.flags import FlagAbout
from services.hubs.operations.authors import Author
from services.hubs.operations.flags import raise_flag
from services.hubs.queries import flags as reading
from services.hubs.queries import hubs
from services.hubs.queries.visibility import reader
from shared.errors import NotFound
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Instant, Page, Wire, like
from shared.http.writing import Key, created

router = APIRouter(prefix="/v1", tags=["signals"])


class FlagDraft(Wire):
    """That a member's placement needs somebody. There is no place for words: what was said in the hub stays there."""

    model_config = like(membership_id=SAMPLE_ID, about="wellbeing", is_urgent=False)

    membership_id: UUID
    about: FlagAbout
    is_urgent: bool = False


class FlagView(Wire):
    """A flag that was raised."""

    model_config = like(
        id=SAMPLE_ID,
        hub_id=OTHER_ID,
        membership_id=SAMPLE_ID,
        placement_id=OTHER_ID,
        about="wellbeing",
        is_urgent=False,
        created_at=SAMPLE_AT,
    )

    id: UUID
    hub_id: UUID
    membership_id: UUID
    placement_id: UUID
    about: FlagAbout
    is_urgent: bool
    created_at: Instant


_many = TypeAdapter(list[FlagView])


@router.post(
    "/hubs/{hub_id}/flags",
    operation_id="raise_flag",
    summary="Flag a member's placement",
    response_model=FlagView,
    status_code=201,
)
async def raise_hub_flag(hub_id: Id, body: FlagDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """For the hub's facilitators. The student sees the flag; the placements service's policy says what follows."""
    author, now = Author.of(principal), wired.clock.now()
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        hub = await hubs.hold_hub(session, author.tenant, hub_id)
        if hub is None:
            raise NotFound("hub")
        flag = await raise_flag(
            session, author, hub, body.membership_id, body.about, is_urgent=body.is_urgent, now=now
        )
        view = FlagView.model_validate({name: getattr(flag, name) for name in FlagView.model_fields})
        return await key.keep(session, created(view, f"/v1/flags?hub_id={hub_id}", version=None))


@router.get("/flags", operation_id="list_flags", summary="Flags", response_model=Page[FlagView])
async def list_flags(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    hub_id: Annotated[UUID | None, Query(description="Only of this hub.")] = None,
) -> Response:
    """The flags the caller sees: students those about themselves, facilitators those of their hubs."""
    given = {} if hub_id is None else {"hub_id": hub_id}
    return await page(call, wired.db, reading.LIST.by(given), reader(principal), _many, filters=given)
