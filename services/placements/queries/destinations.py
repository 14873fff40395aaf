"""Reading where students went: one by one for those around them, and counted for the partnership."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.placements.domain.destinations import Destination, Interview
from services.placements.models.destinations import StudentDestination
from services.placements.models.placements import Placement
from services.placements.models.students import Student
from services.placements.queries.setting_quality import BEGAN
from services.placements.queries.visibility import DESTINATIONS, PARTNERSHIP
from shared.errors import NotFound

SINGLE = (
    select(
        StudentDestination.student_id,
        StudentDestination.academic_year,
        StudentDestination.destination,
        StudentDestination.employer_organisation_id,
        StudentDestination.is_local,
        StudentDestination.employed_as,
        StudentDestination.interview,
        StudentDestination.started_on,
        StudentDestination.updated_at,
        StudentDestination.version,
    )
    .join(Student, Student.id == StudentDestination.student_id)
    .where(DESTINATIONS, Student.id == bindparam("student_id"))
)
"""Where one student went."""

_STUDENT = select(Student).where(DESTINATIONS, Student.id == bindparam("student_id")).with_for_update()


async def hold_student_who_left(
    session: AsyncSession, binds: Mapping[str, object], student_id: UUID
) -> tuple[Student, StudentDestination | None]:
    """The student, held, and where they went, if the caller may know and that is known."""
    student = (await session.execute(_STUDENT, {**binds, "student_id": student_id})).scalar_one_or_none()
    if student is None:
        raise NotFound("student")
    known = select(StudentDestination).where(StudentDestination.student_id == student_id)
    return student, (await session.execute(known)).scalar_one_or_none()


_HOSTED = (
    exists()
    .where(
        Placement.partnership_id == StudentDestination.partnership_id,
        Placement.student_id == StudentDestination.student_id,
        Placement.organisation_id == StudentDestination.employer_organisation_id,
        Placement.status.in_(BEGAN),
    )
    .correlate(StudentDestination)
)
_COUNTED = (
    select(
        Student.organisation_id,
        func.count().label("n"),
        func.count(StudentDestination.is_local).label("local_known"),
        func.count().filter(StudentDestination.is_local.is_(True)).label("local"),
        func.count()
        .filter(StudentDestination.destination == Destination.SOCIAL_WORK.value)
        .label("social_work"),
        func.count().filter(_HOSTED).label("with_a_host"),
        *(
            func.count().filter(StudentDestination.interview == code.value).label(code.value)
            for code in Interview
        ),
    )
    .select_from(StudentDestination)
    .join(Student, Student.id == StudentDestination.student_id)
    .where(
        StudentDestination.partnership_id == PARTNERSHIP,
        StudentDestination.academic_year == bindparam("academic_year", type_=Text()),
        StudentDestination.destination != Destination.NOT_KNOWN.value,
    )
    .group_by(Student.organisation_id)
    .order_by(Student.organisation_id)
)


async def destinations_counted(
    connection: AsyncConnection, binds: Mapping[str, object]
) -> list[dict[str, Any]]:
    """Known destinations of those who finished in the `academic_year`, by university."""
    return [dict(row._mapping) for row in await connection.execute(_COUNTED, dict(binds))]
