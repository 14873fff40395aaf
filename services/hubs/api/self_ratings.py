"""Members' ratings of themselves, before and after."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired
from services.hubs.api.shapes import SAMPLE_AT, SAMPLE_ID, Id
from services.hubs.domain.evaluation import Moment, Scale
from services.hubs.operations.self_ratings import rate
from shared.http.wire import Instant, Wire, like
from shared.http.writing import IfMatchWhenChanging, answer

router = APIRouter(prefix="/v1", tags=["evaluation"])

Rating = Annotated[int, Field(ge=1, le=5)]
"""1 not at all, 5 fully."""

_RATINGS = {
    "confidence": 2,
    "reflective_thinking": 3,
    "practice_skills": 2,
    "peer_support": 1,
    "wellbeing": 3,
}
_Moment = Annotated[Moment, Path(description="`before` on joining, `after` at the end.")]


class SelfRatingDraft(Wire):
    """How a member sees themselves, on each scale."""

    model_config = like(**_RATINGS)

    confidence: Rating
    reflective_thinking: Rating
    practice_skills: Rating
    peer_support: Rating
    wellbeing: Rating


class SelfRatingView(SelfRatingDraft):
    """A member's ratings at one moment."""

    model_config = like(membership_id=SAMPLE_ID, moment="before", **_RATINGS, updated_at=SAMPLE_AT)

    membership_id: UUID
    moment: Moment
    updated_at: Instant


@router.put(
    "/memberships/{membership_id}/self-ratings/{moment}",
    operation_id="record_self_rating",
    summary="Rate yourself",
    response_model=SelfRatingView,
)
async def record_self_rating(
    membership_id: Id,
    moment: _Moment,
    body: SelfRatingDraft,
    wired: Wired,
    principal: Reader,
    *,
    may_change: IfMatchWhenChanging,
) -> Response:
    """For the member alone. Others only ever see means of five members or more."""
    ratings = {Scale(name): value for name, value in body.model_dump().items()}
    async with wired.db.begin() as session:
        who = principal.tenant, membership_id
        row = await rate(
            session, who, principal.person_id, moment, ratings, may_change=may_change, now=wired.clock.now()
        )
        view = SelfRatingView(
            membership_id=membership_id, moment=moment, updated_at=row.updated_at, **row.ratings
        )
        return answer(view, version=row.version)
