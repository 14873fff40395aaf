"""Recording the named steps of a placement: that they happened, when, and for how long. Never their content."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.lifecycle import ENDED
from services.placements.domain.named_steps import LeaveReason, Signatory, SupervisionKind
from services.placements.domain.vocabulary import PcfDomain, PlacementStatus
from services.placements.models.calendar_links import CalendarLink
from services.placements.models.leave import Leave
from services.placements.models.named_steps import LearningAgreement, Observation, Supervision
from services.placements.models.placements import Placement
from services.placements.operations.lifecycle import Actor
from services.placements.operations.placement_days import BEGUN
from services.placements.operations.replanning import replan_placement
from services.placements.operations.review_planning import plan_placement_anew
from services.placements.queries.named_steps import agreement_of, step_of
from shared.calendar import london_day
from shared.errors import Conflict, Fault, Forbidden, Invalid, StaleVersion
from shared.ids import new_id

_MAY_SUPERVISE = frozenset({"office", "educator", "supervisor"})
_MAY_OBSERVE = frozenset({"office", "educator"})
_MAY_AGREE = frozenset({"office", "university", "tutor", "educator"})
_MAY_GRANT = frozenset({"office", "university", "host", "tutor", "educator", "supervisor"})


@dataclass(frozen=True, slots=True)
class Supervising:
    """One supervision as it is recorded."""

    on: date
    minutes: int
    kind: SupervisionKind
    domains: Sequence[PcfDomain] = ()


async def agree(
    session: AsyncSession,
    placement: Placement,
    held_on: date,
    signed_by: Collection[Signatory],
    actor: Actor,
    *,
    seen: int | None,
    now: datetime,
) -> LearningAgreement:
    """Record the learning agreement meeting and who has signed; again, it changes what is on record if that was seen."""
    _expect(placement, actor, _MAY_AGREE)
    _refuse_day(placement, held_on, now)
    signed = sorted({signatory.value for signatory in signed_by})
    there = await agreement_of(session, placement.id)
    if there is None:
        if seen is not None:
            raise StaleVersion
        there = LearningAgreement(
            id=new_id(),
            partnership_id=placement.partnership_id,
            placement_id=placement.id,
            version=0,
            created_at=now,
        )
        session.add(there)
    elif seen is not None and seen != there.version:
        raise StaleVersion
    elif (there.held_on, there.signed_by) == (held_on, signed):
        return there
    there.held_on, there.signed_by = held_on, signed
    there.recorded_by = actor.subject
    there.version += 1
    there.updated_at = now
    await session.flush()
    return there


async def supervise(
    session: AsyncSession, placement: Placement, given: Supervising, actor: Actor, *, now: datetime
) -> Supervision:
    """Record that a supervision took place. The second of one kind on a day is refused (`supervision_exists`)."""
    _expect(placement, actor, _MAY_SUPERVISE)
    _refuse_day(placement, given.on, now)
    made = Supervision(
        id=new_id(),
        partnership_id=placement.partnership_id,
        placement_id=placement.id,
        on=given.on,
        minutes=given.minutes,
        kind=given.kind.value,
        pcf_domains=sorted({domain.value for domain in given.domains}),
        recorded_by=actor.subject,
        created_at=now,
    )
    session.add(made)
    await session.flush()
    return made


async def observe(
    session: AsyncSession,
    placement: Placement,
    on: date,
    domains: Collection[PcfDomain],
    actor: Actor,
    *,
    now: datetime,
) -> Observation:
    """Record that the educator observed the student's practice. A second one on a day is refused (`observation_exists`)."""
    _expect(placement, actor, _MAY_OBSERVE)
    _refuse_day(placement, on, now)
    made = Observation(
        id=new_id(),
        partnership_id=placement.partnership_id,
        placement_id=placement.id,
        on=on,
        pcf_domains=sorted({domain.value for domain in domains}),
        recorded_by=actor.subject,
        created_at=now,
    )
    session.add(made)
    await session.flush()
    return made


async def grant_leave(  # noqa: PLR0917 - what is agreed, and by whom
    session: AsyncSession,
    placement: Placement,
    first: date,
    last: date,
    reason: LeaveReason,
    actor: Actor,
    *,
    now: datetime,
) -> Leave:
    """Agree to days without placement; its planned days move behind them. Days agreed before are refused."""
    if not actor.stands_for & _MAY_GRANT:
        raise Forbidden("not_yours_to_agree", "The university, the host or the educator agrees to leave.")
    _expect_not_over(placement)
    if last < placement.starts_on:
        raise Invalid([Fault("/ends_on", "before_the_start", "The placement begins only after these days.")])
    made = Leave(
        id=new_id(),
        partnership_id=placement.partnership_id,
        placement_id=placement.id,
        starts_on=first,
        ends_on=last,
        reason=reason.value,
        agreed_by=actor.subject,
        created_at=now,
    )
    session.add(made)
    await session.flush()
    await plan_placement_anew(session, placement, now=now)
    await replan_placement(session, placement, now=now)
    return made


async def withdraw(
    session: AsyncSession,
    placement: Placement,
    model: type[Supervision] | type[Observation] | type[Leave],
    step_id: UUID,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Take back a supervision, an observation or leave that was recorded by mistake."""
    allowed = {Supervision: _MAY_SUPERVISE, Observation: _MAY_OBSERVE, Leave: _MAY_GRANT}[model]
    if not actor.stands_for & allowed:
        raise Forbidden("not_your_record", "Only those who may make such a record take it back.")
    _expect_not_over(placement)
    found: Supervision | Observation | Leave = await step_of(session, model, placement.id, step_id)
    await session.delete(found)
    await session.flush()
    if isinstance(found, Leave):
        await plan_placement_anew(session, placement, now=now)
        await replan_placement(session, placement, now=now)


async def link(
    session: AsyncSession, placement: Placement, secret_hash: str, by: str, *, now: datetime
) -> CalendarLink:
    """Make a link for calendar programs. Only what its secret is hashed to is kept."""
    made = CalendarLink(
        id=new_id(),
        partnership_id=placement.partnership_id,
        placement_id=placement.id,
        secret_hash=secret_hash,
        made_by=by,
        created_at=now,
    )
    session.add(made)
    await session.flush()
    return made


async def unlink(session: AsyncSession, placement: Placement, link_id: UUID, *, now: datetime) -> None:
    """Revoke a link: whoever has it sees nothing from now on. Revoking it again changes nothing."""
    found = await step_of(session, CalendarLink, placement.id, link_id)
    found.revoked_at = found.revoked_at or now
    await session.flush()


def _expect(placement: Placement, actor: Actor, allowed: frozenset[str]) -> None:
    if not actor.stands_for & allowed:
        raise Forbidden("not_your_step", "This step is recorded by those who take it with the student.")
    _expect_not_over(placement)
    if PlacementStatus(placement.status) not in BEGUN:
        raise Conflict("placement_not_begun", "The placement has not begun.")


def _expect_not_over(placement: Placement) -> None:
    if PlacementStatus(placement.status) in ENDED:
        raise Conflict("placement_ended", "The placement has ended; its record is closed.")


def _refuse_day(placement: Placement, on: date, now: datetime) -> None:
    if on > london_day(now):
        raise Invalid([Fault("/on", "in_the_future", "What is recorded has taken place.")])
    if on < placement.starts_on:
        raise Invalid([Fault("/on", "before_the_start", "The placement had not begun on this day.")])
