"""Action plans: what an educator does with what they learnt, and the follow-up three months later."""

from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.educators.api.deps import Reader, Wired, Writer
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID
from services.educators.domain.cpd import PlanStatus
from services.educators.operations import cpd_action_plans as operations
from services.educators.operations.authors import Author
from services.educators.queries import cpd_action_plans as reading
from services.educators.queries.cpd_activities import hold_activity
from services.educators.queries.visibility import reader
from shared.auth.principal import Principal
from shared.db import Session
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import page, single
from shared.http.wire import Day, Instant, LongText, Page, Wire, absent, like
from shared.http.writing import IfMatch, Key, answer

router = APIRouter(prefix="/v1", tags=["cpd"])

PlanId = Annotated[UUID, Path(description="Our id of the action plan.")]
_EXAMPLE = {"what": "Use the reflection cycle in every supervision this term.", "by_on": "2026-12-18"}


class PlanDraft(Wire):
    """What an educator means to do with what they learnt at an activity."""

    model_config = like(activity_id=SAMPLE_OTHER_ID, **_EXAMPLE)

    activity_id: UUID
    what: LongText
    by_on: Day


class PlanPatch(Wire):
    """What is to change about a plan."""

    model_config = like(by_on="2027-01-15")

    what: LongText = absent()
    by_on: Day = absent()


class PlanReview(Wire):
    """Whether it was done."""

    model_config = like(outcome="done")

    outcome: Literal[PlanStatus.DONE, PlanStatus.NOT_DONE]


class PlanView(Wire):
    """An action plan. What it says is for the educator alone; to others it is null."""

    model_config = like(
        id=SAMPLE_ID,
        educator_id=SAMPLE_ID,
        activity_id=SAMPLE_OTHER_ID,
        **_EXAMPLE,
        follow_up_on="2027-02-06",
        status="open",
        reviewed_at=None,
    )

    id: UUID
    educator_id: UUID
    activity_id: UUID
    what: str | None
    by_on: Day | None
    follow_up_on: Day
    """Three months after it was made."""

    status: PlanStatus
    reviewed_at: Instant | None


_one = TypeAdapter(PlanView)
_many = TypeAdapter(list[PlanView])


@router.get(
    "/cpd-action-plans",
    operation_id="list_cpd_action_plans",
    summary="Action plans",
    response_model=Page[PlanView],
)
async def list_cpd_action_plans(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    educator_id: Annotated[UUID | None, Query(description="Only this educator's.")] = None,
    activity_id: Annotated[UUID | None, Query(description="Only after this activity.")] = None,
    status: Annotated[PlanStatus | None, Query(description="Only this status.")] = None,
    due_by: Annotated[
        Day | None, Query(description="Only open ones that are to be followed up by this day.")
    ] = None,
) -> Response:
    """One's own plans whole; of the educators of one's organisation that they have one, and how it stands."""
    given = {"educator_id": educator_id, "activity_id": activity_id, "status": status, "due_by": due_by}
    filters = {name: value for name, value in given.items() if value is not None}
    return await page(call, wired.db, reading.LIST.by(filters), reader(principal), _many, filters=filters)


@router.get(
    "/cpd-action-plans/{plan_id}",
    operation_id="get_cpd_action_plan",
    summary="One action plan",
    response_model=PlanView,
)
async def get_cpd_action_plan(plan_id: PlanId, call: SingleCall, wired: Wired, principal: Reader) -> Response:
    """One action plan."""
    binds = {**reader(principal), "p_plan": plan_id}
    return await single(call, wired.db, reading.ONE, binds, _one, "action plan")


@router.post(
    "/cpd-action-plans",
    operation_id="create_cpd_action_plan",
    summary="Plan what to do",
    response_model=PlanView,
    status_code=201,
)
async def create_cpd_action_plan(body: PlanDraft, wired: Wired, principal: Writer, key: Key) -> Response:
    """Say, in person, what one will do after an activity one was at, and by when."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        activity = await hold_activity(session, reader(principal), body.activity_id)
        author, now = Author.of(principal), wired.clock.now()
        values = body.model_dump(exclude={"activity_id"})
        plan = await operations.plan(session, author, activity, values, now)
        return await key.keep(session, await _shown(session, principal, plan.id, HTTPStatus.CREATED))


@router.patch(
    "/cpd-action-plans/{plan_id}",
    operation_id="change_cpd_action_plan",
    summary="Change an action plan",
    response_model=PlanView,
)
async def change_cpd_action_plan(
    plan_id: PlanId, body: PlanPatch, wired: Wired, principal: Writer, seen: IfMatch
) -> Response:
    """Change the members that are given, while it is open."""
    values = body.model_dump(exclude_unset=True)
    async with wired.db.begin() as session:
        plan = await reading.hold_plan(session, reader(principal), plan_id)
        author, now = Author.of(principal), wired.clock.now()
        await operations.change(session, author, plan, values, seen=seen, now=now)
        return await _shown(session, principal, plan_id)


@router.post(
    "/cpd-action-plans/{plan_id}/review",
    operation_id="record_cpd_action_plan_review",
    summary="Say whether it was done",
    response_model=PlanView,
)
async def record_cpd_action_plan_review(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    plan_id: PlanId, body: PlanReview, wired: Wired, principal: Writer, seen: IfMatch, key: Key
) -> Response:
    """At the follow-up, or before: the educator says whether they did it."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        plan = await reading.hold_plan(session, reader(principal), plan_id)
        author, now = Author.of(principal), wired.clock.now()
        await operations.review(session, author, plan, body.outcome, seen=seen, now=now)
        return await key.keep(session, await _shown(session, principal, plan_id))


async def _shown(
    session: Session, principal: Principal, plan_id: UUID, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    columns = await reading.shown(session, reader(principal), plan_id)
    version = columns.pop("version")
    location = f"/v1/cpd-action-plans/{plan_id}" if status is HTTPStatus.CREATED else None
    return answer(_one.validate_python(columns), version=version, status=status, location=location)
