"""What sister services notice becomes signals here. They tell numbers and codes; the policy says what these weigh."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import Recipient, RuleCode
from services.placements.domain.vocabulary import ConcernAbout
from services.placements.operations.signals import Noticed, record
from services.placements.queries.signals import placements_under
from shared.calendar import Calendar
from shared.events.change import Change

_COUNTS = ("consecutive_unnotified", "unnotified_of_last_six", "sessions_of_last_six")


async def hear_of_absence(
    session: AsyncSession, change: Change, *, calendar: Calendar, now: datetime
) -> None:
    """An un-notified absence from a hub. The hub is the cause, the session the occurrence: a corrected register corrects."""
    data = change.data
    noticed = Noticed(
        rule=RuleCode.HUB_ABSENCE,
        facts={name: int(data[name]) for name in _COUNTS},
        cause=f"hub:{data['hub_id']}",
        occurrence=f"session:{data['session_id']}",
        occurred_at=change.occurred_at,
        source="hubs",
        evidence={"hub_id": str(data["hub_id"]), "session_id": str(data["session_id"])},
    )
    await record(session, UUID(str(data["placement_id"])), noticed, calendar=calendar, now=now)


async def hear_of_attendance(
    session: AsyncSession, change: Change, *, calendar: Calendar, now: datetime
) -> None:
    """A student's attendance at a hub as a share: the hub is the one occurrence, so the latest count replaces the earlier."""
    data = change.data
    noticed = Noticed(
        rule=RuleCode.HUB_ATTENDANCE_LOW,
        facts={name: int(data[name]) for name in ("attendance_percent", "expected")},
        cause=f"hub:{data['hub_id']}",
        occurrence=f"hub:{data['hub_id']}",
        occurred_at=change.occurred_at,
        source="hubs",
        evidence={"hub_id": str(data["hub_id"]), "session_id": str(data["session_id"])},
    )
    await record(session, UUID(str(data["placement_id"])), noticed, calendar=calendar, now=now)


_FLAGS = {
    ConcernAbout.DISCRIMINATION: RuleCode.DISCRIMINATION_REPORT,
    ConcernAbout.SAFETY: RuleCode.SAFETY_OR_MISCONDUCT,
}
"""Flags that are always red, whoever raises them."""


async def hear_of_flag(session: AsyncSession, change: Change, *, calendar: Calendar, now: datetime) -> None:
    """A hub's facilitator raised a flag: what it is about and whether it cannot wait, and not a word of content."""
    data = change.data
    about = ConcernAbout(data["about"])
    noticed = Noticed(
        rule=_FLAGS.get(about, RuleCode.RAISED_FLAG),
        facts={"is_urgent": bool(data["is_urgent"])},
        about=about,
        cause=f"flag:hub:{data['hub_id']}:{about}",
        occurrence=f"flag:{data['flag_id']}",
        occurred_at=change.occurred_at,
        source="hubs",
        evidence={"hub_id": str(data["hub_id"])},
        raised_by_role=Recipient.FACILITATOR.value,
    )
    await record(session, UUID(str(data["placement_id"])), noticed, calendar=calendar, now=now)


async def hear_of_low_energy(
    session: AsyncSession, change: Change, *, calendar: Calendar, now: datetime
) -> None:
    """A student said that they run low; hubs do not tell how low. The pulse is the evidence: the student alone opens it."""
    data = change.data
    noticed = Noticed(
        rule=RuleCode.ENERGY_LOW,
        facts={"is_low": True, "week": int(data["week"])},
        cause=f"pulse:{data['placement_id']}",
        occurrence=f"pulse:{data['placement_id']}:{data['week']}",
        occurred_at=change.occurred_at,
        source="hubs",
        evidence={"pulse_id": str(data["pulse_id"])} if data.get("pulse_id") else {},
    )
    await record(session, UUID(str(data["placement_id"])), noticed, calendar=calendar, now=now)


async def hear_of_currency(
    session: AsyncSession, change: Change, *, calendar: Calendar, now: datetime
) -> None:
    """An educator's currency changed: a signal for each running placement, ended when the educator is current again."""
    educator_id = change.subject_id
    noticed = Noticed(
        rule=RuleCode.EDUCATOR_CURRENCY,
        facts={"status": str(change.data["to"])},
        cause=f"educator:{educator_id}",
        occurrence=f"event:{change.id}",
        occurred_at=change.occurred_at,
        source="educators",
        evidence={"educator_id": str(educator_id)},
        clears_cause=True,
    )
    for placement_id in await placements_under(session, change.partnership_id, educator_id):
        await record(session, placement_id, noticed, calendar=calendar, now=now)
