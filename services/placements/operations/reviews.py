"""QAMP reviews: opened with the placement, answered blind, moderated by a person; what they show becomes signals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.reviews import (
    CLOSING,
    FAR_APART,
    QUESTION_BY_CODE,
    TEMPLATE_VERSION,
    Answer,
    Section,
    differences,
    due_dates,
    overall,
    propose,
    questions,
    struggling,
)
from services.placements.domain.vocabulary import Checkpoint, ConcernAbout, Rag, Respondent
from services.placements.models.placements import Placement
from services.placements.models.reviews import Review, ReviewResponse
from services.placements.operations.signals import Noticed, record
from services.placements.queries.lives import lives_of
from services.placements.queries.reviews import HeldReview, answers_before, answers_of
from shared.calendar import Calendar
from shared.errors import Conflict, Fault, Invalid, InvalidState
from shared.ids import new_id

MODERATED = "moderated"
OPEN = "open"
_NEEDS_COMMENT = frozenset({Answer.PARTLY, Answer.NOT_YET})


async def open_reviews(session: AsyncSession, placement: Placement, *, now: datetime) -> None:
    """The placement has started: its reviews are open, each with the day it is due. Opening them again changes nothing."""
    (life,) = await lives_of(session, [placement.id])
    due = due_dates(life.terms)
    rows = [
        {
            "id": new_id(),
            "partnership_id": placement.partnership_id,
            "placement_id": placement.id,
            "checkpoint": checkpoint.value,
            "template_version": TEMPLATE_VERSION,
            "due_on": day,
            "opened_at": now,
            "version": 1,
            "created_at": now,
            "updated_at": now,
        }
        for checkpoint, day in due.items()
    ]
    await session.execute(
        insert(Review).values(rows).on_conflict_do_nothing(constraint="review_once_per_checkpoint")
    )


@dataclass(frozen=True, slots=True)
class Given:
    """What a respondent sends: an answer to every question asked of them, words to some, and their energy (0 to 10)."""

    answers: Mapping[str, Answer]
    comments: Mapping[str, str]
    energy: int | None = None


async def respond(
    session: AsyncSession, held: HeldReview, respondent: Respondent, given: Given, *, now: datetime
) -> None:
    """Take a respondent's answers, in place of those they gave before. After moderation nothing changes any more."""
    review, placement = held
    if review.moderated_at is not None:
        raise InvalidState("review", MODERATED, ())
    _refuse_faults(Checkpoint(review.checkpoint), respondent, given, is_statutory=placement.is_statutory)
    values: dict[str, Any] = {
        "answers": dict(given.answers),
        "comments": dict(given.comments),
        "energy": given.energy,
        "submitted_at": now,
    }
    statement = insert(ReviewResponse).values(
        id=new_id(), review_id=review.id, respondent=respondent.value, **values
    )
    await session.execute(
        statement.on_conflict_do_update(constraint="response_once_per_respondent", set_=values)
    )
    review.version += 1
    review.updated_at = now
    await session.flush()


def _refuse_faults(
    checkpoint: Checkpoint, respondent: Respondent, given: Given, *, is_statutory: bool
) -> None:
    asked = {q.code for q in questions(checkpoint, respondent, is_statutory=is_statutory)}
    faults = [
        Fault(f"/answers/{code}", "missing", "Answer it, or say that it is not applicable.")
        for code in sorted(asked - given.answers.keys())
    ]
    if given.answers.keys() - asked:
        words = "Some questions are not asked of this respondent at this review."
        faults.append(Fault("/answers", "not_asked", words))
    if given.comments.keys() - asked - set(CLOSING):
        faults.append(
            Fault("/comments", "not_asked", "Some comments are on questions that are not asked here.")
        )
    faults += [
        Fault(f"/comments/{code}", "missing", "Say in a few words why it is partly met or not yet.")
        for code, answer in sorted(given.answers.items())
        if code in asked and answer in _NEEDS_COMMENT and code not in given.comments
    ]
    if faults:
        raise Invalid(faults)


async def moderate(
    session: AsyncSession,
    held: HeldReview,
    *,
    moderator: UUID | None,
    changes: Mapping[Section, Rag],
    reason: str | None,
    calendar: Calendar,
    now: datetime,
) -> Review:
    """A moderator confirms the lights the rule proposes, or changes some with a reason; the answers are then open to all."""
    review, _ = held
    if review.moderated_at is not None:
        raise InvalidState("review", MODERATED, ())
    responses = await answers_of(session, review.id)
    if not responses:
        raise Conflict("no_responses", "Nobody has answered yet; there is nothing to moderate.")
    before = await answers_before(session, review)
    proposed = propose(responses, before)
    _refuse_changes(proposed, changes, reason)
    lights = proposed | dict(changes)
    review.proposed_rag = {section.value: light.value for section, light in proposed.items()}
    review.rag = {section.value: light.value for section, light in lights.items()}
    review.overall = overall(lights.values()).value
    review.reason = reason
    review.moderated_at, review.moderated_by_person_id = now, moderator
    review.version += 1
    review.updated_at = now
    await session.flush()
    await _signal_lights(session, review, lights, calendar=calendar, now=now)
    await _signal_divergence(session, review, responses, calendar=calendar, now=now)
    return review


def _refuse_changes(
    proposed: Mapping[Section, Rag], changes: Mapping[Section, Rag], reason: str | None
) -> None:
    if unknown := changes.keys() - proposed.keys():
        words = "This section was not answered at this review."
        raise Invalid([Fault(f"/rag/{section}", "not_answered", words) for section in sorted(unknown)])
    if any(proposed[section] is not light for section, light in changes.items()) and not reason:
        raise Invalid([Fault("/reason", "missing", "Say why a light differs from the proposed one.")])


async def _signal_lights(
    session: AsyncSession, review: Review, lights: Mapping[Section, Rag], *, calendar: Calendar, now: datetime
) -> None:
    colours = list(lights.values())
    noticed = Noticed(
        rule=RuleCode.REVIEW_RAG,
        facts={"amber_sections": colours.count(Rag.AMBER), "red_sections": colours.count(Rag.RED)},
        about=struggling(lights),
        cause=f"review:{review.id}",
        occurrence=str(review.id),
        occurred_at=now,
        source="reviews",
        evidence={"review_id": str(review.id)},
    )
    await record(session, review.placement_id, noticed, calendar=calendar, now=now)


async def _signal_divergence(
    session: AsyncSession,
    review: Review,
    responses: Mapping[Respondent, Mapping[str, Answer]],
    *,
    calendar: Calendar,
    now: datetime,
) -> None:
    pair = {
        who: responses[who] for who in (Respondent.STUDENT, Respondent.PRACTICE_EDUCATOR) if who in responses
    }
    apart = {code: gap for code, gap in differences(pair).items() if gap >= FAR_APART}
    grave = [
        gap
        for code, gap in apart.items()
        if QUESTION_BY_CODE[code].section is Section.SUPPORT or QUESTION_BY_CODE[code].is_safety
    ]
    noticed = Noticed(
        rule=RuleCode.REVIEW_DIVERGENCE,
        facts={
            "difference": max(apart.values(), default=0),
            "difference_on_safety_or_support": max(grave, default=0),
        },
        about=ConcernAbout.SETTING,
        cause=f"review:{review.id}",
        occurrence=str(review.id),
        occurred_at=now,
        source="reviews",
        evidence={"review_id": str(review.id)},
    )
    await record(session, review.placement_id, noticed, calendar=calendar, now=now)
