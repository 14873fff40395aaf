"""Reviews of a suspension: a suspended student is not left waiting; somebody looks again every five working days."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.acting import ByAPerson
from services.placements.api.concern_actors import person_behind
from services.placements.api.deps import Reader, Wired, Writer
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.suspensions import ReviewResult
from services.placements.operations.lifecycle import Actor, expect_may_step
from services.placements.operations.suspensions import review_suspension
from services.placements.queries.placements import hold_placement, stands_for
from services.placements.queries.signals import refuse_invisible_placement
from services.placements.queries.suspensions import REVIEWS
from services.placements.queries.visibility import reader
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Instant, LongText, Page, Wire, like
from shared.http.writing import Key, answer

router = APIRouter(prefix="/v1", tags=["suspensions"])


class SuspensionReviewIn(ByAPerson):
    """What somebody who decides found when they looked again. Lifting or ending it is a step of the placement itself."""

    model_config = like(result="goes_on", reason="The enquiry hears two more people on Thursday.")

    result: ReviewResult
    reason: LongText


class SuspensionReviewView(Wire):
    """One review, done or due."""

    model_config = like(
        id=SAMPLE_ID,
        number=1,
        due_at="2026-10-19T16:00:00Z",
        reviewed_at=None,
        result=None,
        reason=None,
        reviewed_by_role=None,
        over_at=None,
    )

    id: UUID
    number: int
    due_at: Instant
    reviewed_at: Instant | None
    result: ReviewResult | None
    reason: str | None
    reviewed_by_role: str | None
    """The role in which somebody reviewed it."""
    over_at: Instant | None
    """When the suspension ended before this review was due."""


_MANY = TypeAdapter(list[SuspensionReviewView])


@router.get(
    "/placements/{placement_id}/suspension-reviews",
    operation_id="list_suspension_reviews",
    response_model=Page[SuspensionReviewView],
)
async def list_suspension_reviews(
    placement_id: Id, call: ListCall, wired: Wired, principal: Reader
) -> Response:
    """The reviews of a placement's suspensions; the one that is due is the last."""
    binds = reader(principal)
    async with wired.db.read() as connection:
        await refuse_invisible_placement(connection, binds, placement_id)
    return await page(call, wired.db, REVIEWS, binds, _MANY, filters={"placement_id": placement_id})


@router.post(
    "/placements/{placement_id}/suspension-reviews",
    operation_id="record_suspension_review",
    response_model=SuspensionReviewView,
    status_code=201,
)
async def record_suspension_review(
    placement_id: Id, body: SuspensionReviewIn, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Review the suspension, with a reason; the next review is due five working days on. 409 when it is not suspended."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await hold_placement(session, reader(principal), placement_id)
        expect_may_step(Actor(principal.subject, stands_for(principal, placement)))
        named = await person_behind(session, placement.partnership_id, principal, body.by_person_id)
        review = await review_suspension(
            session, placement, body.result, body.reason, by=named.acting_for_many(), now=wired.clock.now()
        )
        return await key.keep(session, answer(SuspensionReviewView.model_validate(review), status=201))
