"""Holding a concern off for a while: somebody has it in hand, or it rests. Both end by themselves and are bounded."""

from datetime import datetime

from services.placements.domain.escalation.codes import ENGINES_OWN, Act, StepCode
from services.placements.domain.escalation.timing import Planned, latest_hold
from services.placements.domain.escalation.words import LEVEL
from services.placements.domain.vocabulary import ConcernLevel, ConcernStatus
from services.placements.messages.concerns import ConcernAcknowledged
from services.placements.operations.cases import Actor, Case, announce_step, plan
from services.placements.operations.concern_acts import end, keep, refuse_closed
from services.placements.queries.concerns import open_steps, times_begun, undone_steps
from shared.errors import Conflict, Fault, Invalid


async def acknowledge(case: Case, actor: Actor, *, level_seen: ConcernLevel, until: datetime | None) -> None:
    """Somebody has the concern in hand until an instant; nothing fires before it, and then it is open again.

    It carries the level they saw: an old link cannot hold up a higher level.
    """
    refuse_closed(case)
    if level_seen is not case.state.level:
        words = (
            f"The concern stands at {LEVEL[case.state.level]} now. Read its timeline, then acknowledge that."
        )
        raise Conflict("level_changed", words, level=case.state.level)
    held_until = await _hold_until(case, until, case.policy.acknowledge_days, case.policy.acknowledge_at_most)
    for step in await undone_steps(case.session, case.concern):
        if step.step in (StepCode.ACKNOWLEDGE, StepCode.ACKNOWLEDGEMENT_ENDS):
            end(step, case.now, "done")
    await _hold(case, StepCode.ACKNOWLEDGEMENT_ENDS, held_until)
    case.concern.status = ConcernStatus.ACKNOWLEDGED.value
    case.concern.acknowledged_by_person_id = actor.person_id
    keep(case, actor, Act.ACKNOWLEDGED, {"until": held_until.isoformat()})
    await announce_step(case, ConcernAcknowledged, from_level=None, due_at=held_until)


async def snooze(case: Case, actor: Actor, *, until: datetime | None, reason: str) -> None:
    """The concern rests for a stated reason, not for long, and never when it is immediate."""
    refuse_closed(case)
    if case.state.is_immediate:
        raise Conflict("immediate", "A concern that is immediate cannot rest.")
    begun = await times_begun(case.session, case.concern, StepCode.SNOOZE_ENDS)
    if begun >= case.policy.snoozes_per_level:
        raise Conflict("snoozed_before", "It has rested at this level before. Decide, or let it rise.")
    at_most = case.policy.snooze_at_most
    held_until = await _hold_until(case, until, at_most, at_most)
    await _hold(case, StepCode.SNOOZE_ENDS, held_until)
    case.concern.status = ConcernStatus.SNOOZED.value
    case.concern.acknowledged_by_person_id = None
    keep(case, actor, Act.SNOOZED, {"until": held_until.isoformat()}, reason)


async def _hold_until(case: Case, until: datetime | None, usual: int, at_most: int) -> datetime:
    """The instant until which steps may be held off: as asked, within the policy's bounds, however often it was asked."""
    wanted = until or case.calendar.due_at(case.now, usual)
    if wanted <= case.now or wanted > case.calendar.due_at(case.now, at_most):
        words = f"Must be later than now and at most {at_most} working days from now."
        raise Invalid([Fault("/until", "out_of_range", words)])
    due = [step for step in await open_steps(case.session, case.concern) if step.step not in ENGINES_OWN]
    latest = [latest_hold(step.planned_at, at_most, case.calendar) for step in due if step.due_at < wanted]
    allowed = min([wanted, *latest])
    if allowed <= case.now:
        raise Conflict(
            "held_too_long", "It has been held off for as long as the policy allows. Act, or let it rise."
        )
    return allowed


async def _hold(case: Case, ends: StepCode, until: datetime) -> None:
    await case.session.flush()
    for step in await open_steps(case.session, case.concern):
        if step.step in ENGINES_OWN and step.step != StepCode.NOBODY_REACHED:
            end(step, case.now, "superseded")
        step.due_at = max(step.due_at, until)
    begun = await times_begun(case.session, case.concern, ends)
    case.concern.held_until = until
    plan(case, [Planned(ends, until)], extension=begun)
    case.touch()
