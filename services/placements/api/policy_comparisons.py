"""The price of a policy: asked once, answered bit by bit in the background."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Matcher, Reader, Wired, office_only
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.vocabulary import MatchRunStatus, PolicyQuestion
from services.placements.operations import policy_comparisons
from services.placements.queries import policy_comparisons as reading
from services.placements.queries.match_runs import hold_run
from services.placements.queries.policy_comparisons import hold_comparison
from services.placements.queries.visibility import reader
from shared.auth.principal import Principal
from shared.db import Session
from shared.errors import Fault, Invalid
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import one, page, single
from shared.http.wire import Instant, Page, Wire, like, up_to
from shared.http.writing import IfMatch, Key, answer

router = APIRouter(prefix="/v1", tags=["matching"])

Questions = Annotated[list[PolicyQuestion], Field(min_length=1, max_length=len(PolicyQuestion))]


class PolicyComparisonIn(Wire):
    """What is asked about a completed run of the round."""

    model_config = like(run_id=SAMPLE_ID, questions=["orders", "recruitment"])

    run_id: UUID
    """The run whose frozen inputs are matched again."""
    questions: Questions = Field(default_factory=lambda: list(PolicyQuestion))


class Outcomes(Wire):
    """A result of another way to match, and that of the run beside it."""

    outcome: dict[str, int]
    beside: dict[str, int]


class OrderView(Wire):
    """The round under one order of aims. `own` is the round's own order."""

    name: str
    fair: bool
    """Whether the shares of universities are among the aims."""
    aims: Annotated[list[str], up_to(20)]
    values: dict[str, int]
    """What each aim reached."""
    outcome: dict[str, int]


class WorthView(Wire):
    """What one more seat at a limit brings, confirmed by matching again."""

    kind: str
    """`places` of an offer, `educator`, `setting` or `organisation`."""
    id: str
    waiting: int
    """How many students it alone keeps from a place they would like better."""
    gains: dict[str, int]
    """For each aim, in order, how much better the round becomes."""


class RecruitmentView(Wire):
    """Where one more place helps most, the best first. Of the `candidates` so many were `tried`."""

    candidates: int
    tried: int
    items: Annotated[list[WorthView], up_to(50)]


class TruncationView(Wire):
    """Of `missed_first` students, `sampled` were tried; so many would have `gained` by listing their first choice alone."""

    missed_first: int
    sampled: int
    gained: int


class Answers(Wire):
    """What is known so far; null is not known yet, or was not asked."""

    recruitment: RecruitmentView | None = None
    orders: Annotated[list[OrderView], up_to(20)] | None = None
    strategy_proof: Outcomes | None = None
    """Students choose one after another in the order of the lottery: nobody gains by a false list, and this is its price."""
    truncation: TruncationView | None = None


class StudyProgress(Wire):
    """Where a comparison is: the round is being matched again for this question, for the `match`th time `of` so many."""

    question: PolicyQuestion
    match: int
    of: int


class PolicyComparisonView(Wire):
    """A policy comparison and what is known so far."""

    model_config = like(
        id=SAMPLE_ID,
        round_id=SAMPLE_ID,
        run_id=SAMPLE_ID,
        questions=["recruitment"],
        status="completed",
        answers={
            "recruitment": {
                "candidates": 9,
                "tried": 9,
                "items": [
                    {"kind": "educator", "id": SAMPLE_ID, "waiting": 3, "gains": {"placed": 1}},
                ],
            }
        },
        progress=None,
        failure=None,
        created_at="2026-07-06T09:00:00Z",
        completed_at="2026-07-06T09:00:40Z",
    )

    id: UUID
    round_id: UUID
    run_id: UUID
    questions: Annotated[list[PolicyQuestion], up_to(len(PolicyQuestion))]
    status: MatchRunStatus
    answers: Answers
    progress: StudyProgress | None
    """Null before it has begun, and when it is over."""
    failure: str | None
    """Why there is no further answer, as a code."""
    created_at: Instant
    completed_at: Instant | None


_ONE = TypeAdapter(PolicyComparisonView)
_MANY = TypeAdapter(list[PolicyComparisonView])


@router.post(
    "/rounds/{round_id}/policy-comparisons",
    operation_id="request_policy_comparison",
    response_model=PolicyComparisonView,
    status_code=202,
)
async def request_policy_comparison(
    round_id: Id, body: PolicyComparisonIn, wired: Wired, principal: Matcher, key: Key
) -> Response:
    """Ask what other orders of aims, fair shares or honest choosing would cost, and where one more place helps most."""
    office_only(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        run = await hold_run(session, reader(principal), body.run_id, seen=None)
        if run.round_id != round_id:
            raise Invalid([Fault("/run_id", "run_of_another_round", "Name a run of this round.")])
        made = await policy_comparisons.request(
            session, run, body.questions, by=principal.subject, now=wired.clock.now()
        )
        await wired.queue.enqueue(session, "study_policies", comparison_id=made.id)
        shown = await _shown(session, principal, made.id, 202, f"/v1/policy-comparisons/{made.id}")
        return await key.keep(session, shown)


@router.get(
    "/policy-comparisons",
    operation_id="list_policy_comparisons",
    response_model=Page[PolicyComparisonView],
)
async def list_policy_comparisons(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    round_id: Annotated[UUID | None, Query(description="Only comparisons of this round.")] = None,
    run_id: Annotated[UUID | None, Query(description="Only comparisons of this run.")] = None,
) -> Response:
    """The policy comparisons the caller sees: the office all, everybody else none."""
    given = {"round_id": round_id, "run_id": run_id}
    filters = {name: value for name, value in given.items() if value is not None}
    statement = reading.COMPARISON_LIST.by(filters)
    return await page(call, wired.db, statement, reader(principal), _MANY, filters=filters)


@router.get(
    "/policy-comparisons/{comparison_id}",
    operation_id="get_policy_comparison",
    response_model=PolicyComparisonView,
)
async def get_policy_comparison(
    comparison_id: Id, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """One policy comparison, with what is known so far."""
    binds = {**reader(principal), "id": comparison_id}
    return await single(call, wired.db, reading.COMPARISON, binds, _ONE, "policy comparison")


@router.post(
    "/policy-comparisons/{comparison_id}/cancellation",
    operation_id="cancel_policy_comparison",
    response_model=PolicyComparisonView,
)
async def cancel_policy_comparison(
    comparison_id: Id, wired: Wired, principal: Matcher, seen: IfMatch, key: Key
) -> Response:
    """Stop a comparison that is under way; what is answered stays."""
    office_only(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        comparison = await hold_comparison(session, reader(principal), comparison_id, seen=seen)
        policy_comparisons.cancel(comparison, wired.clock.now())
        await session.flush()
        return await key.keep(session, await _shown(session, principal, comparison_id))


async def _shown(
    session: Session,
    principal: Principal,
    comparison_id: UUID,
    status: int = 200,
    location: str | None = None,
) -> Response:
    binds = {**reader(principal), "id": comparison_id}
    columns: dict[str, Any] = await one(
        await session.connection(), reading.COMPARISON, binds, "policy comparison"
    )
    version = columns.pop("version")
    return answer(_ONE.validate_python(columns), version=version, status=status, location=location)
