"""Reading QAMP reviews, and holding one for a change."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.placements.domain.review_templates import Template
from services.placements.domain.reviews import Answer
from services.placements.domain.vocabulary import Checkpoint, Respondent
from services.placements.models.placements import Placement
from services.placements.models.reviews import Review, ReviewResponse
from services.placements.queries.quality_issues import OF_PLACEMENT
from services.placements.queries.review_templates import templates_of
from services.placements.queries.visibility import PLACEMENTS
from shared.errors import NotFound

_ORDER = tuple(Checkpoint)


class HeldReview(NamedTuple):
    """A review that is held until the transaction ends, with its placement."""

    review: Review
    placement: Placement


async def hold_visible_review(
    session: AsyncSession, binds: dict[str, object], placement_id: UUID, checkpoint: Checkpoint
) -> HeldReview:
    """The review, held, if the caller sees its placement."""
    statement = (
        select(Review, Placement)
        .join(Placement, Placement.id == Review.placement_id)
        .where(PLACEMENTS, Placement.id == placement_id, Review.checkpoint == checkpoint.value)
        .with_for_update(of=Review, key_share=True)
    )
    row = (await session.execute(statement, binds)).one_or_none()
    if row is None:
        raise NotFound("review")
    return HeldReview(row[0], row[1])


async def answers_of(session: AsyncSession, review_id: UUID) -> dict[Respondent, dict[str, Answer]]:
    """What each respondent answered."""
    statement = select(ReviewResponse.respondent, ReviewResponse.answers).where(
        ReviewResponse.review_id == review_id
    )
    return {
        Respondent(respondent): {code: Answer(answer) for code, answer in answers.items()}
        for respondent, answers in await session.execute(statement)
    }


async def review_before(session: AsyncSession, review: Review) -> Review | None:
    """The last moderated review of the placement before this one."""
    earlier = [each.value for each in _ORDER[: _ORDER.index(Checkpoint(review.checkpoint))]]
    statement = (
        select(Review)
        .where(
            Review.placement_id == review.placement_id,
            Review.checkpoint.in_(earlier),
            Review.moderated_at.is_not(None),
        )
        .order_by(Review.due_on.desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


_PLACEMENT = select(
    Placement.id,
    Placement.student_id,
    Placement.educator_id,
    Placement.on_site_supervisor_person_id,
    Placement.is_statutory,
).where(PLACEMENTS, Placement.id == bindparam("placement_id", type_=Uuid()))
_REVIEWS = (
    select(
        Review.id,
        Review.checkpoint,
        Review.template_version,
        Review.template_id,
        Review.due_on,
        Review.opens_on,
        Review.closes_on,
        Review.opened_at,
        Review.moderated_at,
        Review.proposed_rag,
        Review.rag,
        Review.overall,
        Review.reason,
        Review.issue_ids,
        Review.version,
    )
    .where(Review.placement_id == bindparam("placement_id", type_=Uuid()))
    .order_by(Review.due_on, Review.id)
)
_RESPONSES = (
    select(
        ReviewResponse.review_id,
        ReviewResponse.respondent,
        ReviewResponse.answers,
        ReviewResponse.comments,
        ReviewResponse.energy,
        ReviewResponse.wants_talk,
        ReviewResponse.choices,
        ReviewResponse.submitted_at,
    )
    .join(Review, Review.id == ReviewResponse.review_id)
    .where(Review.placement_id == bindparam("placement_id", type_=Uuid()))
    .order_by(ReviewResponse.respondent)
)


class ReviewsRead(NamedTuple):
    """The reviews of one placement with all responses; what a reader may see of those is decided by the caller.

    `templates` are by review, `issues` all quality issues of the placement, oldest first.
    """

    placement: Any
    reviews: list[Any]
    responses: list[Any]
    templates: dict[UUID, Template]
    issues: list[Any]

    def issues_in(self, review: Any) -> list[Any]:
        """What is listed in a review: once moderated what was open then, and in the next one what is open now."""
        if review.moderated_at is not None:
            return [each for each in self.issues if str(each.id) in review.issue_ids]
        following = next(each for each in self.reviews if each.moderated_at is None)
        return [each for each in self.issues if each.resolved_at is None] if following is review else []


async def read_reviews(
    connection: AsyncConnection, binds: dict[str, object], placement_id: UUID
) -> ReviewsRead:
    """The reviews of a placement, if the caller sees it."""
    asked = {"placement_id": placement_id}
    placement = (await connection.execute(_PLACEMENT, {**binds, **asked})).one_or_none()
    if placement is None:
        raise NotFound("placement")
    reviews = list((await connection.execute(_REVIEWS, asked)).all())
    return ReviewsRead(
        placement,
        reviews,
        list((await connection.execute(_RESPONSES, asked)).all()),
        await templates_of(connection, reviews),
        list((await connection.execute(OF_PLACEMENT, asked)).all()),
    )
