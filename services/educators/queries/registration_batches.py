"""Who must be looked up on the public register, the batches made of them, and what a person must look at."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    and_,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, array
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.regulator import (
    BATCH_SIZE,
    DueBecause,
    MismatchStatus,
    last_renewal,
    ran_out_before,
)
from services.educators.models.educators import Educator
from services.educators.models.evidence import RegistrationCheck
from services.educators.models.registration_batches import (
    RegistrationBatch,
    RegistrationBatchLine,
    RegistrationMismatch,
)
from services.educators.models.seats import Seat
from services.educators.queries.visibility import EDUCATORS, REGISTRATION_BATCHES, WHOLE
from shared.errors import NotFound
from shared.http.lists import Filtered, equal
from shared.http.reading import one

AT_MOST = 200
"""Batches made by one call."""

_TODAY, _OLDEST = bindparam("p_today", type_=Date()), bindparam("p_oldest", type_=Date())
_RENEWAL, _ENDED = bindparam("p_renewal", type_=Date()), bindparam("p_ran_out_before", type_=Date())

_LATEST = (
    select(RegistrationCheck.checked_on, RegistrationCheck.registered_until)
    .where(RegistrationCheck.educator_id == Educator.id, RegistrationCheck.withdrawn_at.is_(None))
    .order_by(RegistrationCheck.checked_on.desc(), RegistrationCheck.id.desc())
    .limit(1)
    .lateral("latest")
)
_SPANS_RENEWAL = (
    select(Seat.id)
    .where(
        Seat.educator_id == Educator.id,
        Seat.released_at.is_(None),
        Seat.starts_on <= _RENEWAL,
        Seat.ends_on > _RENEWAL,
        Seat.ends_on >= _TODAY,
    )
    .exists()
)
_BECAUSE = {
    DueBecause.NEVER_CHECKED: _LATEST.c.checked_on.is_(None),
    DueBecause.CHECK_TOO_OLD: _LATEST.c.checked_on < _OLDEST,
    DueBecause.RENEWAL_PASSED: and_(_LATEST.c.checked_on <= _RENEWAL, _SPANS_RENEWAL),
    DueBecause.REGISTRATION_RAN_OUT: _LATEST.c.registered_until < _ENDED,
}
_reasons: list[ColumnElement[str]] = [
    case((because, literal(code.value))) for code, because in _BECAUSE.items()
]
_WAITING = (
    select(RegistrationBatchLine.batch_id)
    .where(RegistrationBatchLine.educator_id == Educator.id, RegistrationBatchLine.outcome.is_(None))
    .scalar_subquery()
)
_DUE = (
    select(
        Educator.id.label("educator_id"),
        Educator.organisation_id,
        Educator.social_work_england_number,
        Educator.full_name,
        _LATEST.c.checked_on.label("last_checked_on"),
        func.array_remove(array(_reasons), null()).label("because"),
        _WAITING.label("batch_id"),
    )
    .select_from(Educator)
    .outerjoin(_LATEST, true())
    .where(EDUCATORS, WHOLE, or_(*_BECAUSE.values()))
)

DUE = Filtered(_DUE, Educator.id, **equal(Educator.organisation_id))
"""The caller's educators who must be looked up, with the reasons, and the batch in which they wait already."""

_WITHOUT_BATCH = {
    wanted: _DUE.where(_WAITING.is_(None), *narrowed).order_by(Educator.id).limit(AT_MOST * BATCH_SIZE)
    for wanted, narrowed in (
        (False, ()),
        (True, (Educator.organisation_id == bindparam("organisation_id"),)),
    )
}

_MISMATCHES = (
    select(func.count())
    .where(RegistrationMismatch.batch_id == RegistrationBatch.id)
    .correlate(RegistrationBatch)
)
_BATCH = select(
    RegistrationBatch.id,
    RegistrationBatch.organisation_id,
    RegistrationBatch.status,
    RegistrationBatch.size,
    RegistrationBatch.checked_on,
    _MISMATCHES.scalar_subquery().label("mismatches"),
    _MISMATCHES.where(RegistrationMismatch.status == MismatchStatus.OPEN.value)
    .scalar_subquery()
    .label("mismatches_open"),
    RegistrationBatch.created_at,
    RegistrationBatch.version,
).where(REGISTRATION_BATCHES)

LIST = Filtered(_BATCH, RegistrationBatch.id, **equal(RegistrationBatch.status))
"""The batches the caller sees, oldest first."""

_line = func.json_build_object(
    "educator_id",
    RegistrationBatchLine.educator_id,
    "social_work_england_number",
    RegistrationBatchLine.social_work_england_number,
    "outcome",
    RegistrationBatchLine.outcome,
)
_LINES = (
    select(func.json_agg(aggregate_order_by(_line, RegistrationBatchLine.position)))
    .where(RegistrationBatchLine.batch_id == RegistrationBatch.id)
    .correlate(RegistrationBatch)
    .scalar_subquery()
)

