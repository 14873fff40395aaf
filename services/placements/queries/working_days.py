"""The working days that count for a placement: England's, less the closures of the organisations concerned.

The student's agreed leave closes nothing for anybody else; it only stops what is counted in days of placement. A day
proclaimed off after the release of the bank holidays is a closure of the whole partnership.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.schedule import Stretch, single_days
from services.placements.models.closures import Closure
from services.placements.models.leave import Leave
from services.placements.models.placements import Placement
from shared.calendar import ENGLAND, Calendar

_CLOSURES = (
    select(Closure.partnership_id, Closure.organisation_id, Closure.starts_on, Closure.ends_on)
    .where(Closure.partnership_id.in_(bindparam("partnerships", expanding=True, type_=Uuid())))
    .order_by(Closure.id)
)
_LEAVE = (
    select(Leave.placement_id, Leave.starts_on, Leave.ends_on)
    .where(Leave.placement_id.in_(bindparam("placements", expanding=True, type_=Uuid())))
    .order_by(Leave.id)
)
_HOLD = "select pg_advisory_xact_lock{0}(hashtextextended('working_days', 0))"
_HOLD_AS_THEY_ARE = text(_HOLD.format("_shared"))
_HOLD_FOR_A_CHANGE = text(_HOLD.format(""))


async def hold_working_days(session: AsyncSession) -> None:
    """Closures stay as they are until the transaction ends. Whoever plans a deadline asks for this before any concern."""
    await session.execute(_HOLD_AS_THEY_ARE)


async def hold_for_a_closure(session: AsyncSession) -> None:
    """Nobody plans a deadline until the transaction ends, so that a new closure misses none."""
    await session.execute(_HOLD_FOR_A_CHANGE)


async def calendars_of(
    session: AsyncSession, placements: Sequence[Placement], base: Calendar = ENGLAND
) -> dict[UUID, Calendar]:
    """The calendar of each placement by its id: closed are the days of its university, its hosts, and of everybody.

    Away is the student, on leave.
    """
    closed: defaultdict[tuple[UUID, UUID | None], list[tuple[date, date]]] = defaultdict(list)
    asked = {"partnerships": sorted({placement.partnership_id for placement in placements})}
    for partnership_id, organisation_id, first, last in await session.execute(_CLOSURES, asked):
        closed[partnership_id, organisation_id].append((first, last))
    away: defaultdict[UUID, list[Stretch]] = defaultdict(list)
    for placement_id, first, last in await session.execute(
        _LEAVE, {"placements": [placement.id for placement in placements]}
    ):
        away[placement_id].append(Stretch(first, last))
    calendars = {
        placement.id: _with(
            base, tuple(days for who in _concerned(placement) for days in closed.get(who, ()))
        )
        for placement in placements
    }
    for placement_id, leave in away.items():
        calendars[placement_id] = calendars[placement_id].without(single_days(leave, date.max))
    return calendars


async def calendar_of(session: AsyncSession, placement: Placement, base: Calendar = ENGLAND) -> Calendar:
    """The calendar of one placement."""
    return (await calendars_of(session, [placement], base))[placement.id]


def _concerned(placement: Placement) -> Iterable[tuple[UUID, UUID | None]]:
    organisations = {placement.university_id, placement.organisation_id, placement.second_organisation_id}
    return [(placement.partnership_id, who) for who in {None, *organisations}]


@lru_cache(maxsize=512)
def _with(base: Calendar, stretches: tuple[tuple[date, date], ...]) -> Calendar:
    return base.with_closures(single_days([Stretch(*days) for days in stretches], date.max))
