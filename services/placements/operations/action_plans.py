"""Action plans: goals with dates are agreed at a level, and a review says what became of them and what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.placements.domain.escalation.codes import (
    Act,
    Decision,
    GoalResult,
    Outcome,
    PlanConclusion,
    Recipient,
    StepCode,
)
from services.placements.models.action_plans import ActionPlan
from services.placements.operations.cases import Actor, Case
from services.placements.operations.concern_acts import keep, refuse_closed
from services.placements.operations.concern_decisions import close, decide, refuse_unless_reviewing
from services.placements.operations.concern_progress import complete
from services.placements.queries.concern_meetings import plan_at_level
from shared.calendar import london_day
from shared.errors import Conflict, Fault, Invalid
from shared.ids import new_id

LONGEST = timedelta(days=400)
"""No goal lies farther ahead than the longest placement."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal: what, whose it is (a role), by when."""

    words: str
    by: Recipient
    due_on: date


async def agree(case: Case, actor: Actor, goals: Sequence[Goal]) -> ActionPlan:
    """The action plan of the present level is agreed; its review is then due as the policy says."""
    today = london_day(case.now)
    faults = [
        Fault(f"/goals/{at}/due_on", "out_of_range", "Must be today or later, within 400 days.")
        for at, goal in enumerate(goals)
        if not today <= goal.due_on <= today + LONGEST
    ]
    if faults:
        raise Invalid(faults)
    plan = ActionPlan(
        id=new_id(),
        partnership_id=case.concern.partnership_id,
        concern_id=case.concern.id,
        cycle=case.concern.cycle,
        level=case.concern.level,
        agreed_at=case.now,
        agreed_by_person_id=actor.person_id,
        goals=[
            {"number": number, "words": goal.words, "by": goal.by.value, "due_on": goal.due_on.isoformat()}
            | {"result": None}
            for number, goal in enumerate(goals, start=1)
        ],
        reviews=[],
        conclusion=None,
    )
    facts = {"action_plan_id": str(plan.id), "goals": len(goals)}
    await complete(case, actor, StepCode.PLAN, note=None, facts=facts)
    case.session.add(plan)
    return plan


async def review(
    case: Case,
    actor: Actor,
    results: Mapping[int, GoalResult],
    conclusion: PlanConclusion,
    *,
    reason: str,
) -> None:
    """What became of each goal, and what follows: the concern is closed, goes on once more, or moves to the next level."""
    refuse_closed(case)
    plan = await plan_at_level(case.session, case.concern)
    if plan is None:
        raise Conflict("no_plan", "No action plan with goals is agreed at this level.")
    await refuse_unless_reviewing(case)
    _refuse_what_does_not_fit(plan, results, conclusion)
    plan.goals = [{**goal, "result": results[goal["number"]].value} for goal in plan.goals]
    found = {
        "at": case.now.isoformat(),
        "conclusion": conclusion.value,
        "reason": reason,
        "results": [{"number": number, "result": result.value} for number, result in sorted(results.items())],
    }
    plan.reviews = [*plan.reviews, found]
    plan.conclusion = conclusion.value
    facts = {"action_plan_id": str(plan.id), "conclusion": conclusion.value}
    keep(case, actor, Act.PLAN_REVIEWED, facts, reason)
    match conclusion:
        case PlanConclusion.MET:
            await close(case, actor, Outcome.RESOLVED, note=reason)
        case PlanConclusion.EXTENDED:
            await decide(case, actor, Decision.CONTINUE, to_level=None, reason=reason)
        case PlanConclusion.NOT_MET:
            await decide(case, actor, Decision.PLAN_NOT_MET, to_level=None, reason=reason)


def _refuse_what_does_not_fit(
    plan: ActionPlan, results: Mapping[int, GoalResult], conclusion: PlanConclusion
) -> None:
    if set(results) != {goal["number"] for goal in plan.goals}:
        raise Invalid(
            [Fault("/results", "every_goal_once", "Say of every goal of the plan what became of it.")]
        )
    all_met = all(result is GoalResult.MET for result in results.values())
    if (conclusion is PlanConclusion.MET) != all_met:
        words = "`met` is for a plan all of whose goals are met, and for no other."
        raise Invalid([Fault("/conclusion", "does_not_fit", words)])
