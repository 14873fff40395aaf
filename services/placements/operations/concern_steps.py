"""The engine's step: something was not done by its instant, and what the policy wants then happens, once.

State, transition row, messages and people told commit together. A step is claimed by an update that names its state, so a
second firing finds nothing to claim, whoever tries and however often.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import Recipient, StepCode, Template
from services.placements.domain.escalation.timing import Count, counted
from services.placements.domain.escalation.transitions import Chase, Resume, Rise, on_missed
from services.placements.models.concerns import ConcernStep
from services.placements.operations.batches import Batch
from services.placements.operations.cases import Case, plan, release, tell
from services.placements.operations.concerns import escalate
from services.placements.queries.concerns import DueStep
from services.placements.queries.rosters import known_people, rosters_of
from services.placements.queries.working_days import calendars_of
from shared.calendar import london_day

FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=6)


async def fire(session: AsyncSession, due: Sequence[DueStep], *, now: datetime) -> int:
    """Carry out what follows from missed steps of different concerns, which are held. Returns how many were still missed."""
    claimed = await _claim(session, [each.step.id for each in due], now)
    missed = [each for each in due if each.step.id in claimed]
    if not missed:
        return 0
    placements = [each.placement for each in missed]
    calendars = await calendars_of(session, placements)
    batch = Batch(await rosters_of(session, placements, london_day(now)))
    for each in missed:
        case = Case(session, each.concern, each.placement, calendars[each.placement.id], now, batch)
        await _follow(case, each.step)
    await batch.write(session, now)
    return len(missed)


async def _follow(case: Case, step: ConcernStep) -> None:
    match on_missed(case.policy, case.state, StepCode(step.step), step.rung):
        case Rise() as rise:
            await escalate(case, rise)
        case Chase() as chase:
            await _chase(case, step, chase)
        case Resume():
            await _resume(case, step)


async def _claim(session: AsyncSession, step_ids: Sequence[UUID], now: datetime) -> set[UUID]:
    if not step_ids:
        return set()
    claimed = await session.execute(
        update(ConcernStep)
        .where(
            ConcernStep.id.in_(step_ids),
            ConcernStep.due_at <= now,
            ConcernStep.done_at.is_(None),
            ConcernStep.fired_at.is_(None),
        )
        .values(fired_at=now)
        .returning(ConcernStep.id),
        execution_options={"synchronize_session": False},
    )
    return set(claimed.scalars())


async def _chase(case: Case, step: ConcernStep, chase: Chase) -> None:
    template = Template.STEP_DUE if step.rung == 0 else Template.STEP_OVERDUE
    await tell(case, chase.tell, template, step.id)
    again = counted(StepCode(step.step), Count(case.now, chase.next_after), case.calendar)
    plan(case, [again], extension=step.extension, rung=step.rung + 1)


async def _resume(case: Case, step: ConcernStep) -> None:
    """Whoever had it in hand is told, and the next level's owner with them: nobody relies on a promise that ran out."""
    acknowledged = step.step == StepCode.ACKNOWLEDGEMENT_ENDS
    holder = case.concern.acknowledged_by_person_id if acknowledged else None
    wanted = [Recipient.OWNER]
    if acknowledged and case.rule.next is not None:
        wanted.append(case.policy.owner(case.policy.level(case.rule.next), case.state.about))
    also = await known_people(case.session, case.concern.partnership_id, [holder] if holder else [])
    template = Template.ACKNOWLEDGEMENT_ENDED if acknowledged else Template.SNOOZE_ENDED
    await tell(case, wanted, template, step.id, also=also)
    release(case.concern)
    case.touch()


async def put_off(session: AsyncSession, step_id: UUID, now: datetime) -> None:
    """A step that cannot be fired waits, longer each time, so that it does not stand in the way of the others."""
    wait = func.least(LAST_RETRY, FIRST_RETRY * func.power(2, func.least(ConcernStep.failures, 10)))
    await session.execute(
        update(ConcernStep)
        .where(ConcernStep.id == step_id)
        .values(failures=ConcernStep.failures + 1, retry_at=now + wait)
    )
