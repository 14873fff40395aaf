"""Reading which frontline teams took a student in a year, and what the others said about their capacity."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Text, and_, bindparam, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.domain.vocabulary import PlacementStatus
from services.placements.models.capacity_statements import CapacityStatement
from services.placements.models.placements import Placement
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.queries.setting_quality import BEGAN
from services.placements.queries.visibility import PARTNERSHIP, TEAM_DUTY

_YEAR = bindparam("academic_year", type_=Text())
_BINDING = (
    Placement.partnership_id == PARTNERSHIP,
    Placement.status.in_((*BEGAN, PlacementStatus.CONFIRMED.value)),
    Round.academic_year == _YEAR,
)


def _hosting(setting: Any) -> Any:
    there = select(setting.label("setting_id")).join(Round, Round.id == Placement.round_id)
    return there.where(*_BINDING, setting.is_not(None))


_BOTH = union_all(_hosting(Placement.setting_id), _hosting(Placement.second_setting_id)).subquery()
_TAKEN = select(_BOTH.c.setting_id, func.count().label("students")).group_by(_BOTH.c.setting_id).subquery()
_TEAMS = (
    select(
        Setting.id.label("setting_id"),
        Setting.name,
        Setting.organisation_id,
        Setting.directorate,
        func.coalesce(_TAKEN.c.students, 0).label("students"),
        CapacityStatement.appetite,
        CapacityStatement.reasons,
    )
    .outerjoin(_TAKEN, _TAKEN.c.setting_id == Setting.id)
    .outerjoin(
        CapacityStatement,
        and_(CapacityStatement.setting_id == Setting.id, CapacityStatement.academic_year == _YEAR),
    )
    .where(TEAM_DUTY, Setting.is_frontline)
    .order_by(Setting.organisation_id, Setting.name, Setting.id)
)


async def frontline_teams(connection: AsyncConnection, binds: Mapping[str, object]) -> list[dict[str, Any]]:
    """The frontline teams the caller may know about: students in the `academic_year`, and the stated capacity.

    Both settings of an integrated placement have taken the student.
    """
    return [dict(row._mapping) for row in await connection.execute(_TEAMS, dict(binds))]
