"""Pausing many placements at once, and letting them go on: decided in one transaction, carried out chunk by chunk.

Each placement takes its step through the same table as when it is paused alone, with the same record and the same news. What
is done is seen from the placements themselves, so a job that died is simply carried out again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.placements.domain.lifecycle import Step
from services.placements.domain.vocabulary import PlacementStatus
from services.placements.models.organisations import Organisation
from services.placements.models.pauses import Pause
from services.placements.models.placements import Placement, PlacementTransition
from services.placements.operations.authors import Author
from services.placements.operations.lifecycle import Actor, Why, take
from services.placements.operations.resources import NOT_YOURS
from shared.calendar import london_day
from shared.errors import Conflict, Fault, Forbidden, Invalid
from shared.ids import new_id

AT_ONCE = 50
"""Placements that rest or go on in one transaction."""

_OFFICE = frozenset({"office"})


@dataclass(frozen=True, slots=True)
class Resting:
    """What is to rest: everything, or one organisation's placements, from a day on, and why."""

    organisation_id: UUID | None
    from_on: date
    reason_code: str
    note: str | None = None


async def decide(session: AsyncSession, author: Author, given: Resting, by: str, *, now: datetime) -> Pause:
    """Decide that all active placements rest. The office decides for the partnership, an organisation for its own."""
    if not author.may_write(given.organisation_id):
        raise Forbidden(*NOT_YOURS)
    if given.from_on > london_day(now):
        raise Invalid([Fault("/from", "in_the_future", "A pause begins on a day that has come.")])
    if given.organisation_id is not None:
        known = await session.execute(
            select(Organisation.id).where(
                Organisation.partnership_id == author.tenant, Organisation.id == given.organisation_id
            )
        )
        if known.one_or_none() is None:
            words = "There is no such organisation in this partnership."
            raise Invalid([Fault("/organisation_id", "unknown_reference", words)])
    pause = Pause(
        id=new_id(),
        partnership_id=author.tenant,
        organisation_id=given.organisation_id,
        from_on=given.from_on,
        reason_code=given.reason_code,
        note=given.note,
        by_subject=by,
        paused=0,
        resumed=0,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(pause)
    await session.flush()
    return pause


async def lift(
    session: AsyncSession, author: Author, pause: Pause, resume_on: date, by: str, *, now: datetime
) -> None:
    """Decide that the placements it paused go on from a day that has come. Lifting it twice is refused."""
    if not author.may_write(pause.organisation_id):
        raise Forbidden(*NOT_YOURS)
    if pause.resume_on is not None:
        raise Conflict("pause_lifted", "This pause is lifted already.")
    if not pause.from_on <= resume_on <= london_day(now):
        words = "Placements go on from a day that has come, after the pause began."
        raise Invalid([Fault("/on", "not_in_order", words)])
    pause.resume_on, pause.resumed_by = resume_on, by
    pause.version += 1
    pause.updated_at = now
    await session.flush()


async def carry_out_chunk(session: AsyncSession, pause: Pause, *, now: datetime) -> bool:
    """Take the step with some of the placements a held pause still has to reach; returns whether there may be more."""
    if pause.resume_on is None:
        if pause.applied_at is not None:  # whoever goes on since then was let go on by a person
            return False
        moved = await _take_all(session, pause, Step.PAUSE, _to_pause(pause), pause.from_on, now)
        pause.paused += len(moved)
        if len(moved) < AT_ONCE:
            pause.applied_at = pause.applied_at or now
    else:
        moved = await _take_all(session, pause, Step.RESUMPTION, _to_resume(pause), pause.resume_on, now)
        pause.resumed += len(moved)
        if len(moved) < AT_ONCE:
            pause.lifted_at = pause.lifted_at or now
    pause.version += 1
    pause.updated_at = now
    await session.flush()
    return len(moved) == AT_ONCE


async def _take_all(  # noqa: PLR0917 - what a step of many placements needs
    session: AsyncSession, pause: Pause, step: Step, which: ColumnElement[bool], on: date, now: datetime
) -> Sequence[Placement]:
    statement = (
        select(Placement)
        .where(Placement.partnership_id == pause.partnership_id, which)
        .order_by(Placement.id)
        .limit(AT_ONCE)
        .with_for_update(key_share=True)
    )
    placements = (await session.execute(statement)).scalars().all()
    by = (pause.resumed_by if step is Step.RESUMPTION else None) or pause.by_subject
    why = Why(pause.reason_code, pause.note, on, pause.id, is_of_many=True)
    for placement in placements:
        await take(session, placement, step, Actor(by, _OFFICE), why=why, now=now)
    return placements


def _to_pause(pause: Pause) -> ColumnElement[bool]:
    active = Placement.status == PlacementStatus.ACTIVE.value
    begun = Placement.created_at <= pause.created_at
    if pause.organisation_id is None:
        return and_(active, begun)
    concerned = or_(
        Placement.university_id == pause.organisation_id, Placement.organisation_id == pause.organisation_id
    )
    return and_(active, begun, concerned)


def _to_resume(pause: Pause) -> ColumnElement[bool]:
    """Those whose last step was this pause: who was suspended meanwhile, or goes on already, is left alone."""
    step, later = aliased(PlacementTransition), aliased(PlacementTransition)
    by_this = exists().where(
        step.placement_id == Placement.id,
        step.pause_id == pause.id,
        step.to_status == PlacementStatus.PAUSED.value,
        ~exists().where(
            later.placement_id == step.placement_id, later.id > step.id, later.from_status != later.to_status
        ),
    )
    return and_(Placement.status == PlacementStatus.PAUSED.value, by_this)
