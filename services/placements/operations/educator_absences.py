"""Practice educators who are away: what the educators service tells is kept, and as days pass becomes a signal.

A placement whose educator was changed is with somebody who is there: its signal ends. A deputy who is there makes it lighter.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.absences import away_since, days_away
from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.escalation.policy import Facts
from services.placements.models.educator_absences import EducatorAbsence
from services.placements.models.placements import Placement
from services.placements.models.signals import Signal
from services.placements.operations.signals import Noticed, record
from services.placements.queries.educator_absences import absences_of
from services.placements.queries.working_days import calendars_of
from shared.calendar import ENGLAND, london_day
from shared.events.change import Change

_ANEW_EVERY = 28
"""Days after which what holds on is noticed anew, because a signal expires after twenty working days."""

_KEEP = insert(EducatorAbsence)
_KEEP = _KEEP.on_conflict_do_update(
    index_elements=[EducatorAbsence.id],
    set_={name: _KEEP.excluded[name] for name in ("starts_on", "ends_on", "is_withdrawn", "told_at")},
    where=EducatorAbsence.told_at <= _KEEP.excluded.told_at,
)


async def hear_of_absence(session: AsyncSession, change: Change) -> None:
    """Keep an educator's time away, as it was told last. The look at placements of each day weighs it."""
    data = change.data
    values = {
        "id": UUID(str(data.get("unavailability_id", change.id))),
        "partnership_id": change.partnership_id,
        "educator_id": UUID(str(data["educator_id"])),
        "starts_on": date.fromisoformat(data["starts_on"]),
        "ends_on": date.fromisoformat(data["ends_on"]) if data["ends_on"] else None,
        "is_withdrawn": bool(data.get("is_withdrawn", False)),
        "told_at": change.occurred_at,
    }
    await session.execute(_KEEP, values)


async def notice_absences(session: AsyncSession, placement_ids: Sequence[UUID], *, now: datetime) -> None:
    """Record, correct or resolve the signal about each placement's educator being away. Doing so again changes nothing."""
    today = london_day(now)
    statement = select(Placement).where(Placement.id.in_(placement_ids)).order_by(Placement.id)
    placements = list((await session.execute(statement)).scalars())
    absences = await absences_of(session, placements, today)
    signalled = await _signalled(session, placement_ids)
    concerned = [p for p in placements if p.educator_id in absences or p.id in signalled]
    if not concerned:
        return
    calendars = await calendars_of(session, concerned)
    for placement in concerned:
        calendar = calendars[placement.id]
        if not calendar.is_working_day(today):
            continue
        known = absences.get(placement.educator_id) if placement.educator_id else None
        since = away_since(known.spans, today, calendar, not_before=placement.starts_on) if known else None
        facts: Facts = {}
        if known is not None and since is not None:
            facts = {"working_days": days_away(since, today, calendar), "is_replaced": known.is_replaced}
        if facts or placement.id in signalled:
            noticed = _noticed(placement, since or today, facts, now)
            await record(session, placement.id, noticed, calendar=ENGLAND, now=now)


async def _signalled(session: AsyncSession, placement_ids: Sequence[UUID]) -> set[UUID]:
    statement = select(Signal.placement_id).where(
        Signal.placement_id.in_(placement_ids),
        Signal.rule_code == RuleCode.EDUCATOR_ABSENT.value,
        Signal.resolved_at.is_(None),
    )
    return set((await session.execute(statement)).scalars())


def _noticed(placement: Placement, since: date, facts: Facts, now: datetime) -> Noticed:
    period = (london_day(now) - since).days // _ANEW_EVERY
    return Noticed(
        rule=RuleCode.EDUCATOR_ABSENT,
        facts=facts,
        cause=RuleCode.EDUCATOR_ABSENT.value,
        occurrence=f"educator_absent:{placement.educator_id}:{since}:{period}",
        occurred_at=now,
        source="educators",
        evidence={"educator_id": str(placement.educator_id), "first_day": since.isoformat()},
        clears_cause=True,
    )
