"""Who has which role around a placement, found when somebody must be told: one read for the student, one for the people."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Uuid, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql import literal

from services.placements.domain.escalation.codes import Recipient
from services.placements.domain.escalation.recipients import TRAINED, Roster, Somebody, reachable
from services.placements.domain.vocabulary import ROLES_FOR_AN_ORGANISATION
from services.placements.models.people import Person
from services.placements.models.placements import Placement
from services.placements.models.students import Student

BY_ROLE = (
    Recipient.TUTOR,
    Recipient.COORDINATOR,
    Recipient.PRACTICE_EDUCATION_LEAD,
    Recipient.PROGRAMME_MANAGER,
    Recipient.PANEL_CHAIR,
    Recipient.DISCRIMINATION_LEAD,
    Recipient.SAFETY_LEAD,
)
"""Roles whose people are looked for in an organisation; the others are named on the placement itself."""

_DEPUTY = aliased(Person)
_ON = bindparam("on", type_=Date())


def _reached(person: Any) -> ColumnElement[bool]:
    """Whether a person has an address and is not away on the day."""
    away = and_(
        or_(person.absent_from.is_not(None), person.absent_until.is_not(None)),
        func.coalesce(person.absent_from, _ON) <= _ON,
        func.coalesce(person.absent_until, _ON) >= _ON,
    )
    return and_(person.email != "", ~away)


_HAS_ROLE = or_(*(Person.roles.op("@>")(literal([str(role)], JSONB())) for role in BY_ROLE))
_PEOPLE = (
    select(
        Person.id,
        Person.partnership_id,
        Person.organisation_id,
        Person.educator_id,
        Person.roles,
        _reached(Person).label("has_address"),
        _DEPUTY.id.label("deputy_id"),
        _reached(_DEPUTY).label("deputy_has_address"),
        _DEPUTY.organisation_id.label("deputy_organisation_id"),
    )
    .outerjoin(_DEPUTY, _DEPUTY.id == Person.deputy_person_id)
    .where(
        Person.partnership_id.in_(bindparam("partnerships", expanding=True, type_=Uuid())),
        or_(
            Person.educator_id.in_(bindparam("educators", expanding=True, type_=Uuid())),
            Person.id.in_(bindparam("named", expanding=True, type_=Uuid())),
            _HAS_ROLE,
        ),
    )
    .order_by(Person.id)
)
_STUDENTS = select(Student.id).where(
    Student.id.in_(bindparam("students", expanding=True, type_=Uuid())), Student.email != ""
)


async def roster_of(session: AsyncSession, placement: Placement, on: date) -> Roster:
    """Everybody who has a role around the placement, by role. Whoever is away on the day cannot be reached; deputies can."""
    return (await rosters_of(session, [placement], on))[placement.id]


async def rosters_of(session: AsyncSession, placements: Sequence[Placement], on: date) -> dict[UUID, Roster]:
    """Everybody who has a role around each placement, by the placement's id."""
    named = {i for p in placements for i in (p.tutor_person_id, p.on_site_supervisor_person_id)}
    asked = {
        "partnerships": sorted({p.partnership_id for p in placements}),
        "educators": sorted({p.educator_id for p in placements if p.educator_id is not None}),
        "named": sorted(i for i in named if i is not None),
        "on": on,
    }
    people: defaultdict[UUID, list[Any]] = defaultdict(list)
    for person in await session.execute(_PEOPLE, asked):
        people[person.partnership_id].append(person)
    students = {"students": sorted({p.student_id for p in placements})}
    reachable = set((await session.execute(_STUDENTS, students)).scalars())
    return {
        p.id: _roster(p, people[p.partnership_id], student_has_address=p.student_id in reachable)
        for p in placements
    }


def _roster(placement: Placement, people: Sequence[Any], *, student_has_address: bool) -> Roster:
    return {
        Recipient.STUDENT: (Somebody(placement.student_id, Recipient.STUDENT, student_has_address),),
        Recipient.PRACTICE_EDUCATOR: _those(
            Recipient.PRACTICE_EDUCATOR,
            (p for p in people if p.educator_id is not None and p.educator_id == placement.educator_id),
        ),
        Recipient.ON_SITE_SUPERVISOR: _those(
            Recipient.ON_SITE_SUPERVISOR,
            (p for p in people if p.id == placement.on_site_supervisor_person_id),
        ),
        **{role: _those(role, _in_role(role, people, placement)) for role in BY_ROLE},
    }


