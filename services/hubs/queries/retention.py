"""Finding what is due after a placement: students to be told, and what they left to be deleted."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.hubs.domain.hubs import OVER, RUNNING, Level
from services.hubs.models.candidates import Candidate
from services.hubs.models.pulses import Pulse
from services.hubs.models.reflections import Reflection, ReflectionVersion, RetentionNotice, StudentKey

_Another = aliased(Candidate)


async def hold_over(session: AsyncSession, ended_by: date, at_most: int) -> Sequence[Candidate]:
    """Placements that ended on this day or before, whose students have no other running and were not told yet.

    Locked; those that another worker holds are left to it.
    """
    runs = exists().where(
        _Another.partnership_id == Candidate.partnership_id,
        _Another.student_id == Candidate.student_id,
        _Another.status.in_(sorted(RUNNING)),
    )
    statement = (
        select(Candidate)
        .where(
            Candidate.retention_told_at.is_(None),
            Candidate.status.in_(sorted(OVER)),
            Candidate.ends_on <= ended_by,
            Candidate.placement_level != Level.ASYE.value,
            ~runs,
        )
        .order_by(Candidate.id)
        .limit(at_most)
        .with_for_update(of=Candidate, key_share=True, skip_locked=True)
    )
    return (await session.execute(statement)).scalars().all()


async def hold_due(
    session: AsyncSession, today: date, kept_since: date, at_most: int
) -> Sequence[RetentionNotice]:
    """Notices whose day has come, locked; others' locks are passed over.

    Not of students who have a placement that runs, or one that ended after `kept_since`.
    """
    goes_on = exists().where(
        _Another.partnership_id == RetentionNotice.partnership_id,
        _Another.student_id == RetentionNotice.student_id,
        or_(_Another.status.in_(sorted(RUNNING)), _Another.ends_on > kept_since),
    )
    statement = (
        select(RetentionNotice)
        .where(RetentionNotice.settled_at.is_(None), RetentionNotice.delete_on <= today, ~goes_on)
        .order_by(RetentionNotice.delete_on, RetentionNotice.id)
        .limit(at_most)
        .with_for_update(of=RetentionNotice, skip_locked=True)
    )
    return (await session.execute(statement)).scalars().all()


async def delete_unexported(session: AsyncSession, tenant: UUID, student_id: UUID) -> None:
    """Delete what the student wrote and did not take out; with the last of it goes the key."""
    gone = (
        select(Reflection.id)
        .where(
            Reflection.partnership_id == tenant,
            Reflection.student_id == student_id,
            Reflection.exported_at.is_(None),
        )
        .order_by(Reflection.id)
        .with_for_update()
    )
    ids = (await session.execute(gone)).scalars().all()
    await session.execute(delete(ReflectionVersion).where(ReflectionVersion.reflection_id.in_(ids)))
    await session.execute(delete(Reflection).where(Reflection.id.in_(ids)))
    await session.execute(delete(Pulse).where(Pulse.partnership_id == tenant, Pulse.student_id == student_id))
    left = exists().where(
        Reflection.partnership_id == StudentKey.partnership_id, Reflection.key_id == StudentKey.id
    )
    mine = and_(StudentKey.partnership_id == tenant, StudentKey.student_id == student_id)
    await session.execute(delete(StudentKey).where(mine, ~left))
