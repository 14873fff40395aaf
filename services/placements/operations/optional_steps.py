"""Steps that are due only where somebody asks for them: a second educator's opinion, telling the other universities."""

from services.placements.domain.escalation.codes import Act, StepCode
from services.placements.domain.escalation.timing import Count, counted
from services.placements.operations.cases import Actor, Case, plan
from services.placements.operations.concern_acts import keep, refuse_closed
from services.placements.operations.concern_progress import not_now
from services.placements.queries.concerns import times_begun, undone_steps
from shared.errors import Conflict


async def begin(case: Case, actor: Actor, code: StepCode, *, reason: str | None) -> None:
    """A step that the policy leaves to people is due from now on, and chased like every other."""
    refuse_closed(case)
    rule = case.rule.step(code)
    if rule is None or not rule.is_optional:
        raise await not_now(case)
    if code in {step.step for step in await undone_steps(case.session, case.concern)}:
        raise Conflict("due_already", f"It is due already: `steps/{code}/completion` when it is done.")
    before = await times_begun(case.session, case.concern, code)
    due = counted(code, Count(case.now, rule.within, rule.unit), case.calendar, case.placement.weekdays)
    plan(case, [due], extension=before)
    keep(case, actor, Act.STEP_BEGUN, {"step": code, "due_at": due.due_at.isoformat()}, reason)
    case.touch()


async def begin_second_opinion(case: Case, actor: Actor) -> None:
    """Those who met want a second educator's opinion: it is due where the level knows it, and is not due already."""
    rule = case.rule.step(StepCode.SECOND_OPINION)
    undone = {step.step for step in await undone_steps(case.session, case.concern)}
    if rule is not None and rule.is_optional and StepCode.SECOND_OPINION not in undone:
        await begin(case, actor, StepCode.SECOND_OPINION, reason=None)
