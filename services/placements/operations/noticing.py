"""Turning what is found about placements into signals. The policy weighs; what does not hold any more is resolved."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.escalation.courses import NotedFacts
from services.placements.domain.escalation.policy import Policy
from services.placements.domain.life import Life
from services.placements.domain.noticing import WEIGHED, Finding, findings
from services.placements.domain.schedule import NeverEnds
from services.placements.models.placements import Placement
from services.placements.models.signals import Signal
from services.placements.operations.compressed_paths import offer_where_short
from services.placements.operations.educator_absences import notice_absences
from services.placements.operations.noticed_facts import keep_facts
from services.placements.operations.review_planning import plan_anew
from services.placements.operations.setting_patterns import notice_patterns
from services.placements.operations.signals import Noticed, record
from services.placements.queries.escalation_policies import data_in_force, policy_from
from services.placements.queries.lives import lives_of
from services.placements.queries.working_days import hold_working_days
from shared.calendar import london_day

SOURCE = "monitoring"
"""What the signals recorded here name as their source."""


async def notice(
    session: AsyncSession,
    partnership_id: UUID,
    lives: Iterable[Life],
    rules: Collection[RuleCode] = WEIGHED,
    *,
    now: datetime,
) -> int:
    """Record what the policy takes for signals by these rules, and resolve what no longer holds. Returns how many are new.

    Saying the same again writes nothing: it may be done at any time and any number of times.
    """
    known = list(lives)
    policy = policy_from(await data_in_force(session, partnership_id, now))
    there = await _open_signals(session, [life.id for life in known], rules)
    return sum([await _notice_one(session, life, policy, rules, there[life.id], now) for life in known])


async def _notice_one(  # noqa: PLR0917 - one placement, and what is known beforehand
    session: AsyncSession,
    life: Life,
    policy: Policy,
    rules: Collection[RuleCode],
    there: Sequence[Signal],
    now: datetime,
) -> int:
    holding, recorded = set(), 0
    for finding in _found(life, london_day(now)):
        rule = policy.rules.get(finding.rule)
        severity = rule.severity(finding.facts) if rule and finding.rule in rules else None
        if severity is None:
            continue
        holding.add((finding.rule.value, finding.cause))
        known = next((s for s in there if (s.rule_code, s.occurrence) == _told(finding)), None)
        if known is None or known.severity != severity.value:
            noticed = _noticed(finding, now)
            signal = await record(session, life.id, noticed, calendar=life.terms.calendar, now=now)
            recorded += signal is not None and signal.resolved_at is None
    over = [signal for signal in there if (signal.rule_code, signal.cause) not in holding]
    if over:
        ended = update(Signal).where(Signal.id.in_([signal.id for signal in over]))
        await session.execute(ended.values(resolved_at=now))
        await keep_facts(session, over[0].partnership_id, life.id, [_nothing_any_more(s, now) for s in over])
    return recorded


def _found(life: Life, today: date) -> list[Finding]:
    try:
        return findings(life, today)
    except NeverEnds:
        return []


def _nothing_any_more(signal: Signal, now: datetime) -> NotedFacts:
    return NotedFacts(now, RuleCode(signal.rule_code), {}, None, signal.cause, signal.occurrence)


def _told(finding: Finding) -> tuple[str, str]:
    return finding.rule.value, finding.occurrence


def _noticed(finding: Finding, now: datetime) -> Noticed:
    return Noticed(
        rule=finding.rule,
        facts=finding.facts,
        cause=finding.cause,
        occurrence=finding.occurrence,
        occurred_at=now,
        source=SOURCE,
        evidence=finding.evidence,
    )


async def _open_signals(
    session: AsyncSession, placement_ids: Sequence[UUID], rules: Collection[RuleCode]
) -> defaultdict[UUID, list[Signal]]:
    statement = select(Signal).where(
        Signal.placement_id.in_(placement_ids),
        Signal.rule_code.in_([rule.value for rule in rules]),
        Signal.source == SOURCE,
        Signal.resolved_at.is_(None),
    )
    found: defaultdict[UUID, list[Signal]] = defaultdict(list)
    for signal in (await session.execute(statement)).scalars():
        found[signal.placement_id].append(signal)
    return found


async def hold_to_notice(session: AsyncSession, today: date, at_most: int) -> list[tuple[UUID, UUID]]:
    """Some active placements nobody has looked at today, held: (partnership, placement). Others' are passed over."""
    statement = (
        select(Placement.partnership_id, Placement.id)
        .where(Placement.status == "active", Placement.noticed_on.is_(None) | (Placement.noticed_on < today))
        .order_by(Placement.noticed_on.nulls_first(), Placement.id)
        .limit(at_most)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]


async def look_at(
    session: AsyncSession, partnership_id: UUID, placement_ids: Sequence[UUID], *, now: datetime
) -> int:
    """Look at some placements of a partnership, and remember that it was done today. Returns how many signals are new.

    Reviews whose days have moved with a closure or with leave are due on other days first.
    """
    lives = await lives_of(session, placement_ids)
    if await plan_anew(session, lives, now=now):
        lives = await lives_of(session, placement_ids)
    recorded = await notice(session, partnership_id, lives, now=now)
    await notice_absences(session, placement_ids, now=now)
    await notice_patterns(session, partnership_id, placement_ids, now=now)
    await hold_working_days(session)
    await offer_where_short(session, lives, now=now)
    await leave_for_today(session, placement_ids, london_day(now))
    return recorded


async def leave_for_today(session: AsyncSession, placement_ids: Sequence[UUID], today: date) -> None:
    """These placements are not looked at again today."""
    await session.execute(update(Placement).where(Placement.id.in_(placement_ids)).values(noticed_on=today))
