"""The inbox: what the hubs tell a person, for that person alone."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter, computed_field
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired
from services.hubs.api.shapes import SAMPLE_AT, SAMPLE_ID, Id
from services.hubs.domain.inbox import WORDS, MessageCode
from services.hubs.operations.inbox import mark_read
from services.hubs.queries import inbox as reading
from services.hubs.queries.visibility import reader
from shared.errors import NotFound
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Day, Instant, LongText, Page, Wire, like
from shared.http.writing import Key, answer

router = APIRouter(prefix="/v1", tags=["inbox"])

_EXAMPLE = {
    "id": SAMPLE_ID,
    "code": "pulse_asked",
    "hub_id": SAMPLE_ID,
    "session_id": None,
    "due_on": None,
    "text": None,
    "sent_at": SAMPLE_AT,
    "read_at": None,
}


class InboxMessageView(Wire):
    """One message. `detail` says what it is about in words; `text` is what a facilitator added."""

    model_config = like(**_EXAMPLE, detail=WORDS[MessageCode.PULSE_ASKED])

    id: UUID
    code: MessageCode
    hub_id: UUID | None
    session_id: UUID | None
    due_on: Day | None
    text: LongText | None
    sent_at: Instant
    read_at: Instant | None

    @computed_field  # type: ignore[prop-decorator]  # as pydantic asks for it
    @property
    def detail(self) -> str:
        """What it says, in words."""
        return WORDS[self.code]


_many = TypeAdapter(list[InboxMessageView])


def _shown(message: Any) -> InboxMessageView:
    names = InboxMessageView.model_fields
    return InboxMessageView(**{name: getattr(message, name) for name in names})


@router.get(
    "/inbox", operation_id="list_messages", summary="One's messages", response_model=Page[InboxMessageView]
)
async def list_messages(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    unread: Annotated[bool | None, Query(description="Only those not read yet (or read).")] = None,
) -> Response:
    """What the caller was written, oldest first. Nobody else reads it."""
    given: dict[str, object] = {} if unread is None else {"unread": unread}
    return await page(call, wired.db, reading.LIST.by(given), reader(principal), _many, filters=given)


@router.post(
    "/inbox/{message_id}/reading",
    operation_id="acknowledge_message",
    summary="Note that a message was read",
    response_model=InboxMessageView,
)
async def acknowledge_message(message_id: Id, wired: Wired, principal: Reader, key: Key) -> Response:
    """Note that the caller has read a message of theirs; a second time changes nothing."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        message = await reading.hold_message(session, reader(principal), message_id)
        if message is None:
            raise NotFound("message")
        mark_read(message, wired.clock.now())
        return await key.keep(session, answer(_shown(message)))
