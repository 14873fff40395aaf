"""The inbox: what a person was told, and how they wish to be told."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import ConcernReader, Wired, office_only
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.escalation.codes import Recipient, Template
from services.placements.domain.escalation.telling import EmailWish
from services.placements.operations import inbox as operations
from services.placements.queries import inbox as reading
from services.placements.queries.visibility import reader
from shared.errors import Forbidden
from shared.http.paging import ListCall
from shared.http.reading import one, page
from shared.http.wire import Instant, Page, Wire, like
from shared.http.writing import IfMatch, Key, answer

router = APIRouter(prefix="/v1", tags=["being told"])

Delivery = Literal["queued", "sent", "failed", "in_digest", "sent_in_digest", "inbox_only"]
"""Where the e-mail about it stands. Only `queued` and `in_digest` still change by themselves."""

_MESSAGE = {
    "id": SAMPLE_ID,
    "template": "step_due",
    "is_immediate": False,
    "concern_id": SAMPLE_ID,
    "case_number": "PC-2026-000007",
    "placement_id": SAMPLE_ID,
    "round_id": None,
    "delivery": "sent",
    "failure": None,
    "created_at": "2026-10-12T16:00:00Z",
    "read_at": None,
}
_WISHES = {"email": "digest", "inbox": True}


class InboxMessageView(Wire):
    """Something the caller was told. What it is about is read at the concern, the placement or the round."""

    model_config = like(**_MESSAGE)

    id: UUID
    template: Template
    """What kind of message it is."""
    is_immediate: bool
    """A matter of safety."""
    concern_id: UUID | None
    case_number: str | None
    placement_id: UUID | None
    round_id: UUID | None
    """The round whose published proposals wait for the reader's answer."""
    delivery: Delivery
    failure: str | None
    """Why no mail server took it, as a code."""
    created_at: Instant
    read_at: Instant | None


class UndeliveredView(Wire):
    """A message that no mail server took, after all attempts. Its reader finds it in the inbox."""

    model_config = like(
        id=SAMPLE_ID,
        person_id=SAMPLE_ID,
        person_kind="person",
        role="tutor",
        template="step_due",
        concern_id=SAMPLE_ID,
        case_number="PC-2026-000007",
        attempts=1,
        failure="smtp_550",
        created_at="2026-10-12T16:00:00Z",
    )

    id: UUID
    person_id: UUID
    person_kind: Literal["student", "person"]
    role: Recipient
    template: Template
    concern_id: UUID | None
    case_number: str | None
    attempts: int
    failure: str | None
    created_at: Instant


class Wishes(Wire):
    """How a person wishes to be told. Matters of safety (`immediate`) always go by e-mail, at once."""

    model_config = like(**_WISHES)

    email: EmailWish
    """As it happens (at most six a day, not at night; the rest in a digest), only in the digest, or not at all."""
    inbox: bool
    """Whether messages stand in the inbox too. What e-mail could not bring always does."""


class WishesView(Wishes):
    """How a person wishes to be told, and whether e-mail reaches them."""

    model_config = like(**_WISHES, email_works=True)

    email_works: bool
    """There is an address, and the last message to it was taken."""


_ONE = TypeAdapter(InboxMessageView)
_MANY = TypeAdapter(list[InboxMessageView])
_UNDELIVERED = TypeAdapter(list[UndeliveredView])


@router.get("/inbox", operation_id="list_inbox", response_model=Page[InboxMessageView])
async def list_inbox(
    call: ListCall,
    wired: Wired,
    principal: ConcernReader,
    unread: Annotated[bool | None, Query(description="Only what is not read yet, or only what is.")] = None,
) -> Response:
    """What the caller, a person, was told; the oldest first. Each message is a kind, a case number and ids, never content."""
    if not principal.is_person:
        raise Forbidden("people_only", "Only people have an inbox.")
    filters = {} if unread is None else {"unread": unread}
    return await page(call, wired.db, reading.LIST.by(filters), reader(principal), _MANY, filters=filters)


@router.post(
    "/inbox/{message_id}/reading", operation_id="acknowledge_message", response_model=InboxMessageView
)
async def acknowledge_message(message_id: Id, wired: Wired, principal: ConcernReader, key: Key) -> Response:
    """The caller has read the message. Reading it again changes nothing."""
    binds = reader(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        await operations.read(session, binds, message_id, wired.clock.now())
        columns = await one(await session.connection(), reading.ONE, {**binds, "id": message_id}, "message")
        return await key.keep(session, answer(_ONE.validate_python(columns)))


@router.get(
    "/undelivered-messages", operation_id="list_undelivered_messages", response_model=Page[UndeliveredView]
)
async def list_undelivered_messages(
    call: ListCall,
    wired: Wired,
    principal: ConcernReader,
    concern_id: Annotated[UUID | None, Query(description="Only messages about this concern.")] = None,
) -> Response:
    """Messages that bounced or failed for good, for the partnership's office: an address is wrong."""
    office_only(principal)
    filters = {} if concern_id is None else {"concern_id": concern_id}
    statement = reading.UNDELIVERED.by(filters)
    return await page(call, wired.db, statement, reader(principal), _UNDELIVERED, filters=filters)


@router.get(
    "/notification-preferences", operation_id="get_notification_preferences", response_model=WishesView
)
async def get_notification_preferences(wired: Wired, principal: ConcernReader) -> Response:
    """How the caller, a person, wishes to be told. Whoever never said anything is told as it happens, and in the inbox."""
    async with wired.db.read() as connection:
        who = await reading.reader_of(connection, reader(principal))
        email, inbox, version = await reading.wishes_of(connection, principal.tenant, who.person_ref)
    return answer(WishesView(email=email, inbox=inbox, email_works=who.has_address), version=version)


@router.put(
    "/notification-preferences", operation_id="change_notification_preferences", response_model=WishesView
)
async def change_notification_preferences(
    body: Wishes, wired: Wired, principal: ConcernReader, seen: IfMatch
) -> Response:
    """Say how to be told. Nobody can switch off the last thing that reaches them: 409 `last_channel`."""
    async with wired.db.begin() as session:
        who = await reading.reader_of(session, reader(principal))
        version = await operations.wish(
            session,
            principal.tenant,
            who,
            body.email,
            inbox=body.inbox,
            seen=seen,
            now=wired.clock.now(),
        )
    view = WishesView(email=body.email, inbox=body.inbox, email_works=who.has_address)
    return answer(view, version=version)
