"""Placement days: a student records them, somebody who saw them approves them; only then they count."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import cast

from sqlalchemy import ARRAY, Date, Table, Text, Uuid, bindparam, column, func, select, update
from sqlalchemy.dialects.postgresql import TIMESTAMP, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.days import DayRecord, faults_in
from services.placements.domain.lifecycle import ENDED
from services.placements.domain.vocabulary import PlacementStatus
from services.placements.models.placements import Placement, PlacementDay
from services.placements.operations.lifecycle import Actor
from shared.calendar import london_day
from shared.errors import Conflict, Forbidden, Invalid

_MAY_RECORD = frozenset({"office", "student", "educator", "supervisor"})
_MAY_APPROVE = frozenset({"office", "educator", "supervisor"})
_BEGUN = frozenset({PlacementStatus.ACTIVE, PlacementStatus.PAUSED, PlacementStatus.SUSPENDED})

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


async def record(
    session: AsyncSession, placement: Placement, records: Sequence[DayRecord], actor: Actor, *, now: datetime
) -> int:
    """Record days as they were; an approved day stays as it is. Returns how many records are new or different."""
    if not actor.stands_for & _MAY_RECORD:
        raise Forbidden("not_your_days", "The student or those who supervise them record days.")
    _refuse_unless_begun(placement)
    faults = faults_in(records, placement.starts_on, london_day(now))
    if faults:
        raise Invalid(faults)
    if not records:
        return 0
    binds = {
        "p_placement": placement.id,
        "p_now": now,
        "p_days": [record.on for record in records],
        "p_parts": [record.part.value for record in records],
        "p_kinds": [record.kind.value for record in records],
    }
    return len((await session.execute(_RECORD, binds)).all())


async def approve(
    session: AsyncSession, placement: Placement, first: date, last: date, actor: Actor, *, now: datetime
) -> int:
    """Approve the recorded days from `first` to `last`, both counted. Returns how many were approved now.

    Refused to the student: nobody approves their own days.
    """
    if not actor.stands_for & _MAY_APPROVE:
        raise Forbidden("not_yours_to_approve", "The educator or the on-site supervisor approves days.")
    _refuse_unless_begun(placement)
    statement = (
        update(PlacementDay)
        .where(
            PlacementDay.placement_id == placement.id,
            PlacementDay.on.between(first, last),
            PlacementDay.approved_at.is_(None),
        )
        .values(approved_at=now, approved_by=actor.subject)
        .returning(PlacementDay.on)
    )
    return len((await session.execute(statement)).all())


def _refuse_unless_begun(placement: Placement) -> None:
    status = PlacementStatus(placement.status)
    if status in ENDED:
        raise Conflict("placement_ended", "The placement has ended; its days are closed.")
    if status not in _BEGUN:
        raise Conflict("placement_not_begun", "The placement has not begun; days are recorded once it has.")
