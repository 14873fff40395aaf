"""What a signal tells people by itself: a friendly word, or that a placement is watched."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import Recipient, RuleCode, Template
from services.placements.domain.escalation.policy import Policy
from services.placements.domain.escalation.recipients import reachable
from services.placements.domain.vocabulary import Severity
from services.placements.models.placements import Placement
from services.placements.models.signals import Signal
from services.placements.operations.notifications import notify
from services.placements.queries.rosters import roster_of
from shared.calendar import london_day

_TOLD_OF_WATCH = (Recipient.STUDENT, Recipient.TUTOR)
"""Whom the digest tells that a placement is watched."""


async def tell_of_watch(session: AsyncSession, placement: Placement, signal: Signal, now: datetime) -> None:
    """Points without a case: the student and the tutor read of it in the digest."""
    roster = await roster_of(session, placement, london_day(now))
    people = [person for role in _TOLD_OF_WATCH for person in reachable(roster, role)]
    await notify(session, placement, people, Template.WATCH_NOTICED, signal.id, concern_id=None, now=now)


async def tell_of_signal(
    session: AsyncSession, placement: Placement, signal: Signal, policy: Policy, now: datetime
) -> None:
    """The friendly word that the policy has for such a signal, where it has one."""
    telling = policy.rules[RuleCode(signal.rule_code)].telling.get(Severity(signal.severity))
    if telling is None:
        return
    roster = await roster_of(session, placement, london_day(now))
    people = [person for role in telling.who for person in roster.get(role, ()) if person.has_address]
    await notify(session, placement, people, telling.template, signal.id, concern_id=None, now=now)
