"""QAMP reviews of a placement: reading them, answering blind, and moderating."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field, StringConstraints
from starlette.responses import Response

from services.placements.api.deps import Monitor, Reader, Wired
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID, like
from services.placements.domain.reviews import Answer, Section, questions
from services.placements.domain.vocabulary import Checkpoint, Rag, Respondent
from services.placements.operations.reviews import Given, moderate, respond
from services.placements.queries.reviews import HeldReview, ReviewsRead, hold_visible_review, read_reviews
from services.placements.queries.visibility import reader
from services.placements.wiring import Wiring
from shared.auth.principal import Principal
from shared.calendar import ENGLAND
from shared.errors import Forbidden
from shared.http.wire import Instant, LongText, Wire, up_to
from shared.http.writing import IdempotencyKey, Key, answer

router = APIRouter(prefix="/v1", tags=["reviews"])

MODERATORS = frozenset(
    {"tutor", "practice_education_lead", "coordinator", "programme_manager", "partnership"}
)
"""Who moderates, and so sees all answers before the respondents do."""

QuestionCode = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,64}$")]
CheckpointPath = Annotated[Checkpoint, Path(description="Which of the three reviews.")]
RespondentPath = Annotated[Respondent, Path(description="Who answers.")]


class QuestionView(Wire):
    """One statement of the template."""

    code: str
    section: Section
    is_critical: bool
    """Starred in QAMP: `not_yet` makes its section red."""
    respondents: Annotated[list[Respondent], up_to(3)]


class ResponseView(Wire):
    """What one respondent answered. Blind: before moderation only they and the moderators see more than that they did."""

    respondent: Respondent
    submitted_at: Instant
    answers: dict[str, Answer] | None
    comments: dict[str, str] | None
    energy: int | None


class ReviewView(Wire):
    """One QAMP review."""

    model_config = like(
        id=SAMPLE_ID,
        placement_id=SAMPLE_ID,
        checkpoint="four_week",
        template_version=1,
        due_on="2026-10-12",
        opened_at="2026-09-14T08:00:00Z",
        questions=[
            {"code": "peer_group", "section": "support", "is_critical": False, "respondents": ["student"]}
        ],
        responses=[],
        moderated_at=None,
        proposed_rag=None,
        rag=None,
        overall=None,
        reason=None,
    )

    id: UUID
    placement_id: UUID
    checkpoint: Checkpoint
    template_version: int
    due_on: date
    opened_at: Instant
    questions: Annotated[list[QuestionView], up_to(100)]
    responses: Annotated[list[ResponseView], up_to(3)]
    moderated_at: Instant | None
    proposed_rag: dict[Section, Rag] | None
    """What the rule said."""
    rag: dict[Section, Rag] | None
    """What the moderator confirmed."""
    overall: Rag | None
    reason: str | None
    """Why a light differs from the proposed one."""


class ReviewList(Wire):
    """The reviews of a placement, in the order they are due."""

    items: Annotated[list[ReviewView], up_to(20)]


class ResponseIn(Wire):
    """An answer to every question asked of this respondent; `partly` and `not_yet` need a comment."""

    model_config = like(
        answers={"peer_group": "meets", "supervision_as_agreed": "partly"},
        comments={"supervision_as_agreed": "Cancelled twice."},
        energy=7,
    )

    answers: Annotated[dict[QuestionCode, Answer], Field(max_length=60)]
    comments: Annotated[dict[QuestionCode, LongText], Field(max_length=60)] = Field(default_factory=dict)
    """Words to a question, or to `start`, `stop` and `continue`."""
    energy: Annotated[int, Field(ge=0, le=10)] | None = None
    """0 to 10; never scored."""


class ModerationIn(Wire):
    """The moderator confirms what the rule proposes, or changes some lights with a reason."""

    model_config = like(rag={"support": "amber"}, reason="The second supervision was made up for last week.")

    rag: dict[Section, Rag] = Field(default_factory=dict)
    """Only the sections whose light is to differ."""
    reason: LongText | None = None


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
async def put_response(  # noqa: PLR0917 - what FastAPI hands in
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
        given = Given(body.answers, body.comments, body.energy)
        await respond(session, held, respondent, given, now=wired.clock.now())
    return await _shown(wired, principal, placement_id, held.review.id)


@router.post(
    "/placements/{placement_id}/reviews/{checkpoint}/moderation",
    operation_id="moderate_review",
    response_model=ReviewView,
)
async def moderate_review(  # noqa: PLR0917 - what FastAPI hands in
    placement_id: Id,
    checkpoint: CheckpointPath,
    body: ModerationIn,
    wired: Wired,
    principal: Monitor,
    key: Key,
) -> Response:
    """Confirm the lights, or change some. The answers are then open to all; amber and red become signals."""
    if not principal.roles & MODERATORS:
        raise Forbidden("not_a_moderator", "A tutor, a practice education lead or a coordinator moderates.")
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
        await moderate(
            session,
            held,
            moderator=principal.person_id,
            changes=body.rag,
            reason=body.reason,
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


def _refuse_others(principal: Principal, held: HeldReview, respondent: Respondent) -> None:
    if not principal.partnership_wide and _who_is(principal, held.placement) is not respondent:
        raise Forbidden("not_your_answers", "Each respondent answers for themselves.")


def _view(read: ReviewsRead, review: Any, principal: Principal) -> ReviewView:
    checkpoint = Checkpoint(review.checkpoint)
    asked = questions(checkpoint, is_statutory=read.placement.is_statutory)
    open_to_all = review.moderated_at is not None or bool(principal.roles & MODERATORS)
    me = _who_is(principal, read.placement)
    return ReviewView(
        id=review.id,
        placement_id=read.placement.id,
        checkpoint=checkpoint,
        template_version=review.template_version,
        due_on=review.due_on,
        opened_at=review.opened_at,
        questions=[
            QuestionView(
                code=each.code,
                section=each.section,
                is_critical=each.is_critical,
                respondents=sorted(each.respondents),
            )
            for each in asked
        ],
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
    )


def _response(row: Any, *, shown: bool) -> ResponseView:
    return ResponseView(
        respondent=row.respondent,
        submitted_at=row.submitted_at,
        answers=row.answers if shown else None,
        comments=row.comments if shown else None,
        energy=row.energy if shown else None,
    )
