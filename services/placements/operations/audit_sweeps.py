"""What happens to audits by themselves: they run out once, and are to be looked at again when something has gone wrong."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.audits import STOPS_MATCHING, AuditReason, AuditStatus
from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.vocabulary import ConcernLevel
from services.placements.messages import quality as messages
from services.placements.models.audits import PlacementAudit
from services.placements.models.concerns import Concern, ConcernTransition
from services.placements.models.placements import Placement
from services.placements.models.signals import Signal
from services.placements.operations.audit_signals import signal_lapse
from services.placements.operations.audits import enter, tell
from services.placements.queries.audits import IS_CURRENT
from shared.calendar import Calendar, london_day

AT_ONCE = 20
"""Audits looked at in one transaction: few, because each may be a signal for every placement of its setting."""

_SYSTEM = "practicum"
_GRAVE = (ConcernLevel.STAGE_TWO.value, ConcernLevel.PLACEMENT_PANEL.value)


async def expire(session: AsyncSession, *, calendar: Calendar, now: datetime) -> int:
    """Let audits run out whose 24 months are over, each once; returns how many there were. Any number of workers may.

    The setting gets no more students, and those who are there have a signal about it until another audit is verified.
    """
    statement = (
        select(PlacementAudit)
        .where(IS_CURRENT, PlacementAudit.expired_at.is_(None), PlacementAudit.expires_on <= london_day(now))
        .order_by(PlacementAudit.expires_on)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    due = (await session.execute(statement)).scalars().all()
    for audit in due:
        audit.expired_at = audit.updated_at = now
        audit.version += 1
        await session.flush()
        await tell(session, audit, messages.AuditExpired, now)
        await signal_lapse(session, audit, calendar=calendar, now=now)
    return len(due)


async def recheck(session: AsyncSession, *, now: datetime) -> int:
    """Ask for another look at settings with a concern at stage two, or a falling trend, since a person last looked.

    Returns how many there were. The reason does not say which it was, nor whose. People decide; until then nobody new comes.
    """
    troubled = _troubled().subquery()
    statement = (
        select(PlacementAudit)
        .where(
            IS_CURRENT,
            PlacementAudit.expired_at.is_(None),
            PlacementAudit.status.not_in(sorted(STOPS_MATCHING)),
            PlacementAudit.setting_id.in_(
                select(troubled.c.setting_id)
                .where(troubled.c.setting_id == PlacementAudit.setting_id)
                .where(troubled.c.at > PlacementAudit.reviewed_at)
            ),
        )
        .order_by(PlacementAudit.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    found = (await session.execute(statement)).scalars().all()
    for audit in found:
        target = AuditStatus.TO_BE_REVIEWED_BEFORE_USE
        await enter(session, audit, target, AuditReason.RECHECK, by=_SYSTEM, now=now)
        await tell(session, audit, messages.AuditStatusChanged, now)
    return len(found)


def _troubled() -> Any:
    concerns = (
        select(Placement.setting_id, func.max(ConcernTransition.at).label("at"))
        .join(Concern, Concern.id == ConcernTransition.concern_id)
        .join(Placement, Placement.id == Concern.placement_id)
        .where(ConcernTransition.level.in_(_GRAVE))
        .group_by(Placement.setting_id)
    )
    trends = (
        select(Placement.setting_id, func.max(Signal.occurred_at).label("at"))
        .join(Placement, Placement.id == Signal.placement_id)
        .where(Signal.rule_code == RuleCode.SETTING_PATTERN.value, Signal.resolved_at.is_(None))
        .group_by(Placement.setting_id)
    )
    return union_all(concerns, trends)
