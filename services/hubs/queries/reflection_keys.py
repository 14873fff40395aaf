"""Reading and holding students' data keys and what they protect."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.models.pulses import Pulse
from services.hubs.models.reflections import (
    Portfolio,
    Reflection,
    ReflectionVersion,
    RetentionNotice,
    StudentKey,
)
from services.hubs.queries.visibility import PARTNERSHIP, PERSON

_of_key = and_(
    Reflection.partnership_id == StudentKey.partnership_id, Reflection.student_id == StudentKey.student_id
)
_versions = (
    select(func.count())
    .select_from(ReflectionVersion)
    .where(
        ReflectionVersion.partnership_id == StudentKey.partnership_id,
        ReflectionVersion.student_id == StudentKey.student_id,
    )
    .scalar_subquery()
)
_delete_on = (
    select(func.max(RetentionNotice.delete_on))
    .where(
        RetentionNotice.partnership_id == StudentKey.partnership_id,
        RetentionNotice.student_id == StudentKey.student_id,
        RetentionNotice.settled_at.is_(None),
    )
    .scalar_subquery()
)

OWN = select(
    StudentKey.student_id,
    StudentKey.created_at,
    select(func.count()).select_from(Reflection).where(_of_key).scalar_subquery().label("reflections"),
    select(func.count())
    .select_from(Reflection)
    .where(_of_key, Reflection.exported_at.is_not(None))
    .scalar_subquery()
    .label("exported"),
    _versions.label("versions"),
    _delete_on.label("delete_on"),
    StudentKey.version,
).where(
    StudentKey.partnership_id == PARTNERSHIP,
    StudentKey.student_id == PERSON,
    StudentKey.student_id == bindparam("id", type_=Uuid()),
)
"""The caller's own key, and how much it protects."""


async def hold_wrapped_otherwise(
    session: AsyncSession, master_key_id: str, at_most: int
) -> Sequence[StudentKey]:
    """Keys that another master key has wrapped, locked until the transaction ends."""
    statement = (
        select(StudentKey)
        .where(StudentKey.master_key_id != master_key_id)
        .order_by(StudentKey.id)
        .limit(at_most)
        .with_for_update()
    )
    return (await session.execute(statement)).scalars().all()


async def hold_all_of(session: AsyncSession, tenant: UUID, student_id: UUID) -> StudentKey | None:
    """The student's key with all that it protects, locked; None when there is none.

    Reflections first, as those do who change one: otherwise the two would wait for each other.
    """
    mine = and_(Reflection.partnership_id == tenant, Reflection.student_id == student_id)
    await session.execute(select(Reflection.id).where(mine).order_by(Reflection.id).with_for_update())
    statement = (
        select(StudentKey)
        .where(StudentKey.partnership_id == tenant, StudentKey.student_id == student_id)
        .with_for_update()
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def delete_all_of(session: AsyncSession, key: StudentKey) -> None:
    """Delete a held key and everything sealed with it."""
    for table in (ReflectionVersion, Reflection, Portfolio, Pulse):
        await session.execute(
            delete(table).where(
                table.partnership_id == key.partnership_id, table.student_id == key.student_id
            )
        )
    await session.execute(delete(StudentKey).where(StudentKey.id == key.id))
