"""Making, changing and withdrawing one's own equality declaration."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.models.equality import EqualityDeclaration
from services.placements.models.students import Student
from shared.errors import StaleVersion
from shared.ids import new_id


async def declare(
    session: AsyncSession,
    student: Student,
    there: EqualityDeclaration | None,
    given: Mapping[str, str | None],
    *,
    seen: int | None,
    now: datetime,
) -> EqualityDeclaration:
    """Keep what a student declares, in place of what they declared before. No event tells of it."""
    if seen is not None and (there is None or seen != there.version):
        raise StaleVersion
    if there is None:
        there = EqualityDeclaration(
            id=new_id(),
            partnership_id=student.partnership_id,
            student_id=student.id,
            version=0,
            created_at=now,
        )
        session.add(there)
    for name, value in given.items():
        setattr(there, name, value)
    there.version += 1
    there.updated_at = now
    await session.flush()
    return there


async def withdraw(session: AsyncSession, there: EqualityDeclaration | None, *, seen: int | None) -> None:
    """Remove a declaration without a trace; where there is none, nothing happens."""
    if there is None:
        return
    if seen is not None and seen != there.version:
        raise StaleVersion
    await session.delete(there)
    await session.flush()
