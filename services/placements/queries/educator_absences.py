"""Who of some placements' practice educators is away, by all that is known here, and whether somebody stands in."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.placements.domain.absences import Away
from services.placements.models.educator_absences import EducatorAbsence
from services.placements.models.people import Person
from services.placements.models.placements import Placement

_DEPUTY = aliased(Person)


class Absences(NamedTuple):
    """The times away of one educator, and whether a deputy who is there is named for them."""

    spans: list[Away]
    is_replaced: bool


async def absences_of(
    session: AsyncSession, placements: Sequence[Placement], today: date
) -> dict[UUID, Absences]:
    """By educator, without those who are never away: what the educators service told, and what people's records here say."""
    partnerships = {placement.partnership_id for placement in placements}
    educators = {placement.educator_id for placement in placements if placement.educator_id is not None}
    spans: defaultdict[UUID, list[Away]] = defaultdict(list)
    told = select(EducatorAbsence).where(
        EducatorAbsence.partnership_id.in_(partnerships),
        EducatorAbsence.educator_id.in_(educators),
        EducatorAbsence.starts_on <= today,
        ~EducatorAbsence.is_withdrawn,
    )
    for absence in (await session.execute(told)).scalars():
        spans[absence.educator_id].append(Away(absence.starts_on, absence.ends_on))
    replaced = set()
    for educator_id, first, last, has_deputy in await session.execute(
        _people(partnerships, educators, today)
    ):
        if educator_id is not None and (first or last):
            spans[educator_id].append(Away(first, last))
        if has_deputy:
            replaced.add(educator_id)
    return {educator_id: Absences(found, educator_id in replaced) for educator_id, found in spans.items()}


def _people(
    partnerships: set[UUID], educators: set[UUID], today: date
) -> Select[UUID | None, date | None, date | None, bool]:
    away = and_(
        or_(_DEPUTY.absent_from.is_not(None), _DEPUTY.absent_until.is_not(None)),
        func.coalesce(_DEPUTY.absent_from, today) <= today,
        func.coalesce(_DEPUTY.absent_until, today) >= today,
    )
    there = and_(_DEPUTY.id.is_not(None), ~away)
    return (
        select(Person.educator_id, Person.absent_from, Person.absent_until, there)
        .outerjoin(_DEPUTY, _DEPUTY.id == Person.deputy_person_id)
        .where(Person.partnership_id.in_(partnerships), Person.educator_id.in_(educators))
    )
