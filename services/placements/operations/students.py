"""Students, as they are kept: their university writes them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.messages import StudentChanged
from services.placements.models.organisations import Organisation
from services.placements.models.programmes import Programme
from services.placements.models.students import Student
from services.placements.operations.authors import Author
from services.placements.operations.resources import Resource, Values
from services.placements.queries.references import Known
from services.placements.queries.students import hosts_of
from shared.errors import Fault


async def university_and_hosts(
    session: AsyncSession, author: Author, rows: Sequence[Student]
) -> list[Iterable[UUID]]:
    """The audience of a student's news: the university, and the organisations that host the student or are asked to."""
    hosts = await hosts_of(session, author.tenant, [row.id for row in rows])
    return [{row.organisation_id, *hosts.get(row.id, ())} for row in rows]


def _programme_is_their_universitys(values: Values, known: Known) -> Iterable[Fault]:
    programme = values.get("programme_id")
    if programme is not None and known[Programme][programme] != values["organisation_id"]:
        yield Fault(
            "/programme_id",
            "programme_of_another_organisation",
            "The programme is not of the student's university.",
        )


STUDENT = Resource(
    name="student",
    model=Student,
    references={"organisation_id": Organisation, "programme_id": Programme},
    owner="organisation_id",
    defaults={"programme_id": None},
    check=_programme_is_their_universitys,
    message=StudentChanged,
    audience=university_and_hosts,
)
"""A learner of a university."""
