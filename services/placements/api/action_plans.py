"""Action plans of a concern: dated goals, and their review."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.placements.api.acting import ByAPerson, act
from services.placements.api.concern_actors import Named
from services.placements.api.concern_parts import parts_of
from services.placements.api.concerns import ConcernView
from services.placements.api.deps import ConcernReader, ConcernWriter, Wired
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.escalation.codes import GoalResult, PlanConclusion, Recipient
from services.placements.domain.vocabulary import ConcernLevel
from services.placements.operations import action_plans
from services.placements.operations.action_plans import Goal
from services.placements.operations.cases import Case
from services.placements.queries.concern_meetings import PLANS
from shared.errors import Fault, Invalid
from shared.http.paging import ListCall
from shared.http.wire import Day, Instant, LongText, Page, Wire, like, up_to
from shared.http.writing import IfMatch, Key

router = APIRouter(prefix="/v1", tags=["concerns"])

Number = Annotated[int, Field(ge=1, le=20)]


class GoalIn(Wire):
    """One goal: what is to be so, who sees to it, and by when."""

    model_config = like(
        words="Supervision every week, an hour, in the diary.", by="practice_educator", due_on="2026-10-30"
    )

    words: LongText
    by: Recipient
    due_on: Day


class ActionPlanIn(ByAPerson):
    """What was agreed."""

    model_config = like(
        goals=[
            {
                "words": "Supervision every week, an hour, in the diary.",
                "by": "practice_educator",
                "due_on": "2026-10-30",
            }
        ]
    )

    goals: Annotated[list[GoalIn], Field(min_length=1, max_length=20)]


class ResultIn(Wire):
    """What became of one goal."""

    model_config = like(number=1, result="met")

    number: Number
    result: GoalResult


class PlanReviewIn(ByAPerson):
    """What a review found of every goal, and what follows."""

    model_config = like(
        results=[{"number": 1, "result": "partly_met"}], conclusion="extended", reason="Nearly there."
    )

    results: Annotated[list[ResultIn], Field(min_length=1, max_length=20)]
    conclusion: PlanConclusion
    """`met` closes the concern as resolved, `extended` puts the review off once, `not_met` leads to the next level."""
    reason: LongText


class GoalView(Wire):
    """One goal of a plan. `result` is that of the last review."""

    number: int
    words: str
    by: Recipient
    due_on: date
    result: GoalResult | None


class PlanReviewView(Wire):
    """One review of a plan."""

    at: Instant
    conclusion: PlanConclusion
    reason: str
    results: Annotated[list[ResultIn], up_to(20)]


class ActionPlanView(Wire):
    """What was agreed at one level, and what became of it."""

    model_config = like(
        id=SAMPLE_ID,
        level="stage_one",
        agreed_at="2026-10-16T10:00:00Z",
        goals=[
            {
                "number": 1,
                "words": "Supervision every week, an hour, in the diary.",
                "by": "practice_educator",
                "due_on": "2026-10-30",
                "result": None,
            }
        ],
        reviews=[],
        conclusion=None,
    )

    id: UUID
    level: ConcernLevel
    agreed_at: Instant
    goals: Annotated[list[GoalView], up_to(20)]
    reviews: Annotated[list[PlanReviewView], up_to(10)]
    conclusion: PlanConclusion | None
    """Of the last review."""


_MANY = TypeAdapter(list[ActionPlanView])


@router.get(
    "/concerns/{concern_id}/action-plans",
    operation_id="list_action_plans",
    response_model=Page[ActionPlanView],
)
async def list_action_plans(
    concern_id: Id, call: ListCall, wired: Wired, principal: ConcernReader
) -> Response:
    """The action plans of a concern, the earliest first."""
    return await parts_of(call, wired, principal, concern_id, PLANS, _MANY)


@router.post(
    "/concerns/{concern_id}/action-plan",
    operation_id="record_action_plan",
    response_model=ConcernView,
    status_code=201,
)
async def agree_action_plan(
    concern_id: Id, body: ActionPlanIn, wired: Wired, principal: ConcernWriter, key: Key
) -> Response:
    """Put on record what was agreed at the present level. Its review is then due, in placement days."""
    goals = [Goal(goal.words, goal.by, goal.due_on) for goal in body.goals]

    async def work(case: Case, named: Named) -> None:
        await action_plans.agree(case, named.told(case), goals)

    return await act(wired, principal, concern_id, body, key, work, status=201)


@router.post(
    "/concerns/{concern_id}/action-plan/review",
    operation_id="record_action_plan_review",
    response_model=ConcernView,
)
async def review_action_plan(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    concern_id: Id, body: PlanReviewIn, wired: Wired, principal: ConcernWriter, seen: IfMatch, key: Key
) -> Response:
    """Review the plan of the present level: every goal, and what follows. 409 where none is due, or after one extension."""
    results = {each.number: each.result for each in body.results}
    if len(results) < len(body.results):
        raise Invalid([Fault("/results", "every_goal_once", "Name each goal once.")])

    async def work(case: Case, named: Named) -> None:
        actor = named.deciding(case)
        await action_plans.review(case, actor, results, body.conclusion, reason=body.reason)

    return await act(wired, principal, concern_id, body, key, work, seen=seen)
