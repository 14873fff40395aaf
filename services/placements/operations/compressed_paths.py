"""When the way is longer than the placement: the engine says so once and offers a shorter way, and a person takes it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import Act, ClockUnit, Recipient, StepCode, Template, Why
from services.placements.domain.escalation.paths import can_shorten, path_ends_at
from services.placements.domain.escalation.timing import Count, Planned
from services.placements.domain.escalation.transitions import Rise
from services.placements.domain.life import Life
from services.placements.domain.schedule import NeverEnds, plan
from services.placements.models.concerns import Concern, ConcernStep
from services.placements.models.placements import Placement
from services.placements.operations.cases import Actor, Case, tell
from services.placements.operations.concern_acts import keep, refuse_closed
from services.placements.operations.concerns import escalate
from services.placements.queries.concerns import open_steps
from shared.calendar import london_day
from shared.errors import Conflict


async def offer_where_short(session: AsyncSession, lives: Iterable[Life], *, now: datetime) -> int:
    """Offer the shorter way in the open concerns of these placements that need it. Returns in how many it was offered."""
    known = {life.id: life for life in lives}
    statement = (
        select(Concern, Placement)
        .join(Placement, Placement.id == Concern.placement_id)
        .where(
            Concern.placement_id.in_(known),
            Concern.closed_at.is_(None),
            Concern.compressed_offered_at.is_(None),
        )
        .order_by(Concern.id)
        .with_for_update(of=Concern, key_share=True)
    )
    offered = 0
    for concern, placement in (await session.execute(statement)).all():
        life = known[placement.id]
        offered += await offer_if_short(Case(session, concern, placement, life.terms.calendar, now), life)
    return offered


async def offer_if_short(case: Case, life: Life) -> bool:
    """Offer the shorter way when what remains of the way ends after the placement does. Said once in a concern's life."""
    if case.concern.compressed_offered_at is not None or not can_shorten(case.policy, case.state):
        return False
    due = [Planned(StepCode(step.step), step.due_at) for step in await open_steps(case.session, case.concern)]
    try:
        last_on = plan(life.terms, london_day(case.now))[-1].on
    except NeverEnds:
        return False
    if not due:
        return False
    ends_at = path_ends_at(case.policy, case.state, due, case.calendar, case.placement.weekdays)
    if london_day(ends_at) <= last_on:
        return False
    case.concern.compressed_offered_at = case.now
    facts = {"path_ends_on": london_day(ends_at).isoformat(), "placement_ends_on": last_on.isoformat()}
    act = keep(case, None, Act.SHORTER_WAY_OFFERED, facts)
    case.touch()
    await tell(case, [Recipient.OWNER], Template.STEP_DUE, act.id)
    return True


async def take_shorter_way(case: Case, actor: Actor, *, reason: str) -> None:
    """A person takes the shorter way that was offered: without the conversation, and with shorter times from then on."""
    refuse_closed(case)
    concern = case.concern
    if concern.compressed_offered_at is None or not can_shorten(case.policy, case.state):
        words = "A shorter way is offered when the way is longer than what is left of the placement."
        raise Conflict("no_shorter_way", words)
    shorter = case.policy.compressed
    assert shorter is not None  # noqa: S101 - can_shorten says so
    concern.compressed_at = case.now
    if case.state.level is not shorter.level:
        await escalate(case, Rise(shorter.level, Why.SHORT_OF_TIME), by=actor)
    else:
        await shorten(case, {step.code: step.within for step in case.rule.steps})
        case.touch()
    keep(case, actor, Act.SHORTER_WAY_TAKEN, {"level": case.state.level}, reason)


async def shorten(case: Case, within: dict[StepCode, int]) -> list[UUID]:
    """Open steps that now have fewer days, counted from the present, are due earlier; none is ever due later."""
    sooner = []
    for step in await open_steps(case.session, case.concern):
        days = within.get(StepCode(step.step))
        if days is None or step.rung or step.unit is None:
            continue
        count = Count(case.now, days, ClockUnit(step.unit))
        due = count.due_at(case.calendar, case.placement.weekdays)
        if due < step.due_at:
            _bring_forward(step, count, due)
            sooner.append(step.id)
    return sooner


def _bring_forward(step: ConcernStep, count: Count, due: datetime) -> None:
    step.begins_at, step.within = count.begins_at, count.within
    step.planned_at = step.due_at = due
