"""Taking the steps of a placement: each is one transition, with who, when and why, and one event."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.lifecycle import Step, after, expect_reason
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
from services.placements.operations.review_planning import open_reviews, plan_placement_anew
from services.placements.operations.suspensions import follow_status
from services.placements.queries.placements import Progress, last_step_on, progress_of
from shared.calendar import london_day
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
_MOVING = frozenset({PlacementStatus.ACTIVE, PlacementStatus.PAUSED, PlacementStatus.SUSPENDED})
"""A step to one of these moves the days of placement, and with them its reviews."""
_MAY_STEP = frozenset({"office", "university", "host"})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step (the token's subject), and in which capacities they have to do with the placement."""

    subject: str
    stands_for: frozenset[str]


@dataclass(frozen=True, slots=True)
class Why:
    """Why a step is taken, and from which day it holds (today unless said). The note is never published."""

    reason_code: str | None = None
    note: str | None = None
    effective_on: date | None = None
    pause_id: UUID | None = None
    """The pause of many placements that this step is part of."""
    is_of_many: bool = False
    """Whether the day was decided for many: then it may lie before a placement's own last step, and that one's day holds."""


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
    why: Why,
    now: datetime,
) -> None:
    """Take a step with a placement that is held for update.

    Refused when the step is not open from its status, when its reason is missing or none of the list, when it is to hold
    from a day that is not come or lies before the last step, when the caller is none of those who decide (office,
    university, host), and a completion while days or the final report are missing.
    """
    target = after(step, PlacementStatus(placement.status))
    expect_may_step(actor)
    expect_reason(step, why.reason_code)
    if why.effective_on is not None:
        why = await _on_a_day(session, placement, why, london_day(now))
    progress = await progress_of(session, placement.id)
    if step is Step.COMPLETION:
        _refuse_unless_complete(placement, progress)
    source = PlacementStatus(placement.status)
    placement.status = target.value
    await note_step(session, placement, step.value, actor, source=source, why=why, now=now)
    if step is Step.START:
        await open_reviews(session, placement, now=now)
    elif target in _MOVING:
        await plan_placement_anew(session, placement, now=now)
    if PlacementStatus.SUSPENDED in (source, target):
        await follow_status(session, placement, now=now)
    await tell(session, placement, _NEWS[step], progress, now)


async def note_step(
    session: AsyncSession,
    placement: Placement,
    step: str,
    actor: Actor,
    *,
    source: PlacementStatus,
    why: Why,
    now: datetime,
    changed: dict[str, Any] | None = None,
) -> None:
    """Count the version up and put on record what was done: who, when, why, and what it changed (ids, days and codes)."""
    placement.version += 1
    placement.updated_at = now
    session.add(
        PlacementTransition(
            id=new_id(),
            placement_id=placement.id,
            from_status=source.value,
            to_status=placement.status,
            step=step,
            by_subject=actor.subject,
            reason_code=why.reason_code,
            note=why.note,
            effective_on=why.effective_on or london_day(now),
            changed=changed,
            pause_id=why.pause_id,
            at=now,
        )
    )
    await session.flush()


async def propose(session: AsyncSession, placement: Placement, *, by: str, now: datetime) -> None:
    """Put a placement on record that host and university have agreed to."""
    session.add(placement)
    await session.flush()
    session.add(
        PlacementTransition(
            id=new_id(),
            placement_id=placement.id,
            to_status=PlacementStatus.PROPOSED.value,
            by_subject=by,
            effective_on=london_day(now),
            at=now,
        )
    )
    await tell(session, placement, PlacementProposed, Progress(0.0, False, False), now)


async def tell(
    session: AsyncSession,
    placement: Placement,
    news: type[PlacementStep],
    progress: Progress,
    now: datetime,
    *,
    also: frozenset[UUID] = frozenset(),
) -> None:
    """Publish the placement as it stands after a step, to its university and its hosts; to those in `also` as well."""
    second = {placement.second_organisation_id} if placement.second_organisation_id else set()
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
        audience=also | {placement.university_id, placement.organisation_id} | second,
        now=now,
    )


def _refuse_unless_complete(placement: Placement, progress: Progress) -> None:
    missing = placement.days_required - progress.days_approved
    if missing > 0:
        words = f"{missing:g} of {placement.days_required} days are not approved yet. Approve them, or end it early."
        raise Conflict("days_missing", words, days_missing=missing)
    if not progress.final_reported:
        raise Conflict("final_report_missing", "Record the final report first.")


async def _on_a_day(session: AsyncSession, placement: Placement, why: Why, today: date) -> Why:
    day = why.effective_on or today
    if day > today:
        raise Invalid([Fault("/on", "in_the_future", "A step is taken when its day has come.")])
    last = await last_step_on(session, placement.id)
    if last is None or day >= last:
        return why
    if why.is_of_many:
        return replace(why, effective_on=last)
    raise Invalid([Fault("/on", "before_the_last_step", "The last step of the placement holds from later.")])