def _those(role: Recipient, rows: Iterable[Any]) -> tuple[Somebody, ...]:
    return tuple(
        Somebody(
            row.id,
            role,
            row.has_address,
            Somebody(row.deputy_id, role, row.deputy_has_address, None, row.deputy_organisation_id)
            if row.deputy_id
            else None,
            row.organisation_id,
        )
        for row in rows
    )


def _in_role(role: Recipient, people: Iterable[Any], placement: Placement) -> list[Any]:
    having = [person for person in people if role in person.roles]
    if role is Recipient.TUTOR:
        named = [person for person in having if person.id == placement.tutor_person_id]
        return named or _of(placement.university_id, having)
    if role is Recipient.COORDINATOR:
        return _of(placement.university_id, having) or _of(None, having)
    if role is Recipient.PRACTICE_EDUCATION_LEAD:
        return _of(placement.organisation_id, having) or _of(None, having)
    if role is Recipient.PANEL_CHAIR:
        # A chair comes from outside the student's team and setting.
        return [person for person in having if person.organisation_id != placement.organisation_id]
    if role in TRAINED:
        return having  # who of them may hear it depends on whom it is about
    return _of(None, having) or having


ANSWERING = (Recipient.COORDINATOR, Recipient.PRACTICE_EDUCATION_LEAD, Recipient.PROGRAMME_MANAGER)
"""Who answers for an organisation: people in the first of these roles in which anybody can be reached."""


async def answering_for(
    session: AsyncSession, sides: Collection[tuple[UUID, UUID]], on: date
) -> dict[tuple[UUID, UUID], tuple[Somebody, ...]]:
    """Who is told about the answers of organisations, each given with its partnership.

    For one where nobody can be reached it is the partnership's office, which can answer for it.
    """
    asked = {"partnerships": sorted({tenant for tenant, _ in sides}), "educators": [], "named": [], "on": on}
    people: defaultdict[UUID, list[Any]] = defaultdict(list)
    for person in await session.execute(_PEOPLE, asked):
        people[person.partnership_id].append(person)
    return {(tenant, side): _answering(people[tenant], side) for tenant, side in sides}


def _answering(people: Sequence[Any], side: UUID) -> tuple[Somebody, ...]:
    for organisation_id in (side, None):
        own = _of(organisation_id, people)
        roster = {role: _those(role, (p for p in own if role in p.roles)) for role in ANSWERING}
        for role in ANSWERING:
            if found := reachable(roster, role):
                return found
    return ()


def _of(organisation_id: UUID | None, people: Iterable[Any]) -> list[Any]:
    return [person for person in people if person.organisation_id == organisation_id]


async def known_people(
    session: AsyncSession, partnership_id: UUID, person_ids: Collection[UUID]
) -> tuple[Somebody, ...]:
    """The people behind ids as tokens name them: of students, of practice educators (their record there), or of people."""
    if not person_ids:
        return ()
    ids = list(person_ids)
    people = select(Person.id, Person.roles, (Person.email != "").label("has_address")).where(
        Person.partnership_id == partnership_id, or_(Person.id.in_(ids), Person.educator_id.in_(ids))
    )
    students = select(Student.id, (Student.email != "").label("has_address")).where(
        Student.partnership_id == partnership_id, Student.id.in_(ids)
    )
    return (
        *(Somebody(row.id, _first_role(row.roles), row.has_address) for row in await session.execute(people)),
        *(Somebody(row.id, Recipient.STUDENT, row.has_address) for row in await session.execute(students)),
    )


def _first_role(roles: Iterable[str]) -> Recipient:
    return next((Recipient(role) for role in roles if role in set(Recipient)), Recipient.COORDINATOR)


async def roles_of_person(session: AsyncSession, partnership_id: UUID, person_id: UUID) -> list[str] | None:
    """The roles of one of the partnership's people; None when there is no such person."""
    statement = select(Person.roles).where(Person.partnership_id == partnership_id, Person.id == person_id)
    return (await session.execute(statement)).scalar_one_or_none()


async def readers_of_person(
    session: AsyncSession, partnership_id: UUID, person_id: UUID
) -> list[dict[str, object]]:
    """What visibility compares with if one of the partnership's people called: as themselves, or as the educator they are."""
    statement = select(Person.organisation_id, Person.educator_id, Person.roles).where(
        Person.partnership_id == partnership_id, Person.id == person_id
    )
    row = (await session.execute(statement)).one()
    acts = bool(ROLES_FOR_AN_ORGANISATION & {*row.roles})
    both = {
        "p_partnership": partnership_id,
        "p_organisation": row.organisation_id if acts else None,
        "p_wide": acts and row.organisation_id is None,
    }
    return [{**both, "p_person": named} for named in (person_id, row.educator_id) if named is not None]
