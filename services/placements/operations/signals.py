"""Recording what was noticed about a placement, and what follows: a friendly message, a concern, a higher level, nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import OF_THE_STUDENT, Outcome, PlacementSide, RuleCode
from services.placements.domain.escalation.courses import NotedFacts
from services.placements.domain.escalation.policy import GENERAL, OWN, Facts, Policy
from services.placements.domain.escalation.transitions import Earlier, on_signal, opening
from services.placements.domain.signals import is_new_red, standing, weighing
from services.placements.domain.vocabulary import ConcernAbout, PlacementStatus, Severity
from services.placements.messages.concerns import SignalRecorded
from services.placements.models.concerns import Concern
from services.placements.models.placements import Placement
from services.placements.models.signals import Signal
from services.placements.operations.cases import Case
from services.placements.operations.compressed_paths import offer_where_short, shorten
from services.placements.operations.concerns import escalate, open_concern, reopen
from services.placements.operations.noticed_facts import keep_facts
from services.placements.operations.signal_letters import tell_of_signal, tell_of_watch
from services.placements.queries.concerns import hold_last_closed, hold_open_concern
from services.placements.queries.escalation_policies import data_in_force, policy_from
from services.placements.queries.lives import lives_of
from services.placements.queries.signals import as_rules_see, hold_signals_of
from services.placements.queries.working_days import calendar_of, hold_working_days
from shared.calendar import Calendar
from shared.events.outbox import publish
from shared.ids import new_id

UNDER_WAY = frozenset(
    {PlacementStatus.CONFIRMED, PlacementStatus.ACTIVE, PlacementStatus.PAUSED, PlacementStatus.SUSPENDED}
)
"""Placements that can struggle. What is noticed about others is recorded and opens nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """Something noticed about a placement, before the policy says what it weighs.

    `cause` is what has one origin (a hub, a review, a person's flag) and counts once; the same `occurrence` again is a
    correction of what was said before. `clears_cause` says that facts which are no signal end all earlier ones of the cause.
    """

    rule: RuleCode
    facts: Facts
    cause: str
    occurrence: str
    occurred_at: datetime
    source: str
    about: ConcernAbout | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None
    raised_by_person_id: UUID | None = None
    raised_by_role: str | None = None
    concerning_side: PlacementSide | None = None
    clears_cause: bool = False

    def as_facts(self, at: datetime) -> NotedFacts:
        """What of it is kept for policies that are tried later."""
        return NotedFacts(
            at, self.rule, self.facts, self.about, self.cause, self.occurrence, self.clears_cause
        )


async def record(
    session: AsyncSession, placement_id: UUID, noticed: Noticed, *, calendar: Calendar, now: datetime
) -> Signal | None:
    """Record a signal and let the policy act on it. Returns its row, or None when the facts are no signal.

    `calendar` says which days England works; closures of the organisations concerned are added here. The signals of one
    placement are taken one at a time, because they are counted before anything is written.
    """
    await hold_signals_of(session, placement_id)
    await hold_working_days(session)
    placement = await session.get(Placement, placement_id)
    if placement is None:
        return None
    await keep_facts(session, placement.partnership_id, placement_id, [noticed.as_facts(now)])
    data = await data_in_force(session, placement.partnership_id, now)
    policy = policy_from(data)
    rule = policy.rules.get(noticed.rule)
    severity = rule.severity(noticed.facts) if rule else None
    earlier = await _same_occurrence(session, placement_id, noticed)
    about = (rule.about if rule else None) or noticed.about
    if severity is None or about is None:
        await _withdraw(session, placement_id, noticed, now)
        return None
    if earlier is not None and earlier.severity == severity and earlier.resolved_at is None:
        return earlier
    if earlier is not None and await _settled(session, earlier, policy.points, severity):
        return earlier
    calendar = await calendar_of(session, placement, calendar)
    signal = earlier or _row(placement, noticed, about, policy, now=now)
    signal.expires_at = calendar.due_at(noticed.occurred_at, policy.signals_expire_after)
    signal.severity, signal.points, signal.resolved_at = severity.value, policy.points[severity], None
    signal.evidence = dict(noticed.evidence)
    signal.weighed = [*signal.weighed, weighing(severity, noticed.occurred_at, signal.evidence)]
    session.add(signal)
    await session.flush()
    await _publish(session, placement, signal, now)
    await tell_of_signal(session, placement, signal, policy, now)
    if signal.points and PlacementStatus(placement.status) in UNDER_WAY:
        await _weigh(session, placement, signal, data, calendar=calendar, now=now)
    return signal


