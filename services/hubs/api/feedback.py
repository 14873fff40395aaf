"""Stop, start, continue: what a hub's members say of it, rolled up into themes, without names.

Once a round is closed its themes are shown: to the facilitator always, to everybody else who takes part in the hub, its
universities and the office from five answers on. Comments are for the facilitator. Who said what is forgotten at the close.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints, TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired, Writer
from services.hubs.api.shapes import OTHER_ID, SAMPLE_AT, SAMPLE_ID, Id
from services.hubs.domain.feedback import Column, FeedbackTheme, may_see, rolled_up
from services.hubs.models.feedback import FeedbackRound
from services.hubs.models.hubs import Hub
from services.hubs.operations import feedback as operations
from services.hubs.operations.authors import Author
from services.hubs.queries import feedback as reading
from services.hubs.queries import hubs
from services.hubs.queries.singles import seen_within
from services.hubs.queries.visibility import reader
from shared.auth.principal import Principal
from shared.db import Session
from shared.errors import InvalidState, NotFound
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import one, page, single
from shared.http.wire import Day, Instant, Page, Wire, like, up_to
from shared.http.writing import IfMatch, Key, answer, created, expect

router = APIRouter(prefix="/v1", tags=["feedback"])

Themes = Annotated[list[FeedbackTheme], Field(max_length=18)]
Comment = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]

_ROUND = {
    "id": SAMPLE_ID,
    "hub_id": OTHER_ID,
    "closes_on": "2026-11-13",
    "closed_at": None,
    "answers": 5,
    "updated_at": SAMPLE_AT,
}
_ANSWER = {
    "stop": ["presentations"],
    "start": ["guest_speakers"],
    "continue": ["check_in", "case_discussion"],
    "comment": None,
}
_COUNT = {"column": "continue", "theme": "check_in", "answers": 4}


class RoundDraft(Wire):
    """A round to be opened."""

    model_config = like(closes_on="2026-11-13")

    closes_on: Day
    """The last day on which members can answer."""


class RoundView(Wire):
    """A stop-start-continue round."""

    model_config = like(**_ROUND)

    id: UUID
    hub_id: UUID
    closes_on: Day
    closed_at: Instant | None
    answers: int
    updated_at: Instant


class FeedbackAnswerDraft(Wire):
    """What one member says. Leave out what you have nothing to say about."""

    model_config = like(**_ANSWER)

    stop: Themes = Field(default_factory=list)
    start: Themes = Field(default_factory=list)
    go_on: Themes = Field(default_factory=list, alias="continue")
    comment: Comment | None = None
    """For the facilitator, without a name beside it."""


class FeedbackAnswerView(FeedbackAnswerDraft):
    """The caller's own answer, as long as the round is open."""

    model_config = like(round_id=SAMPLE_ID, **_ANSWER)

    round_id: UUID


class FeedbackCount(Wire):
    """How many members said this about a theme."""

    model_config = like(**_COUNT)

    column: Column
    theme: str
    answers: int


class FeedbackThemes(Wire):
    """What a closed round says. `shown` is false where there are too few answers for the caller to see more."""

    model_config = like(round_id=SAMPLE_ID, answers=5, shown=True, themes=[_COUNT], comments=[])

    round_id: UUID
    answers: int
    shown: bool
    themes: Annotated[list[FeedbackCount], up_to(54)]
    comments: Annotated[list[str], up_to(100)]
    """For the facilitator only, in no order that would say whose they are."""


_one = TypeAdapter(RoundView)
_many = TypeAdapter(list[RoundView])


async def _held(session: Session, principal: Principal, round_id: UUID) -> tuple[FeedbackRound, Hub]:
    held = await reading.hold_round(session, reader(principal), round_id)
    if held is None:
        raise NotFound("round")
    return held


async def _shown(session: Session, principal: Principal, round_id: UUID) -> tuple[RoundView, Any]:
    columns = await seen_within(session, reading.SINGLE, {**reader(principal), "id": round_id}, "round")
    version = columns.pop("version")
    return _one.validate_python(columns), version


