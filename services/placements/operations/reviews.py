"""QAMP reviews: answered blind, moderated by a person; what they show becomes quality issues and signals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.review_templates import Section, Template
from services.placements.domain.reviews import (
    FAR_APART,
    Answer,
    Given,
    Standing,
    differences,
    faults_in,
    overall,
    propose,
    struggling,
)
from services.placements.domain.vocabulary import Checkpoint, ConcernAbout, Rag, Respondent
from services.placements.models.quality_issues import QualityIssue
from services.placements.models.reviews import Review, ReviewResponse
from services.placements.operations.lifecycle import Actor
from services.placements.operations.quality_issues import Raising, raise_issues
from services.placements.operations.signals import Noticed, record
from services.placements.queries.quality_issues import issues_of
from services.placements.queries.review_templates import template_of
from services.placements.queries.reviews import HeldReview, answers_of, review_before
from shared.calendar import Calendar
from shared.errors import Conflict, Fault, Invalid, InvalidState
from shared.ids import new_id

MODERATED = "moderated"


async def respond(
    session: AsyncSession, held: HeldReview, respondent: Respondent, given: Given, *, now: datetime
) -> None:
    """Take a respondent's answers, in place of those they gave before. After moderation nothing changes any more."""
    review, placement = held
    if review.moderated_at is not None:
        raise InvalidState("review", MODERATED, ())
    template = await template_of(session, review)
    faults = faults_in(
        template, Checkpoint(review.checkpoint), respondent, given, is_statutory=placement.is_statutory
    )
    if faults:
        raise Invalid(faults)
    values = {
        "answers": dict(given.answers),
        "comments": dict(given.comments),
        "energy": given.energy,
        "wants_talk": given.wants_talk,
        "choices": dict(given.choices),
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


@dataclass(frozen=True, slots=True)
class Moderation:
    """What a moderator sends: lights that are to differ with the reason, and the quality issues that are raised."""

    changes: Mapping[Section, Rag] = field(default_factory=dict)
    reason: str | None = None
    issues: Sequence[Raising] = ()


async def moderate(
    session: AsyncSession,
    held: HeldReview,
    moderation: Moderation,
    actor: Actor,
    *,
    moderator: UUID | None,
    calendar: Calendar,
    now: datetime,
) -> Review:
    """A moderator confirms the lights the rule proposes, or changes some with a reason; the answers are then open to all.

    Issues that are raised count at once; with those that are still open they are carried to the next review.
    """
    review, placement = held
    if review.moderated_at is not None:
        raise InvalidState("review", MODERATED, ())
    responses = await answers_of(session, review.id)
    if not responses:
        raise Conflict("no_responses", "Nobody has answered yet; there is nothing to moderate.")
    await raise_issues(session, placement, moderation.issues, actor, review_id=review.id, now=now)
    issues = await issues_of(session, placement.id)
    template = await template_of(session, review)
    proposed = propose(template, responses, await _standing(session, review, issues, now))
    _refuse_changes(proposed, moderation.changes, moderation.reason)
    lights = proposed | dict(moderation.changes)
    review.proposed_rag = {section.value: light.value for section, light in proposed.items()}
    review.rag = {section.value: light.value for section, light in lights.items()}
    review.overall = overall(lights.values()).value
    review.reason = moderation.reason
    review.issue_ids = [str(issue.id) for issue in issues if issue.resolved_at is None]
    review.moderated_at, review.moderated_by_person_id = now, moderator
    review.version += 1
    review.updated_at = now
    await session.flush()
    await _signal_lights(session, review, lights, calendar=calendar, now=now)
    await _signal_divergence(session, review, template, responses, calendar=calendar, now=now)
    return review


async def _standing(
    session: AsyncSession, review: Review, issues: Sequence[QualityIssue], now: datetime
) -> Standing:
    last = await review_before(session, review)
    since = None if last is None else last.moderated_at
    news = [i for i in issues if i.resolved_at is None or since is None or i.resolved_at > since]
    return Standing(
        before={} if last is None else await answers_of(session, last.id),
        with_open_issue=[Section(i.section) for i in issues if i.resolved_at is None],
        with_missed_date=[Section(i.section) for i in news if (i.resolved_at or now) > i.due_at],
    )


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
    template: Template,
    responses: Mapping[Respondent, Mapping[str, Answer]],
    *,
    calendar: Calendar,
    now: datetime,
) -> None:
    pair = {
        who: responses[who] for who in (Respondent.STUDENT, Respondent.PRACTICE_EDUCATOR) if who in responses
    }
    apart = {code: gap for code, gap in differences(pair).items() if gap >= FAR_APART}
    known = template.by_code
    grave = [
        gap for code, gap in apart.items() if known[code].section is Section.SUPPORT or known[code].is_safety
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
