"""Recording where a student went."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.references import unknown_reference
from services.placements.messages import DestinationRecorded
from services.placements.models.destinations import StudentDestination
from services.placements.models.organisations import Organisation
from services.placements.models.students import Student
from shared.errors import Invalid, StaleVersion
from shared.events.outbox import publish
from shared.ids import new_id


async def record_destination(
    session: AsyncSession,
    student: Student,
    there: StudentDestination | None,
    facts: Mapping[str, Any],
    *,
    seen: int | None,
    now: datetime,
) -> StudentDestination:
    """Keep where a student went, in place of what was known. Work with a member of the partnership is local work.

    The university and the hubs service hear that it is known; the same again tells nothing.
    """
    facts = await _with_employer(session, student, facts)
    if seen is not None and (there is None or seen != there.version):
        raise StaleVersion
    if there is None:
        there = _nothing_known(student, now)
        session.add(there)
    elif all(getattr(there, name) == value for name, value in facts.items()):
        return there
    for name, value in facts.items():
        setattr(there, name, value)
    there.version += 1
    there.updated_at = now
    await session.flush()
    await publish(
        session,
        DestinationRecorded(student_id=student.id, academic_year=there.academic_year),
        partnership_id=student.partnership_id,
        subject=student.id,
        audience={student.organisation_id},
        now=now,
    )
    return there


def _nothing_known(student: Student, now: datetime) -> StudentDestination:
    return StudentDestination(
        id=new_id(), partnership_id=student.partnership_id, student_id=student.id, version=0, created_at=now
    )


async def _with_employer(
    session: AsyncSession, student: Student, facts: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The facts, local where the employer is a member of the student's partnership; a fault where it is of another."""
    employer_id = facts.get("employer_organisation_id")
    if employer_id is None:
        return facts
    employer = await session.get(Organisation, employer_id)
    if employer is None or employer.partnership_id != student.partnership_id:
        raise Invalid([unknown_reference("/employer_organisation_id")])
    return {**facts, "is_local": True}
