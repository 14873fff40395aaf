"""Reading students."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.vocabulary import PlacementStatus
from services.placements.models.placements import Placement
from services.placements.models.students import Student
from services.placements.queries.visibility import STUDENTS
from shared.http.lists import Filtered, equal
from shared.imports.external_ids import external_ids_of

_VISIBLE = select(
    Student.id,
    Student.organisation_id,
    Student.programme_id,
    Student.full_name,
    Student.email,
    Student.intake_year,
    external_ids_of("student", Student.id).label("external_ids"),
    Student.updated_at,
    Student.version,
).where(STUDENTS)

SINGLE = _VISIBLE.where(Student.id == bindparam("id"))
"""One student the caller sees."""

LIST = Filtered(
    _VISIBLE, Student.id, **equal(Student.organisation_id, Student.programme_id, Student.intake_year)
)
"""The students the caller sees."""


async def hosts_of(session: AsyncSession, tenant: UUID, ids: Collection[UUID]) -> Mapping[UUID, set[UUID]]:
    """For each of these students, the organisations that host them or are asked to."""
    statement = (
        select(Placement.student_id, Placement.organisation_id)
        .where(
            Placement.partnership_id == tenant,
            Placement.student_id.in_(list(ids)),
            Placement.status != PlacementStatus.CANCELLED.value,
        )
        .distinct()
    )
    hosts: dict[UUID, set[UUID]] = {}
    for student_id, host in await session.execute(statement):
        hosts.setdefault(student_id, set()).add(host)
    return hosts
