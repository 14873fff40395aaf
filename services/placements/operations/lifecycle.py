"""Taking the steps of a placement: each is one transition, with who, when and why, and one event."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.lifecycle import Step, after
from services.placements.domain.vocabulary import PlacementLevel, PlacementStatus
from services.placements.messages import (
    PlacementCancelled,
    PlacementCompleted,
    PlacementConfirmed,
    PlacementEndedEarly,
    PlacementPaused,
    PlacementProposed,
    PlacementResumed,
    PlacementStarted,
    PlacementStep,
    PlacementSuspended,
)
from services.placements.models.placements import Placement, PlacementTransition
from services.placements.operations.reviews import open_reviews
from services.placements.queries.placements import Progress, progress_of
from shared.calendar import ENGLAND, london_day
from shared.errors import Conflict, Fault, Forbidden, Invalid
from shared.events.outbox import publish
from shared.ids import new_id

_NEWS: dict[Step, type[PlacementStep]] = {
    Step.CONFIRMATION: PlacementConfirmed,
    Step.START: PlacementStarted,
    Step.PAUSE: PlacementPaused,
    Step.RESUMPTION: PlacementResumed,
    Step.SUSPENSION: PlacementSuspended,
    Step.COMPLETION: PlacementCompleted,
    Step.EARLY_END: PlacementEndedEarly,
    Step.CANCELLATION: PlacementCancelled,
}
_NEED_A_REASON = frozenset({Step.PAUSE, Step.SUSPENSION, Step.EARLY_END, Step.CANCELLATION})
_MAY_STEP = frozenset({"office", "university", "host"})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step (the token's subject), and in which capacities they have to do with the placement."""

    subject: str
    stands_for: frozenset[str]


def expect_may_step(actor: Actor) -> None:
    """Refuse whoever is none of those who decide about a placement: office, university, host."""
    if not actor.stands_for & _MAY_STEP:
        raise Forbidden(
            "not_your_step", "The university, the host or the partnership's office takes this step."
        )


async def take(
    session: AsyncSession,
    placement: Placement,
    step: Step,
    actor: Actor,
    *,
    reason_code: str | None,
    now: datetime,
) -> None:
    """Take a step with a placement that is held for update.

    Refused when the step is not open from its status, when a reason is needed and not given, when the caller is none of
    those who decide (office, university, host), and a completion while days or the final report are missing.
    """
    target = after(step, PlacementStatus(placement.status))
    expect_may_step(actor)
    if step in _NEED_A_REASON and reason_code is None:
        raise Invalid([Fault("/reason_code", "missing", "Say why, with one of the coded reasons.")])
    progress = await progress_of(session, placement.id)
    if step is Step.COMPLETION:
        _refuse_unless_complete(placement, progress)
    await _move(session, placement, target, actor.subject, reason_code, now)
    if step is Step.START:
        await open_reviews(session, placement, calendar=ENGLAND, now=now)
    await tell(session, placement, _NEWS[step], progress, now)


async def propose(session: AsyncSession, placement: Placement, *, by: str, now: datetime) -> None:
    """Put a placement on record that host and university have agreed to."""
    session.add(placement)
    await session.flush()
    session.add(_transition(placement.id, None, PlacementStatus.PROPOSED, by, None, now))
    await tell(session, placement, PlacementProposed, Progress(0.0, False, False), now)


async def tell(
    session: AsyncSession, placement: Placement, news: type[PlacementStep], progress: Progress, now: datetime
) -> None:
    """Publish the placement as it stands after a step, to its university and its host."""
    message = news(
        placement_id=placement.id,
        round_id=placement.round_id,
        student_id=placement.student_id,
        university_id=placement.university_id,
        organisation_id=placement.organisation_id,
        setting_id=placement.setting_id,
        educator_id=placement.educator_id,
        placement_level=PlacementLevel(placement.placement_level),
        is_statutory=placement.is_statutory,
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        days_required=placement.days_required,
        status=PlacementStatus(placement.status),
        days_approved=progress.days_approved,
        midway_reported=progress.midway_reported,
        occurred_on=london_day(now),
    )
    await publish(
        session,
        message,
        partnership_id=placement.partnership_id,
        subject=placement.id,
        audience={placement.university_id, placement.organisation_id},
        now=now,
    )


def _refuse_unless_complete(placement: Placement, progress: Progress) -> None:
    missing = placement.days_required - progress.days_approved
    if missing > 0:
        words = f"{missing:g} of {placement.days_required} days are not approved yet. Approve them, or end it early."
        raise Conflict("days_missing", words, days_missing=missing)
    if not progress.final_reported:
        raise Conflict("final_report_missing", "Record the final report first.")


async def _move(  # noqa: PLR0917 - the columns of a transition
    session: AsyncSession,
    placement: Placement,
    target: PlacementStatus,
    by: str,
    reason: str | None,
    now: datetime,
) -> None:
    source = PlacementStatus(placement.status)
    placement.status = target.value
    placement.version += 1
    placement.updated_at = now
    session.add(_transition(placement.id, source, target, by, reason, now))
    await session.flush()


def _transition(  # noqa: PLR0917 - the columns of a transition
    placement_id: UUID,
    source: PlacementStatus | None,
    target: PlacementStatus,
    by: str,
    reason: str | None,
    now: datetime,
) -> PlacementTransition:
    return PlacementTransition(
        id=new_id(),
        placement_id=placement_id,
        from_status=source.value if source else None,
        to_status=target.value,
        by_subject=by,
        reason_code=reason,
        at=now,
    )
