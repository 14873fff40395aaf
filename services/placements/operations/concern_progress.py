"""Doing what is due at a level: the meeting is held, and notes, plans, papers and letters are done."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from services.placements.domain.escalation.codes import (
    DONE_BY_DECISION,
    DONE_BY_MEETING,
    ENGINES_OWN,
    Act,
    StepCode,
)
from services.placements.domain.escalation.doable import doable
from services.placements.domain.escalation.timing import on_done
from services.placements.operations.cases import Actor, Case, plan
from services.placements.operations.concern_acts import end, keep, refuse_closed
from services.placements.queries.concerns import undone_steps
from shared.calendar import LONDON, london_day
from shared.errors import Fault, Invalid, InvalidState


async def meet(
    case: Case,
    actor: Actor,
    *,
    held_on: date,
    attended: tuple[str, ...],
    facts: Mapping[str, Any] | None = None,
) -> StepCode:
    """The conversation, meeting or panel of the level was held; what follows from it is due from that day on.

    `facts` are what else is put on record of it.
    """
    refuse_closed(case)
    if not london_day(case.concern.level_since) <= held_on <= london_day(case.now):
        words = "Must be a day from the one on which the concern entered its level until today."
        raise Invalid([Fault("/held_on", "out_of_range", words)])
    code = await to_meet_for(case)
    noon = datetime.combine(held_on, time(12), LONDON)
    await _done(case, code, begins_at=min(noon, case.now))
    said = {"step": code, "held_on": held_on.isoformat(), "attended": list(attended)}
    keep(case, actor, Act.MET, {**said, **(facts or {})})
    return code


async def to_meet_for(case: Case) -> StepCode:
    """For which step people have to meet at the present level; refused where no meeting is due."""
    steps = [step for step in await undone_steps(case.session, case.concern) if step.step in DONE_BY_MEETING]
    if not steps:
        raise await not_now(case)
    return StepCode(steps[0].step)


async def complete(
    case: Case,
    actor: Actor,
    code: StepCode,
    *,
    note: str | None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Something that was due is done: a note, a plan, papers, a letter. Reviews end by decision, meetings by being held."""
    refuse_closed(case)
    by_others = DONE_BY_MEETING | DONE_BY_DECISION | ENGINES_OWN | {StepCode.ACKNOWLEDGE}
    undone = {step.step for step in await undone_steps(case.session, case.concern)}
    if code in by_others or code not in undone:
        raise await not_now(case)
    await _done(case, code, begins_at=case.now)
    keep(case, actor, Act.STEP_DONE, {"step": code, **(facts or {})}, note)


async def not_now(case: Case) -> InvalidState:
    """The refusal of what is not due at the present level; it names what people can do instead."""
    undone = [StepCode(step.step) for step in await undone_steps(case.session, case.concern)]
    optional = [step.code for step in case.rule.steps if step.is_optional]
    return InvalidState("concern", case.state.level, doable(undone, optional))


async def _done(case: Case, code: StepCode, *, begins_at: datetime) -> None:
    for step in await undone_steps(case.session, case.concern):
        answered = code in DONE_BY_MEETING and step.step == StepCode.ACKNOWLEDGE
        if step.step == code or answered:
            end(step, case.now, "done")
    planned = on_done(case.rule, code, begins_at, case.calendar, case.placement.weekdays)
    plan(case, planned)
    case.touch()
