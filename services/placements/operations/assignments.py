"""Who stands beside a placement: the tutor its university names, the on-site supervisor its host names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.vocabulary import Role
from services.placements.messages import PlacementAssigned
from services.placements.models.people import Person
from services.placements.models.placements import Placement
from services.placements.operations.lifecycle import Actor, tell
from services.placements.queries.placements import progress_of
from shared.errors import Fault, Forbidden, Invalid


@dataclass(frozen=True, slots=True)
class _Duty:
    role: Role
    named_by: frozenset[str]
    works_for: str


_DUTIES = {
    "tutor_person_id": _Duty(Role.TUTOR, frozenset({"office", "university"}), "university_id"),
    "on_site_supervisor_person_id": _Duty(
        Role.ON_SITE_SUPERVISOR, frozenset({"office", "host"}), "organisation_id"
    ),
}


async def assign(
    session: AsyncSession,
    placement: Placement,
    people: Mapping[str, UUID | None],
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Name the tutor or the supervisor of a placement that is held for update; None takes the duty from whoever has it.

    A tutor is named by the university from its tutors, a supervisor by the host from its supervisors; the office may name
    both. Naming the same person again changes nothing.
    """
    differing = {name: person for name, person in people.items() if getattr(placement, name) != person}
    for name in differing:
        if not actor.stands_for & _DUTIES[name].named_by:
            raise Forbidden("not_yours_to_name", "The university names the tutor, the host the supervisor.")
    faults = [
        fault
        for name, person in differing.items()
        if (fault := await _fault(session, placement, name, person))
    ]
    if faults:
        raise Invalid(faults)
    if not differing:
        return
    for name, person in differing.items():
        setattr(placement, name, person)
    placement.version += 1
    placement.updated_at = now
    await session.flush()
    await tell(session, placement, PlacementAssigned, await progress_of(session, placement.id), now)


async def only_tutor_of(session: AsyncSession, partnership_id: UUID, university_id: UUID) -> UUID | None:
    """The university's tutor, if it has exactly one: then nobody needs to be asked who it is."""
    statement = (
        select(Person.id)
        .where(
            Person.partnership_id == partnership_id,
            Person.organisation_id == university_id,
            Person.roles.contains([Role.TUTOR.value]),
        )
        .limit(2)
    )
    tutors = (await session.execute(statement)).scalars().all()
    return tutors[0] if len(tutors) == 1 else None


async def _fault(
    session: AsyncSession, placement: Placement, name: str, person_id: UUID | None
) -> Fault | None:
    if person_id is None:
        return None
    duty = _DUTIES[name]
    statement = select(Person.organisation_id, Person.roles).where(
        Person.partnership_id == placement.partnership_id, Person.id == person_id
    )
    found = (await session.execute(statement)).one_or_none()
    of_theirs = found is not None and found.organisation_id == getattr(placement, duty.works_for)
    if found is not None and of_theirs and duty.role.value in found.roles:
        return None
    role = duty.role.value.replace("_", " ")
    return Fault(
        f"/{name}", "not_in_this_role", f"Name a person who is {role} at the organisation concerned."
    )