ONE = _BATCH.add_columns(_LINES.label("lines")).where(RegistrationBatch.id == bindparam("p_batch"))
"""One batch the caller sees, with its numbers."""

NUMBERS = (
    select(RegistrationBatchLine.social_work_england_number)
    .join(RegistrationBatch, RegistrationBatch.id == RegistrationBatchLine.batch_id)
    .where(REGISTRATION_BATCHES, RegistrationBatch.id == bindparam("p_batch"))
    .order_by(RegistrationBatchLine.position)
)
"""The numbers of one batch the caller sees."""

_MISMATCH = (
    select(
        RegistrationMismatch.id,
        RegistrationMismatch.batch_id,
        RegistrationMismatch.educator_id,
        RegistrationMismatch.social_work_england_number,
        Educator.full_name,
        RegistrationMismatch.kind,
        RegistrationMismatch.found,
        RegistrationMismatch.status,
        RegistrationMismatch.reason,
        RegistrationMismatch.decided_at,
        RegistrationMismatch.version,
    )
    .join(RegistrationBatch, RegistrationBatch.id == RegistrationMismatch.batch_id)
    .outerjoin(Educator, Educator.id == RegistrationMismatch.educator_id)
    .where(REGISTRATION_BATCHES, RegistrationBatch.id == bindparam("p_batch"))
)

MISMATCHES = Filtered(_MISMATCH, RegistrationMismatch.id, **equal(RegistrationMismatch.status))
"""What in the answer about a batch a person must look at."""

MISMATCH = _MISMATCH.where(RegistrationMismatch.id == bindparam("p_mismatch"))
"""One of them."""


def as_at(today: date, check_days: int) -> dict[str, object]:
    """What being due is measured by: a check may be `check_days` days old."""
    return {
        "p_today": today,
        "p_oldest": today - timedelta(days=check_days),
        "p_renewal": last_renewal(today),
        "p_ran_out_before": ran_out_before(today),
    }


class Waiting(NamedTuple):
    """Somebody who must be looked up and is in no batch yet."""

    educator_id: UUID
    number: str


async def due_without_batch(
    session: AsyncSession, binds: Mapping[str, object], organisation_id: UUID | None
) -> list[Waiting]:
    """Those of the partnership, or of one organisation, who are due and wait in no batch."""
    wanted = organisation_id is not None
    found = await session.execute(_WITHOUT_BATCH[wanted], {**binds, "organisation_id": organisation_id})
    return [Waiting(row.educator_id, row.social_work_england_number) for row in found]


_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")


async def hold_batches(session: AsyncSession, partnership_id: UUID) -> None:
    """Nobody else makes batches for this partnership until the transaction ends."""
    await session.execute(_LOCK, {"key": f"registration_batches:{partnership_id}"})


async def hold_batch(session: AsyncSession, binds: Mapping[str, object], batch_id: UUID) -> RegistrationBatch:
    """A batch the caller sees, locked."""
    statement = select(RegistrationBatch).where(REGISTRATION_BATCHES, RegistrationBatch.id == batch_id)
    batch = (await session.execute(statement.with_for_update(), dict(binds))).scalar_one_or_none()
    if batch is None:
        raise NotFound("batch")
    return batch


async def lines_of(session: AsyncSession, batch_id: UUID) -> list[RegistrationBatchLine]:
    """The numbers of a batch in their order."""
    statement = select(RegistrationBatchLine).where(RegistrationBatchLine.batch_id == batch_id)
    return list((await session.execute(statement.order_by(RegistrationBatchLine.position))).scalars())


async def hold_mismatch(
    session: AsyncSession, binds: Mapping[str, object], batch_id: UUID, mismatch_id: UUID
) -> tuple[RegistrationMismatch, RegistrationBatch]:
    """What a person decides about and its batch, locked, if the caller sees the batch."""
    batch = await hold_batch(session, binds, batch_id)
    statement = select(RegistrationMismatch).where(
        RegistrationMismatch.batch_id == batch.id, RegistrationMismatch.id == mismatch_id
    )
    mismatch = (await session.execute(statement.with_for_update())).scalar_one_or_none()
    if mismatch is None:
        raise NotFound("mismatch")
    return mismatch, batch


async def shown(
    session: AsyncSession, statement: Any, binds: Mapping[str, object], what: str
) -> dict[str, Any]:
    """The columns of one thing as the caller sees it, inside the transaction that changed it."""
    return await one(await session.connection(), statement, dict(binds), what)
