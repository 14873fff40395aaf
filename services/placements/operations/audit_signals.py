"""An audit that has run out is a signal for each placement under way in its setting, until another one is verified."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import RuleCode
from services.placements.models.audits import PlacementAudit
from services.placements.models.placements import Placement
from services.placements.operations.signals import UNDER_WAY, Noticed, record
from shared.calendar import Calendar


async def signal_lapse(
    session: AsyncSession, audit: PlacementAudit, *, calendar: Calendar, now: datetime
) -> None:
    """Each placement under way in the setting has a signal while its audit has run out, and none any more when it has not."""
    noticed = Noticed(
        rule=RuleCode.AUDIT_LAPSED,
        facts={"is_lapsed": audit.expired_at is not None},
        cause=f"audit:{audit.setting_id}",
        occurrence=str(audit.id),
        occurred_at=now,
        source="audits",
        evidence={"audit_id": str(audit.id)},
        clears_cause=True,
    )
    for placement_id in await _placements_in(session, audit.setting_id):
        await record(session, placement_id, noticed, calendar=calendar, now=now)


async def _placements_in(session: AsyncSession, setting_id: UUID) -> list[UUID]:
    statement = select(Placement.id).where(
        or_(Placement.setting_id == setting_id, Placement.second_setting_id == setting_id),
        Placement.status.in_([status.value for status in UNDER_WAY]),
    )
    return list((await session.execute(statement.order_by(Placement.id))).scalars())
