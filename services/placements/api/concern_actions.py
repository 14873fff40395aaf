"""What people do with a concern: the routes. Each action is a sub-resource and answers with the concern as it then stands.

Steps are done, meetings held and decisions taken by named persons. A system that acts for one says for whom (`by_person_id`).
"""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field
from starlette.responses import Response

from services.placements.api.concern_actors import Named, named_person
from services.placements.api.concerns import ONE, ConcernView
from services.placements.api.deps import ConcernWriter, Wired
from services.placements.api.resources import Id
from services.placements.api.shapes import like
from services.placements.domain.escalation.codes import Decision, Outcome, Recipient, StepCode
from services.placements.domain.vocabulary import ConcernLevel
from services.placements.operations import (
    compressed_paths,
    concern_decisions,
    concern_holds,
    concern_progress,
)
from services.placements.operations.cases import Case
from services.placements.queries import concerns as reading
from services.placements.queries.concerns import hold_visible_concern
from services.placements.queries.visibility import reader
from services.placements.queries.working_days import calendar_of
from services.placements.wiring import Wiring
from shared.auth.principal import Principal
from shared.http.reading import one
from shared.http.wire import Day, Instant, LongText, Wire
from shared.http.writing import IdempotencyKey, IfMatch, Key, answer, expect

router = APIRouter(prefix="/v1", tags=["concerns"])


class ByAPerson(Wire):
    """An action of a named person."""

    by_person_id: UUID | None = None
    """Who acts, where a system calls; a person acts for themselves and leaves it out."""


class AcknowledgementIn(ByAPerson):
    """Somebody has the concern in hand."""

    model_config = like(level="early_conversation", until="2026-10-16T16:00:00Z")

    level: ConcernLevel
    """The level they saw: an old link cannot hold up a higher level."""
    until: Instant | None = None
    """Until when; two working days when left out. Then the concern is open again by itself."""


class SnoozeIn(ByAPerson):
    """The concern rests for a stated reason."""

    model_config = like(reason="The student is on agreed leave until Thursday.", until="2026-10-16T16:00:00Z")

    reason: LongText
    until: Instant | None = None
    """At most, and when left out, five working days from now."""


class MeetingIn(ByAPerson):
    """The conversation, meeting or panel of the present level was held. What was said stays with those who were there."""

    model_config = like(held_on="2026-10-14", attended=["student", "practice_educator", "tutor"])

    held_on: Day
    attended: Annotated[list[Recipient], Field(max_length=12)] = Field(default_factory=list)
    """The roles that took part."""


class StepDoneIn(ByAPerson):
    """Something that was due is done."""

    model_config = like(note="Shared with everybody who was there.")

    note: LongText | None = None


class DecisionIn(ByAPerson):
    """What a person decides about the concern."""

    model_config = like(
        decision="escalate", level="stage_one", reason="The parties disagree about the way on."
    )

    decision: Decision
    """`escalate` or `step_down` to a level, `continue` (review again), or `plan_not_met` (to the next level)."""
    level: ConcernLevel | None = None
    """To which level; the next one when left out of an escalation."""
    reason: LongText


class ShorterWayIn(ByAPerson):
    """Why the concern goes the shorter way: stage one at once, with fewer days."""

    model_config = like(reason="Forty days are left, and the student wants to know where they stand.")

    reason: LongText


class ClosureIn(ByAPerson):
    """The outcome with which a person closes the concern."""

    model_config = like(outcome="resolved", note="Weekly supervision is in place again.")

    outcome: Outcome
    note: LongText | None = None


Work = Callable[[Case, Named], Awaitable[object]]


