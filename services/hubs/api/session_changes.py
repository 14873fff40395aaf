"""Sessions that do not go as planned, and what a session is made of."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired, Writer
from services.hubs.api.sessions import SessionView
from services.hubs.api.shapes import OTHER_ID, ClockTime, Id
from services.hubs.domain.agenda import agenda_of
from services.hubs.domain.planning import CancelReason, SessionKind
from services.hubs.operations.authors import Author
from services.hubs.operations.session_changes import Held, cancel, cover, move
from services.hubs.queries import sessions
from services.hubs.queries.singles import seen_within
from services.hubs.queries.visibility import reader
from services.hubs.wiring import Wiring
from shared.auth.principal import Principal
from shared.http.reading import one
from shared.http.wire import Day, Wire, like, up_to
from shared.http.writing import IdempotencyKey, IfMatch, Key, answer, expect

router = APIRouter(prefix="/v1", tags=["sessions"])


class Move(Wire):
    """Where in time a session goes."""

    model_config = like(held_on="2026-09-24", starts_at="13:00")

    held_on: Day
    starts_at: ClockTime | None = None
    """By London's clock; the hub's usual time where none is given."""


class Cancellation(Wire):
    """Why a session is not held, and what becomes of the plan."""

    model_config = like(reason="facilitator_away", close_up=True)

    reason: CancelReason
    close_up: bool = False
    """Whether the later sessions take over its number and kind, so that kinds go on alternating."""


class Cover(Wire):
    """Who leads one session."""

    model_config = like(facilitator_person_id=OTHER_ID)

    facilitator_person_id: UUID | None
    """Null: the hub's facilitator does after all."""


class StepView(Wire):
    """One step of a session."""

    item: str
    from_minute: int
    minutes: int


class AgendaView(Wire):
    """The steps of a session, from its beginning to its end."""

    model_config = like(
        session_id=OTHER_ID,
        kind="reflective_skills",
        minutes=90,
        steps=[{"item": "check_in", "from_minute": 0, "minutes": 10}],
    )

    session_id: UUID
    kind: SessionKind
    minutes: int
    steps: Annotated[list[StepView], up_to(20)]


_one = TypeAdapter(SessionView)
Act = Callable[[Any, Held], Awaitable[None]]
"""A change of a session, in a database session."""


async def _changed(
    session_id: UUID, wired: Wiring, principal: Principal, key: IdempotencyKey, *, seen: int | None, act: Act
) -> Response:
    """Carry out a change of a session that the caller saw at this version, and show it then."""
    binds = reader(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        held, hub = await sessions.hold_for_change(session, binds, session_id)
        expect(held.version, seen)
        await act(session, Held(held, hub))
        columns = await seen_within(session, sessions.SINGLE, {**binds, "id": session_id}, "session")
        version = columns.pop("version")
        return await key.keep(session, answer(_one.validate_python(columns), version=version))


@router.post(
    "/sessions/{session_id}/move",
    operation_id="move_session",
    summary="Move a session",
    response_model=SessionView,
)
async def move_session(
    session_id: Id, body: Move, wired: Wired, principal: Writer, *, key: Key, seen: IfMatch
) -> Response:
    """Hold a session on another open day, or at another time. It stays between the sessions before and after it."""
    author, now = Author.of(principal), wired.clock.now()

    async def act(session: Any, held: Held) -> None:
        await move(session, author, held, body.held_on, body.starts_at, now=now)

    return await _changed(session_id, wired, principal, key, seen=seen, act=act)


@router.post(
    "/sessions/{session_id}/cancellation",
    operation_id="cancel_session",
    summary="Cancel a session",
    response_model=SessionView,
)
async def cancel_session(
    session_id: Id, body: Cancellation, wired: Wired, principal: Writer, *, key: Key, seen: IfMatch
) -> Response:
    """Do not hold a session. Turns to present are shared anew among those still to come."""
    author, now = Author.of(principal), wired.clock.now()

    async def act(session: Any, held: Held) -> None:
        await cancel(session, author, held, body.reason, now, close_up=body.close_up)

    return await _changed(session_id, wired, principal, key, seen=seen, act=act)


@router.post(
    "/sessions/{session_id}/cover",
    operation_id="assign_session_cover",
    summary="Let somebody else lead a session",
    response_model=SessionView,
)
async def assign_session_cover(
    session_id: Id, body: Cover, wired: Wired, principal: Writer, *, key: Key, seen: IfMatch
) -> Response:
    """Say who covers for the facilitator; they see this session and take its register, and nothing else of the hub."""
    author, now = Author.of(principal), wired.clock.now()

    async def act(session: Any, held: Held) -> None:
        await cover(session, author, held, body.facilitator_person_id, now)

    return await _changed(session_id, wired, principal, key, seen=seen, act=act)


@router.get(
    "/sessions/{session_id}/agenda",
    operation_id="get_agenda",
    summary="A session's agenda",
    response_model=AgendaView,
)
async def get_agenda(session_id: Id, wired: Wired, principal: Reader) -> Response:
    """What is done when: check-in, well-being and the PCF in every session, in proportion to its length."""
    async with wired.db.read() as connection:
        found = await one(connection, sessions.SINGLE, {**reader(principal), "id": session_id}, "session")
    steps = agenda_of(SessionKind(found["kind"]), found["minutes"])
    shown = [StepView.model_validate(step) for step in steps]
    view = AgendaView(session_id=session_id, kind=found["kind"], minutes=found["minutes"], steps=shown)
    return answer(view)
