"""What people do with a concern: the routes. Each action is a sub-resource and answers with the concern as it then stands.

Steps are done, meetings held and decisions taken by named persons. A system that acts for one says for whom (`by_person_id`).
"""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from services.placements.api.acting import ByAPerson, act
from services.placements.api.concern_actors import Named
from services.placements.api.concerns import ConcernView
from services.placements.api.deps import ConcernWriter, Wired
from services.placements.api.resources import Id
from services.placements.domain.escalation.codes import Decision, Outcome, StepCode
from services.placements.domain.vocabulary import ConcernLevel
from services.placements.operations import (
    compressed_paths,
    concern_decisions,
    concern_holds,
    concern_progress,
    optional_steps,
)
from services.placements.operations.cases import Case
from shared.http.wire import Instant, LongText, like
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["concerns"])


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
    """Whoever sees the concern reads it, the student too."""
    until: Instant | None = None
    """At most, and when left out, five working days from now."""


class StepDoneIn(ByAPerson):
    """Something that was due is done."""

    model_config = like(note="Shared with everybody who was there.")

    note: LongText | None = None
    """Whoever sees the concern reads it, the student too."""


class StepBegunIn(ByAPerson):
    """Something is needed that the policy leaves to people to ask for."""

    model_config = like(reason="The assessment is disputed.")

    reason: LongText | None = None
    """Whoever sees the concern reads it, the student too."""


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
    """Whoever sees the concern reads it, the student too."""


class ShorterWayIn(ByAPerson):
    """Why the concern goes the shorter way: stage one at once, with fewer days."""

    model_config = like(reason="Forty days are left, and the student wants to know where they stand.")

    reason: LongText


class ClosureIn(ByAPerson):
    """The outcome with which a person closes the concern."""

    model_config = like(outcome="resolved", note="Weekly supervision is in place again.")

    outcome: Outcome
    note: LongText | None = None
    """Whoever sees the concern reads it, the student too."""


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

    return await act(wired, principal, concern_id, body, key, work)


@router.post("/concerns/{concern_id}/snooze", operation_id="snooze_concern", response_model=ConcernView)
async def snooze_concern(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    concern_id: Id, body: SnoozeIn, wired: Wired, principal: ConcernWriter, seen: IfMatch, key: Key
) -> Response:
    """Let the concern rest for a reason; once at a level, not for long, and never when it is immediate."""

    async def work(case: Case, named: Named) -> None:
        await concern_holds.snooze(case, named.deciding(case), until=body.until, reason=body.reason)

    return await act(wired, principal, concern_id, body, key, work, seen=seen)


@router.post(
    "/concerns/{concern_id}/steps/{step}/completion",
    operation_id="complete_concern_step",
    response_model=ConcernView,
)
async def complete_step(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
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

    return await act(wired, principal, concern_id, body, key, work)


@router.post(
    "/concerns/{concern_id}/steps/{step}/start", operation_id="start_concern_step", response_model=ConcernView
)
async def begin_step(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    concern_id: Id,
    step: Annotated[
        StepCode, Path(description="`second_opinion` or `other_universities`, as the policy offers.")
    ],
    body: StepBegunIn,
    wired: Wired,
    principal: ConcernWriter,
    key: Key,
) -> Response:
    """Ask for something that is due only where somebody asks: it has a deadline from then on. 409 where it is not offered."""

    async def work(case: Case, named: Named) -> None:
        await optional_steps.begin(case, named.deciding(case), step, reason=body.reason)

    return await act(wired, principal, concern_id, body, key, work)


@router.post("/concerns/{concern_id}/decision", operation_id="decide_concern", response_model=ConcernView)
async def decide_concern(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    concern_id: Id, body: DecisionIn, wired: Wired, principal: ConcernWriter, seen: IfMatch, key: Key
) -> Response:
    """Decide: take it further, step down, go on and review again, or say that the plan was not met. Always with a reason."""

    async def work(case: Case, named: Named) -> None:
        actor = named.deciding(case)
        await concern_decisions.decide(case, actor, body.decision, to_level=body.level, reason=body.reason)

    return await act(wired, principal, concern_id, body, key, work, seen=seen)


@router.post(
    "/concerns/{concern_id}/compressed-path",
    operation_id="start_compressed_path",
    response_model=ConcernView,
)
async def take_compressed_path(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    concern_id: Id, body: ShorterWayIn, wired: Wired, principal: ConcernWriter, seen: IfMatch, key: Key
) -> Response:
    """Take the shorter way, where the full one is longer than what is left of the placement. 409 while it is not offered."""

    async def work(case: Case, named: Named) -> None:
        await compressed_paths.take_shorter_way(case, named.deciding(case), reason=body.reason)

    return await act(wired, principal, concern_id, body, key, work, seen=seen)


@router.post("/concerns/{concern_id}/closure", operation_id="close_concern", response_model=ConcernView)
async def close_concern(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    concern_id: Id, body: ClosureIn, wired: Wired, principal: ConcernWriter, seen: IfMatch, key: Key
) -> Response:
    """Close the concern with an outcome. Those who were told of it are told, and so is whoever raised it."""

    async def work(case: Case, named: Named) -> None:
        await concern_decisions.close(case, named.deciding(case), body.outcome, note=body.note)

    return await act(wired, principal, concern_id, body, key, work, seen=seen)