@router.post(
    "/hubs/{hub_id}/feedback",
    operation_id="open_feedback_round",
    summary="Ask a hub what to stop, start and continue",
    response_model=RoundView,
    status_code=201,
)
async def open_feedback_round(
    hub_id: Id, body: RoundDraft, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Open a round. Members find a message in their inbox; it closes by itself after its last day."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        author, now = Author.of(principal), wired.clock.now()
        hub = await hubs.hold_hub(session, author.tenant, hub_id)
        if hub is None:
            raise NotFound("hub")
        asked = await operations.ask(session, author, hub, body.closes_on, now)
        view, version = await _shown(session, principal, asked.id)
        return await key.keep(session, created(view, f"/v1/feedback/{asked.id}", version=version))


@router.get(
    "/hubs/{hub_id}/feedback",
    operation_id="list_feedback_rounds",
    summary="A hub's rounds",
    response_model=Page[RoundView],
)
async def list_feedback_rounds(hub_id: Id, call: ListCall, wired: Wired, principal: Reader) -> Response:
    """The hub's rounds, oldest first, with how many answered."""
    binds = reader(principal)
    async with wired.db.read() as connection:
        await one(connection, hubs.SINGLE, {**binds, "id": hub_id}, "hub")
    filters: dict[str, object] = {"hub_id": hub_id}
    return await page(call, wired.db, reading.LIST.by(filters), binds, _many, filters=filters)


@router.get(
    "/feedback/{round_id}",
    operation_id="get_feedback_round",
    summary="One round",
    response_model=RoundView,
)
async def get_feedback_round(round_id: Id, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One round, with how many answered."""
    binds = {**reader(principal), "id": round_id}
    return await single(call, wired.db, reading.SINGLE, binds, _one, "round")


@router.put(
    "/feedback/{round_id}/answer",
    operation_id="write_feedback_answer",
    summary="Answer a round",
    response_model=FeedbackAnswerView,
)
async def write_feedback_answer(
    round_id: Id, body: FeedbackAnswerDraft, wired: Wired, principal: Reader
) -> Response:
    """Answer as a member, or answer anew, while the round is open. Only the caller writes here, so no version is matched."""
    async with wired.db.begin() as session:
        asked, _ = await _held(session, principal, round_id)
        values = body.model_dump(mode="json")
        await operations.answer(session, Author.of(principal), asked, values, wired.clock.now())
    return _answered(
        FeedbackAnswerView.model_validate({"round_id": round_id, **body.model_dump(by_alias=True)})
    )


@router.get(
    "/feedback/{round_id}/answer",
    operation_id="get_feedback_answer",
    summary="One's own answer",
    response_model=FeedbackAnswerView,
)
async def get_feedback_answer(round_id: Id, wired: Wired, principal: Reader) -> Response:
    """The caller's own answer while the round is open. Afterwards nobody knows whose is whose, so there is none."""
    async with wired.db.read() as connection:
        row = await one(connection, reading.OWN_ANSWER, {**reader(principal), "id": round_id}, "answer")
    row["continue"] = row.pop("go_on")
    return _answered(FeedbackAnswerView.model_validate(row))


def _answered(view: FeedbackAnswerView) -> Response:
    return Response(view.model_dump_json(by_alias=True), media_type="application/json")


@router.post(
    "/feedback/{round_id}/closure",
    operation_id="close_feedback_round",
    summary="Close a round",
    response_model=RoundView,
)
async def close_feedback_round(
    round_id: Id, wired: Wired, principal: Writer, *, key: Key, seen: IfMatch
) -> Response:
    """Close a round before its last day is over. Who said what is forgotten at that moment."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        asked, hub = await _held(session, principal, round_id)
        Author.of(principal).must_lead(hub)
        expect(asked.version, seen)
        await operations.close(session, asked, wired.clock.now())
        view, version = await _shown(session, principal, round_id)
        return await key.keep(session, answer(view, version=version))


@router.get(
    "/feedback/{round_id}/themes",
    operation_id="get_feedback_themes",
    summary="What a round says",
    response_model=FeedbackThemes,
)
async def get_feedback_themes(round_id: Id, wired: Wired, principal: Reader) -> Response:
    """The themes of a closed round: for the facilitator always, for others from five answers on. Never who said what."""
    async with wired.db.read() as connection:
        asked = await one(connection, reading.ROLL_UP, {**reader(principal), "id": round_id}, "round")
        if asked["closed_at"] is None:
            raise InvalidState("round", "open", ["closure"])
        counts, comments = await reading.counted(connection, round_id)
    shown = may_see(asked["answers"], leads=asked["leads"])
    view = FeedbackThemes(
        round_id=round_id,
        answers=asked["answers"],
        shown=shown,
        themes=[FeedbackCount.model_validate(each) for each in rolled_up(counts)] if shown else [],
        comments=comments if asked["leads"] else [],
    )
    return answer(view)
