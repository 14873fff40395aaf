"""A person decides about a concern: it rises, steps down, goes on, or is closed. Nothing else lowers or ends one."""

from typing import Any

from sqlalchemy import select, update

from services.placements.domain.escalation.codes import (
    DONE_BY_DECISION,
    Act,
    Decision,
    Outcome,
    StepCode,
    Template,
    Why,
    is_higher,
)
from services.placements.domain.escalation.timing import Count, counted
from services.placements.domain.escalation.transitions import Rise
from services.placements.domain.vocabulary import ConcernLevel, ConcernStatus
from services.placements.messages.concerns import ConcernClosed
from services.placements.models.concerns import ConcernStep
from services.placements.models.signals import Signal
from services.placements.operations.cases import Actor, Case, announce_step, enter, plan, supersede, tell
from services.placements.operations.concern_acts import end, keep, refuse_closed
from services.placements.operations.concern_progress import not_now
from services.placements.operations.concerns import escalate
from services.placements.operations.searches import begin_search
from services.placements.queries.concerns import undone_steps
from services.placements.queries.rosters import known_people
from shared.errors import Conflict, Fault, Invalid


async def decide(
    case: Case, actor: Actor, decision: Decision, *, to_level: ConcernLevel | None, reason: str
) -> None:
    """A person decides about an open concern: it rises, it steps down, its plan was not met, or its review is put off."""
    refuse_closed(case)
    facts: dict[str, Any] = {"decision": decision, "from_level": case.state.level}
    match decision:
        case Decision.CONTINUE:
            await _put_review_off(case)
        case Decision.STEP_DOWN:
            await _step_down(case, actor, to_level)
        case Decision.ESCALATE | Decision.PLAN_NOT_MET:
            why = Why.PERSON_ASKED
            if decision is Decision.PLAN_NOT_MET:
                await _reviews(case)
                why = Why.PLAN_NOT_MET
            target = to_level or case.rule.next
            if target is None or not is_higher(target, case.state.level):
                raise Invalid([Fault("/level", "not_higher", "Name a level above the present one.")])
            await escalate(case, Rise(target, why), by=actor)
    keep(case, actor, Act.DECIDED, facts | {"level": case.state.level}, reason)


async def _put_review_off(case: Case) -> None:
    reviews = await _reviews(case)
    code = StepCode(reviews[0].step)
    extension = reviews[0].extension + 1
    if extension > case.policy.extensions:
        raise Conflict("extended_before", "The review was put off before. Close the concern, or let it rise.")
    for step in reviews:
        end(step, case.now, "done")
    rule = case.rule.step(code)
    if rule is not None:
        count = Count(case.now, rule.within, rule.unit)
        plan(case, [counted(code, count, case.calendar, case.placement.weekdays)], extension=extension)
    case.touch()


async def _reviews(case: Case) -> list[ConcernStep]:
    """The review that is due at the level, with its chasing; refused where none is."""
    reviews = [
        step for step in await undone_steps(case.session, case.concern) if step.step in DONE_BY_DECISION
    ]
    if not reviews:
        raise await not_now(case)
    return reviews


async def refuse_unless_reviewing(case: Case) -> None:
    """Refuse a review where none is due at the level."""
    await _reviews(case)


async def _step_down(case: Case, actor: Actor, to_level: ConcernLevel | None) -> None:
    if to_level is None or to_level is ConcernLevel.WATCH or not is_higher(case.state.level, to_level):
        raise Invalid(
            [Fault("/level", "not_lower", "Name a level below the present one, and not watch: close it.")]
        )
    case.concern.cycle += 1
    case.concern.immediate_at = None
    await enter(case, Rise(to_level, Why.PERSON_LOWERED), by=actor)


async def close(case: Case, actor: Actor, outcome: Outcome, *, note: str | None) -> None:
    """A person closes the concern with an outcome: nothing is due any more, its signals are resolved, and people are told."""
    refuse_closed(case)
    level = case.state.level
    await supersede(case, "closed")
    concern = case.concern
    concern.status = ConcernStatus.CLOSED.value
    concern.closed_at, concern.outcome = case.now, outcome.value
    concern.held_until = concern.acknowledged_by_person_id = None
    case.touch()
    if outcome in (Outcome.CHANGED_SETTING, Outcome.ENDED_NO_FAULT):
        await begin_search(case.session, case.placement, calendar=case.calendar, now=case.now)
    attached = update(Signal).where(Signal.concern_id == concern.id, Signal.resolved_at.is_(None))
    await case.session.execute(attached.values(resolved_at=case.now))
    act = keep(case, actor, Act.CLOSED, {"outcome": outcome, "level": level}, note)
    raised_by = select(Signal.raised_by_person_id).where(
        Signal.concern_id == concern.id, Signal.raised_by_person_id.is_not(None)
    )
    raisers = set((await case.session.execute(raised_by)).scalars())
    also = await known_people(case.session, concern.partnership_id, [i for i in raisers if i is not None])
    wanted = case.policy.told(case.rule, case.state.about)
    await tell(case, wanted, Template.CONCERN_CLOSED, act.id, also=also)
    await announce_step(case, ConcernClosed, from_level=level, due_at=None)