def _row(
    placement: Placement, noticed: Noticed, about: ConcernAbout, policy: Policy, *, now: datetime
) -> Signal:
    return Signal(
        id=new_id(),
        partnership_id=placement.partnership_id,
        placement_id=placement.id,
        rule_code=noticed.rule.value,
        about=about.value,
        route=OWN if noticed.rule in OF_THE_STUDENT else policy.route_of(about, noticed.concerning_side),
        concerning_side=noticed.concerning_side.value if noticed.concerning_side else None,
        cause=noticed.cause,
        occurrence=noticed.occurrence,
        note=noticed.note,
        source=noticed.source,
        raised_by_person_id=noticed.raised_by_person_id,
        raised_by_role=noticed.raised_by_role,
        occurred_at=noticed.occurred_at,
        weighed=[],
        created_at=now,
    )


async def _same_occurrence(session: AsyncSession, placement_id: UUID, noticed: Noticed) -> Signal | None:
    statement = select(Signal).where(
        Signal.placement_id == placement_id,
        Signal.rule_code == noticed.rule.value,
        Signal.occurrence == noticed.occurrence,
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def _settled(
    session: AsyncSession, earlier: Signal, points: Mapping[Severity, int], severity: Severity
) -> bool:
    """Whether people closed the concern with this in view: what weighs no more than they knew is no news to them."""
    if earlier.concern_id is None or points[severity] > earlier.points:
        return False
    concern = await session.get(Concern, earlier.concern_id)
    return concern is not None and concern.closed_at is not None and concern.closed_at == earlier.resolved_at


async def _withdraw(session: AsyncSession, placement_id: UUID, noticed: Noticed, now: datetime) -> None:
    """What was said before no longer holds. A concern it led to stays: only people lower or close one."""
    same = Signal.cause == noticed.cause if noticed.clears_cause else Signal.occurrence == noticed.occurrence
    await session.execute(
        update(Signal)
        .where(
            Signal.placement_id == placement_id,
            Signal.rule_code == noticed.rule.value,
            same,
            Signal.resolved_at.is_(None),
        )
        .values(resolved_at=now)
    )


async def _publish(session: AsyncSession, placement: Placement, signal: Signal, now: datetime) -> None:
    usual = signal.route == GENERAL
    message = SignalRecorded(
        placement_id=placement.id,
        rule_code=signal.rule_code,
        severity=Severity(signal.severity),
        about=ConcernAbout(signal.about),
    )
    await publish(
        session,
        message,
        partnership_id=placement.partnership_id,
        subject=placement.id,
        audience=(placement.university_id, placement.organisation_id) if usual else (),
        now=now,
    )


async def _weigh(
    session: AsyncSession,
    placement: Placement,
    signal: Signal,
    data: Mapping[str, Any],
    *,
    calendar: Calendar,
    now: datetime,
) -> None:
    concern = await hold_open_concern(session, placement.id, signal.route)
    if concern is not None:
        await _attach(Case(session, concern, placement, calendar, now), signal)
        return
    policy = policy_from(dict(data))
    live = await _live(session, signal, now)
    (noted,) = as_rules_see([signal])
    closed = await hold_last_closed(session, placement.id, signal.route)
    found = opening(
        policy,
        standing(policy, as_rules_see(live), now),
        noted,
        earlier=_as_earlier(closed),
        at=now,
        calendar=calendar,
    )
    if found is None:
        if signal.route == GENERAL:
            await tell_of_watch(session, placement, signal, now)
        return
    if found.reopens and closed is not None:
        await reopen(Case(session, closed, placement, calendar, now), found)
        concern = closed
    else:
        concern = await open_concern(
            session, placement, data, found, route=signal.route, calendar=calendar, now=now
        )
    for each in live:
        each.concern_id = concern.id
    await session.flush()
    await offer_where_short(session, await lives_of(session, [placement.id]), now=now)


async def _attach(case: Case, signal: Signal) -> None:
    statement = select(Signal).where(Signal.concern_id == case.concern.id, Signal.id != signal.id)
    attached = as_rules_see(list((await case.session.execute(statement)).scalars()))
    signal.concern_id = case.concern.id
    (noted,) = as_rules_see([signal])
    new_red = is_new_red(noted, attached)
    rise = on_signal(case.policy, case.state, noted, new_red=new_red)
    if rise is None:
        if new_red:
            await _hurry(case)
        case.touch()
    else:
        await escalate(case, rise)
    await case.session.flush()


async def _hurry(case: Case) -> None:
    """A red that is news leaves less time for what is due; it never gives more."""
    fewer = {step.code: step.within_after_red for step in case.rule.steps}
    await shorten(case, {code: days for code, days in fewer.items() if days is not None})


async def _live(session: AsyncSession, signal: Signal, now: datetime) -> list[Signal]:
    statement = select(Signal).where(
        Signal.placement_id == signal.placement_id,
        Signal.route == signal.route,
        Signal.points > 0,
        Signal.expires_at > now,
        Signal.resolved_at.is_(None),
        Signal.concern_id.is_(None) | (Signal.id == signal.id),
    )
    return list((await session.execute(statement)).scalars())


def _as_earlier(closed: Concern | None) -> Earlier | None:
    if closed is None or closed.closed_at is None or closed.outcome is None:
        return None
    return Earlier(closed.opened_at, closed.closed_at, Outcome(closed.outcome))