async def _act(  # noqa: PLR0917 - what every action needs
    wired: Wiring,
    principal: Principal,
    concern_id: UUID,
    body: ByAPerson,
    key: IdempotencyKey,
    work: Work,
    *,
    seen: int | None = None,
) -> Response:
    binds = reader(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        concern, placement = await hold_visible_concern(session, concern_id, binds)
        expect(concern.version, seen)
        case = Case(session, concern, placement, await calendar_of(session, placement), wired.clock.now())
        await work(case, await named_person(case, principal, body.by_person_id))
        await session.flush()
        columns = await one(
            await session.connection(), reading.SINGLE, {**binds, "id": concern_id}, "concern"
        )
        version = columns.pop("version")
        return await key.keep(session, answer(ONE.validate_python(columns), version=version))


@router.post(
    "/concerns/{concern_id}/acknowledgement", operation_id="acknowledge_concern", response_model=ConcernView
)
async def acknowledge_concern(
    concern_id: Id, body: AcknowledgementIn, wired: Wired, principal: ConcernWriter, key: Key
) -> Response:
    """Take the concern in hand for a while: nothing rises before that ends. 409 `level_changed` when it has risen since."""

    async def work(case: Case, named: Named) -> None:
        actor = named.told(case)
        await concern_holds.acknowledge(case, actor, level_seen=body.level, until=body.until)

    return await _act(wired, principal, concern_id, body, key, work)


@router.post("/concerns/{concern_id}/snooze", operation_id="snooze_concern", response_model=ConcernView)
async def snooze_concern(  # noqa: PLR0917 - what FastAPI hands in
    concern_id: Id, body: SnoozeIn, wired: Wired, principal: ConcernWriter, seen: IfMatch, key: Key
) -> Response:
    """Let the concern rest for a reason; once at a level, not for long, and never when it is immediate."""

    async def work(case: Case, named: Named) -> None:
        await concern_holds.snooze(case, named.deciding(case), until=body.until, reason=body.reason)

    return await _act(wired, principal, concern_id, body, key, work, seen=seen)


@router.post(
    "/concerns/{concern_id}/meetings", operation_id="record_concern_meeting", response_model=ConcernView
)
async def record_meeting(
    concern_id: Id, body: MeetingIn, wired: Wired, principal: ConcernWriter, key: Key
) -> Response:
    """Record that the conversation, meeting or panel of the present level was held; what follows is then due."""

    async def work(case: Case, named: Named) -> None:
        attended = tuple(each.value for each in body.attended)
        held_on: date = body.held_on
        await concern_progress.meet(case, named.told(case), held_on=held_on, attended=attended)

    return await _act(wired, principal, concern_id, body, key, work)


@router.post(
    "/concerns/{concern_id}/steps/{step}/completion",
    operation_id="complete_concern_step",
    response_model=ConcernView,
)
async def complete_step(  # noqa: PLR0917 - what FastAPI hands in
    concern_id: Id,
    step: Annotated[StepCode, Path(description="The step, as `timeline` names it.")],
    body: StepDoneIn,
    wired: Wired,
    principal: ConcernWriter,
    key: Key,
) -> Response:
    """Record that something due is done: a note, a plan, papers, a letter. 409 `invalid_state` names what can be done now."""

    async def work(case: Case, named: Named) -> None:
        await concern_progress.complete(case, named.told(case), step, note=body.note)

    return await _act(wired, principal, concern_id, body, key, work)


@router.post("/concerns/{concern_id}/decision", operation_id="decide_concern", response_model=ConcernView)
async def decide_concern(  # noqa: PLR0917 - what FastAPI hands in
    concern_id: Id, body: DecisionIn, wired: Wired, principal: ConcernWriter, seen: IfMatch, key: Key
) -> Response:
    """Decide: take it further, step down, go on and review again, or say that the plan was not met. Always with a reason."""

    async def work(case: Case, named: Named) -> None:
        actor = named.deciding(case)
        await concern_decisions.decide(case, actor, body.decision, to_level=body.level, reason=body.reason)

    return await _act(wired, principal, concern_id, body, key, work, seen=seen)


@router.post(
    "/concerns/{concern_id}/compressed-path",
    operation_id="start_compressed_path",
    response_model=ConcernView,
)
async def take_compressed_path(  # noqa: PLR0917 - what FastAPI hands in
    concern_id: Id, body: ShorterWayIn, wired: Wired, principal: ConcernWriter, seen: IfMatch, key: Key
) -> Response:
    """Take the shorter way, where the full one is longer than what is left of the placement. 409 while it is not offered."""

    async def work(case: Case, named: Named) -> None:
        await compressed_paths.take_shorter_way(case, named.deciding(case), reason=body.reason)

    return await _act(wired, principal, concern_id, body, key, work, seen=seen)


@router.post("/concerns/{concern_id}/closure", operation_id="close_concern", response_model=ConcernView)
async def close_concern(  # noqa: PLR0917 - what FastAPI hands in
    concern_id: Id, body: ClosureIn, wired: Wired, principal: ConcernWriter, seen: IfMatch, key: Key
) -> Response:
    """Close the concern with an outcome. Those who were told of it are told, and so is whoever raised it."""

    async def work(case: Case, named: Named) -> None:
        await concern_decisions.close(case, named.deciding(case), body.outcome, note=body.note)

    return await _act(wired, principal, concern_id, body, key, work, seen=seen)
