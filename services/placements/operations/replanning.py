"""What follows when days are worked, or spent on placement, otherwise than before: what is due is planned anew.

That is what is due in open concerns, the reviews of suspensions, and what a search for another placement is chased by. It
happens in the transaction of the change: of a closure, of leave, of a placement's weekdays, or of where the student is.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import Act, ClockUnit
from services.placements.domain.escalation.timing import Count, moved
from services.placements.domain.vocabulary import PlacementStatus
from services.placements.models.closures import Closure
from services.placements.models.concerns import Concern, ConcernStep
from services.placements.models.placements import Placement
from services.placements.operations.cases import Case
from services.placements.operations.chasing import plan_chases_anew
from services.placements.operations.concern_acts import keep
from services.placements.queries.signals import hold_signals_of
from services.placements.queries.working_days import calendars_of, hold_for_a_closure, hold_working_days

Moves = dict[str, list[str]]
"""Step -> when it was due, and when it is due now."""


async def replan(session: AsyncSession, closures: Iterable[Closure], *, now: datetime) -> int:
    """Plan anew what is due in the open concerns that closures touch; each that moves keeps a row of what moved.

    Nobody else plans meanwhile. Returns how many concerns have moved.
    """
    whose = _whose(closures)
    for partnership_id, organisations in whose.items():
        await _have_looked_at_again(session, partnership_id, organisations)
    await hold_for_a_closure(session)
    touched = 0
    for partnership_id, organisations in whose.items():
        concerned = and_(Placement.partnership_id == partnership_id, _having_to_do_with(organisations))
        touched += await _plan_anew(session, concerned, now)
    return touched


async def replan_placement(session: AsyncSession, placement: Placement, *, now: datetime) -> None:
    """The same for one placement whose weekdays, hosts or leave have just changed: no signal of it is recorded meanwhile."""
    await session.flush()
    await hold_signals_of(session, placement.id)
    await hold_working_days(session)
    await _plan_anew(session, Placement.id == placement.id, now)


async def _plan_anew(session: AsyncSession, concerned: ColumnElement[bool], now: datetime) -> int:
    held = [(concern, placement) for concern, placement in await session.execute(_OPEN.where(concerned))]
    calendars = await calendars_of(session, [placement for _, placement in held])
    steps = await _counted_steps(session, [concern.id for concern, _ in held])
    touched = sum(
        _replan(Case(session, concern, placement, calendars[placement.id], now), steps[concern.id])
        for concern, placement in held
    )
    await session.flush()
    await plan_chases_anew(session, concerned, now=now)
    return touched


def _whose(closures: Iterable[Closure]) -> dict[UUID, set[UUID | None]]:
    whose: defaultdict[UUID, set[UUID | None]] = defaultdict(set)
    for closure in closures:
        whose[closure.partnership_id].add(closure.organisation_id)
    return whose


_OPEN = (
    select(Concern, Placement)
    .join(Placement, Placement.id == Concern.placement_id)
    .where(Concern.closed_at.is_(None))
    .order_by(Concern.id)
    .with_for_update(of=Concern, key_share=True)
)


def _having_to_do_with(organisations: set[UUID | None]) -> ColumnElement[bool]:
    """Placements of one of these organisations; None stands for all."""
    hosts = (Placement.university_id, Placement.organisation_id, Placement.second_organisation_id)
    return true() if None in organisations else or_(*(host.in_(organisations) for host in hosts))


async def _have_looked_at_again(
    session: AsyncSession, partnership_id: UUID, organisations: set[UUID | None]
) -> None:
    """A worker moves the reviews within moments; tomorrow those of placements that somebody holds just now."""
    active = Placement.status == PlacementStatus.ACTIVE.value
    concerned = (
        select(Placement.id)
        .where(Placement.partnership_id == partnership_id, active, _having_to_do_with(organisations))
        .with_for_update(skip_locked=True, key_share=True)
    )
    await session.execute(update(Placement).where(Placement.id.in_(concerned)).values(noticed_on=None))


async def _counted_steps(
    session: AsyncSession, concern_ids: Sequence[UUID]
) -> defaultdict[UUID, list[ConcernStep]]:
    statement = select(ConcernStep).where(
        ConcernStep.concern_id.in_(concern_ids),
        ConcernStep.done_at.is_(None),
        ConcernStep.fired_at.is_(None),
        ConcernStep.begins_at.is_not(None),
    )
    found: defaultdict[UUID, list[ConcernStep]] = defaultdict(list)
    for step in (await session.execute(statement)).scalars():
        found[step.concern_id].append(step)
    return found


def _replan(case: Case, steps: Iterable[ConcernStep]) -> bool:
    moves: Moves = {}
    for step in steps:
        if step.begins_at is None or step.within is None or step.unit is None:
            continue
        count = Count(step.begins_at, step.within, ClockUnit(step.unit))
        planned_at = moved(count, step.planned_at, case.calendar, case.placement.weekdays, case.now)
        if planned_at == step.planned_at:
            continue
        before, held = step.due_at, case.concern.held_until
        step.planned_at, step.due_at = planned_at, max(planned_at, held) if held else planned_at
        moves[step.step] = [before.isoformat(), step.due_at.isoformat()]
    if moves:
        keep(case, None, Act.REPLANNED, {"steps": moves})
        case.touch()
    return bool(moves)
