"""Placement days: a student records them, somebody who saw them approves them; only then they count. Nothing said is lost."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ARRAY, Date, Table, Text, Uuid, bindparam, column, func, literal, select, update
from sqlalchemy.dialects.postgresql import TIMESTAMP, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.days import DayRecord, faults_in
from services.placements.domain.lifecycle import ENDED
from services.placements.domain.noticing import OF_DAYS
from services.placements.domain.vocabulary import PlacementStatus
from services.placements.models.placements import DayVersion, Placement, PlacementDay
from services.placements.operations.lifecycle import Actor
from services.placements.operations.noticing import notice
from services.placements.queries.lives import lives_of
from shared.calendar import london_day
from shared.errors import Conflict, Fault, Forbidden, Invalid

_MAY_RECORD = frozenset({"office", "student", "educator", "supervisor"})
_MAY_APPROVE = frozenset({"office", "educator", "supervisor"})
BEGUN = frozenset({PlacementStatus.ACTIVE, PlacementStatus.PAUSED, PlacementStatus.SUSPENDED})
"""Statuses in which days are recorded and approved."""

_TABLE = cast("Table", PlacementDay.__table__)
_DAYS = _TABLE.c
_given = (
    func.unnest(
        bindparam("p_days", type_=ARRAY(Date)),
        bindparam("p_parts", type_=ARRAY(Text)),
        bindparam("p_kinds", type_=ARRAY(Text)),
    )
    .table_valued(column("day", Date), column("part", Text), column("kind", Text))
    .render_derived()
)
_insert = insert(_TABLE).from_select(
    ["placement_id", "on", "part", "kind", "submitted_at"],
    select(
        bindparam("p_placement", type_=Uuid),
        *_given.c,
        bindparam("p_now", type_=TIMESTAMP(timezone=True)),
    ),
)
_RECORD = _insert.on_conflict_do_update(
    index_elements=["placement_id", "on", "part"],
    set_={"kind": _insert.excluded.kind, "submitted_at": _insert.excluded.submitted_at},
    where=_DAYS.approved_at.is_(None) & (_DAYS.kind != _insert.excluded.kind),
).returning(_DAYS.on)
"""Records any number of days with one statement that is the same each time; those that change are returned."""

_KEPT = ("placement_id", "on", "part", "kind", "submitted_at", "approved_at", "approved_by")
_KEEP = insert(cast("Table", DayVersion.__table__)).from_select(
    [*_KEPT, "replaced_at", "replaced_by", "reason_code"],
    select(
        *(_DAYS[name] for name in _KEPT),
        bindparam("p_now", type_=TIMESTAMP(timezone=True)),
        bindparam("p_by", type_=Text),
        bindparam("p_reason", type_=Text),
    )
    .join(_given, (_given.c.day == _DAYS.on) & (_given.c.part == _DAYS.part))
    .where(
        _DAYS.placement_id == bindparam("p_placement", type_=Uuid),
        _DAYS.kind != _given.c.kind,
        _DAYS.approved_at.is_(None) | (bindparam("p_reason", type_=Text).is_not(None)),
    ),
)
"""Keeps what stood there of those days that are about to change."""


async def record(
    session: AsyncSession, placement: Placement, records: Sequence[DayRecord], actor: Actor, *, now: datetime
) -> int:
    """Record days as they were; an approved day stays as it is. Returns how many records are new or different."""
    if not actor.stands_for & _MAY_RECORD:
        raise Forbidden("not_your_days", "The student or those who supervise them record days.")
    _refuse_unless_begun(placement)
    (life,) = await lives_of(session, [placement.id])
    known = [(each.on, each.part) for each in life.records]
    faults = faults_in(records, life.terms, london_day(now), known)
    if faults:
        raise Invalid(faults)
    if not records:
        return 0
    binds = _binds(placement, records, actor, now, None)
    await session.execute(_KEEP, binds)
    changed = len((await session.execute(_RECORD, binds)).all())
    if changed:
        await _notice_absences(session, placement, now)
    return changed


async def correct(
    session: AsyncSession,
    placement: Placement,
    day: DayRecord,
    actor: Actor,
    *,
    reason_code: str,
    now: datetime,
) -> None:
    """Correct a day that is on record, approved or not, and approve what it is now. What stood there is kept.

    Whoever approves days corrects them; refused to the student, and where nothing is on record or nothing differs.
    """
    _refuse_approval(placement, actor)
    (life,) = await lives_of(session, [placement.id])
    faults = faults_in([day], life.terms, london_day(now))
    if faults:
        raise Invalid(
            [Fault(fault.pointer.removeprefix("/days/0"), fault.code, fault.detail) for fault in faults]
        )
    there = next((each for each in life.records if (each.on, each.part) == (day.on, day.part)), None)
    if there is None:
        raise Conflict("not_recorded", "Nothing is on record for this day; record it first.")
    if there.kind is day.kind:
        raise Conflict("nothing_to_correct", "This is what the record says already.")
    await session.execute(_KEEP, _binds(placement, [day], actor, now, reason_code))
    await session.execute(
        update(PlacementDay)
        .where(
            PlacementDay.placement_id == placement.id,
            PlacementDay.on == day.on,
            PlacementDay.part == day.part,
        )
        .values(kind=day.kind.value, approved_at=now, approved_by=actor.subject)
    )
    await _notice_absences(session, placement, now)


async def approve(
    session: AsyncSession, placement: Placement, first: date, last: date, actor: Actor, *, now: datetime
) -> int:
    """Approve the recorded days from `first` to `last`, both counted. Returns how many were approved now.

    Refused to the student (nobody approves their own days), and where nothing waits: `already_approved`,
    `nothing_to_approve`.
    """
    _refuse_approval(placement, actor)
    refuse_stretch(first, last, london_day(now))
    here = (PlacementDay.placement_id == placement.id, PlacementDay.on.between(first, last))
    statement = (
        update(PlacementDay)
        .where(*here, PlacementDay.approved_at.is_(None))
        .values(approved_at=now, approved_by=actor.subject)
        .returning(PlacementDay.on)
    )
    approved = len((await session.execute(statement)).all())
    if not approved:
        recorded = await session.execute(select(literal(1)).select_from(PlacementDay).where(*here).limit(1))
        raise _nothing_waits(recorded=recorded.first() is not None)
    return approved


def refuse_stretch(first: date, last: date, today: date) -> None:
    """Refuse days in the wrong order, and days that are still to come."""
    if first > last:
        raise Invalid([Fault("/to", "not_in_order", "The last day is on or after the first.")])
    if first > today:
        raise Invalid([Fault("/from", "in_the_future", "A day is approved when it has come.")])


def _nothing_waits(*, recorded: bool) -> Conflict:
    if recorded:
        return Conflict("already_approved", "All recorded days of this stretch are approved already.")
    return Conflict("nothing_to_approve", "No day of this stretch is on record yet.")


def _binds(
    placement: Placement, records: Sequence[DayRecord], actor: Actor, now: datetime, reason: str | None
) -> dict[str, Any]:
    return {
        "p_placement": placement.id,
        "p_now": now,
        "p_by": actor.subject,
        "p_reason": reason,
        "p_days": [record.on for record in records],
        "p_parts": [record.part.value for record in records],
        "p_kinds": [record.kind.value for record in records],
    }


async def _notice_absences(session: AsyncSession, placement: Placement, now: datetime) -> None:
    await notice(session, placement.partnership_id, await lives_of(session, [placement.id]), OF_DAYS, now=now)


def _refuse_approval(placement: Placement, actor: Actor) -> None:
    if not actor.stands_for & _MAY_APPROVE:
        raise Forbidden("not_yours_to_approve", "The educator or the on-site supervisor approves days.")
    _refuse_unless_begun(placement)


def _refuse_unless_begun(placement: Placement) -> None:
    status = PlacementStatus(placement.status)
    if status in ENDED:
        raise Conflict("placement_ended", "The placement has ended; its days are closed.")
    if status not in BEGUN:
        raise Conflict("placement_not_begun", "The placement has not begun; days are recorded once it has.")
