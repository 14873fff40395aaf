"""When each educator last had a student of their own: as educator of record, up to today."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Date, Integer, Uuid, bindparam, case, cast, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import SupportRole
from services.educators.domain.parameters import Parameters
from services.educators.models.evidence import SupportEpisode

_TODAY = bindparam("today", type_=Date())
_open_until = SupportEpisode.started_on + func.make_interval(0, bindparam("open_months", type_=Integer()))
_day = case(
    (SupportEpisode.ended_on.is_not(None), func.least(SupportEpisode.ended_on, _TODAY)),
    (SupportEpisode.expected_end_on.is_not(None), _TODAY),
    else_=func.least(cast(_open_until, Date()), _TODAY),
)
_LAST = (
    select(SupportEpisode.educator_id, SupportEpisode.id, _day.label("day"))
    .ext(distinct_on(SupportEpisode.educator_id))
    .where(
        SupportEpisode.educator_id == func.any(bindparam("ids", type_=ARRAY(Uuid()))),
        SupportEpisode.role == SupportRole.EDUCATOR_OF_RECORD.value,
        SupportEpisode.started_on <= _TODAY,
    )
    .order_by(SupportEpisode.educator_id, _day.desc(), SupportEpisode.id.desc())
)


class LastStudent(NamedTuple):
    """The last day with a student, and the support episode that says so."""

    on: date
    support_episode_id: UUID


async def last_students(
    session: AsyncSession, ids: Collection[UUID], today: date, parameters: Parameters
) -> dict[UUID, LastStudent]:
    """For each of these educators the last day with a student; today's while one runs. Those who never had one are left out.

    An episode without an end and without a planned end is believed to run for `open_episode_months`, as for currency.
    """
    binds = {"ids": list(ids), "today": today, "open_months": parameters.open_episode_months}
    found = await session.execute(_LAST, binds)
    return {row.educator_id: LastStudent(row.day, row.id) for row in found}
