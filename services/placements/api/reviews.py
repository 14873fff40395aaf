"""QAMP reviews of a placement: reading them, answering blind, and moderating."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from services.placements.api.deps import Monitor, Reader, Wired
from services.placements.api.quality_issue_shapes import IssueView, raising
from services.placements.api.resources import Id
from services.placements.api.review_shapes import (
    ClosingView,
    ModerationIn,
    QuestionView,
    ResponseIn,
    ResponseView,
    ReviewList,
    ReviewView,
)
from services.placements.domain.reviews import Given
from services.placements.domain.vocabulary import Checkpoint, Respondent
from services.placements.operations.lifecycle import Actor
from services.placements.operations.reviews import Moderation, moderate, respond
from services.placements.queries.placements import stands_for
from services.placements.queries.reviews import HeldReview, ReviewsRead, hold_visible_review, read_reviews
from services.placements.queries.visibility import reader
from services.placements.wiring import Wiring
from shared.auth.principal import Principal
from shared.calendar import ENGLAND
from shared.errors import Forbidden
from shared.http.writing import IdempotencyKey, Key, answer

router = APIRouter(prefix="/v1", tags=["reviews"])

MODERATORS = frozenset(
    {"tutor", "practice_education_lead", "coordinator", "programme_manager", "partnership"}
)
"""Who moderates, and so sees all answers before the respondents do; unless they answer the same review themselves."""

CheckpointPath = Annotated[Checkpoint, Path(description="Which of the three reviews.")]
RespondentPath = Annotated[Respondent, Path(description="Who answers.")]


@router.get(
    "/placements/{placement_id}/reviews", operation_id="list_placement_reviews", response_model=ReviewList
)
async def list_reviews(placement_id: Id, wired: Wired, principal: Reader) -> Response:
    """The reviews of a placement, with what is asked and what the caller may see of the answers."""
    async with wired.db.read() as connection:
        read = await read_reviews(connection, reader(principal), placement_id)
    items = [_view(read, review, principal) for review in read.reviews]
    return answer(ReviewList(items=items))


@router.put(
    "/placements/{placement_id}/reviews/{checkpoint}/responses/{respondent}",
    operation_id="record_review_response",
    response_model=ReviewView,
)
async def put_response(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    placement_id: Id,
    checkpoint: CheckpointPath,
    respondent: RespondentPath,
    body: ResponseIn,
    wired: Wired,
    principal: Monitor,
) -> Response:
    """Answer a review, or answer it anew; possible until it is moderated."""
    async with wired.db.begin() as session:
        held = await hold_visible_review(session, reader(principal), placement_id, checkpoint)
        _refuse_others(principal, held, respondent)
        given = Given(body.answers, body.comments, body.energy, body.wants_talk, body.choices)
        await respond(session, held, respondent, given, now=wired.clock.now())
    return await _shown(wired, principal, placement_id, held.review.id)


@router.post(
    "/placements/{placement_id}/reviews/{checkpoint}/moderation",
    operation_id="moderate_review",
    response_model=ReviewView,
)
async def moderate_review(  # noqa: PLR0917 - FastAPI hands in each part of the request as a parameter
    placement_id: Id,
    checkpoint: CheckpointPath,
    body: ModerationIn,
    wired: Wired,
    principal: Monitor,
    key: Key,
) -> Response:
    """Confirm the lights, or change some, and raise what is to be put right. The answers are then open to all."""
    return await _moderate(wired, principal, placement_id, checkpoint, body, key)


async def _moderate(  # noqa: PLR0917 - what a moderation needs
    wired: Wiring,
    principal: Principal,
    placement_id: UUID,
    checkpoint: Checkpoint,
    body: ModerationIn,
    key: IdempotencyKey,
) -> Response:
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        held = await hold_visible_review(session, reader(principal), placement_id, checkpoint)
        if not _moderates(principal, held.placement):
            raise Forbidden(
                "not_a_moderator", "A tutor, a practice education lead or a coordinator moderates."
            )
        await moderate(
            session,
            held,
            Moderation(body.rag, body.reason, [raising(each) for each in body.issues]),
            Actor(principal.subject, stands_for(principal, held.placement)),
            moderator=principal.person_id,
            calendar=ENGLAND,
            now=wired.clock.now(),
        )
        read = await read_reviews(await session.connection(), reader(principal), placement_id)
        review = next(each for each in read.reviews if each.id == held.review.id)
        shown = answer(_view(read, review, principal), version=review.version)
        return await key.keep(session, shown)


async def _shown(wired: Wiring, principal: Principal, placement_id: UUID, review_id: UUID) -> Response:
    async with wired.db.read() as connection:
        read = await read_reviews(connection, reader(principal), placement_id)
    review = next(each for each in read.reviews if each.id == review_id)
    return answer(_view(read, review, principal), version=review.version)


def _who_is(principal: Principal, placement: Any) -> Respondent | None:
    known = {
        placement.student_id: Respondent.STUDENT,
        placement.educator_id: Respondent.PRACTICE_EDUCATOR,
        placement.on_site_supervisor_person_id: Respondent.ON_SITE_SUPERVISOR,
    }
    return known.get(principal.person_id) if principal.is_person else None


def _moderates(principal: Principal, placement: Any) -> bool:
    return bool(principal.roles & MODERATORS) and _who_is(principal, placement) is None


def _refuse_others(principal: Principal, held: HeldReview, respondent: Respondent) -> None:
    """Everybody answers for themselves. What an expert by experience says, a moderator takes down."""
    if principal.partnership_wide or _who_is(principal, held.placement) is respondent:
        return
    if respondent is Respondent.EXPERT_BY_EXPERIENCE and _moderates(principal, held.placement):
        return
    raise Forbidden("not_your_answers", "Each respondent answers for themselves.")


def _view(read: ReviewsRead, review: Any, principal: Principal) -> ReviewView:
    checkpoint = Checkpoint(review.checkpoint)
    template = read.templates[review.id]
    asked = template.asked(checkpoint, is_statutory=read.placement.is_statutory)
    open_to_all = review.moderated_at is not None or _moderates(principal, read.placement)
    me = _who_is(principal, read.placement)
    return ReviewView(
        id=review.id,
        placement_id=read.placement.id,
        checkpoint=checkpoint,
        template_version=review.template_version,
        due_on=review.due_on,
        opens_on=review.opens_on,
        closes_on=review.closes_on,
        opened_at=review.opened_at,
        questions=[QuestionView.model_validate(each) for each in asked],
        closing=[ClosingView.model_validate(each) for each in template.closes_with(checkpoint)],
        responses=[
            _response(row, shown=open_to_all or row.respondent == me)
            for row in read.responses
            if row.review_id == review.id
        ],
        moderated_at=review.moderated_at,
        proposed_rag=review.proposed_rag,
        rag=review.rag,
        overall=review.overall,
        reason=review.reason,
        issues=[IssueView.model_validate(each) for each in read.issues_in(review)],
    )


def _response(row: Any, *, shown: bool) -> ResponseView:
    return ResponseView(
        respondent=row.respondent,
        submitted_at=row.submitted_at,
        answers=row.answers if shown else None,
        comments=row.comments if shown else None,
        energy=row.energy if shown else None,
        wants_talk=row.wants_talk if shown else None,
        choices=row.choices if shown else None,
    )
