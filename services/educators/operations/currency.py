"""Currency as it was last published: found anew when evidence comes or a day has passed, and told once per change."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.currency import Currency
from services.educators.domain.lapse import lapse_of
from services.educators.messages import CurrencyChanged
from services.educators.models.educators import Educator
from services.educators.queries.dossiers import dossiers
from services.educators.queries.educators import hold_educators
from services.educators.queries.last_students import last_students
from services.educators.queries.rule_parameters import parameters_on
from services.educators.queries.visibility import everything_of
from shared.calendar import london_day
from shared.events.outbox import publish


async def settle(session: AsyncSession, partnership_id: UUID, ids: Collection[UUID], now: datetime) -> int:
    """Compute the currency of these educators, and of those they mentor, and publish what changed; returns how many.

    The educators' rows are locked first: of two changes to one educator the second sees the first's evidence.
    """
    if not ids:
        return 0
    await session.flush()
    mentored = select(Educator.id).where(
        Educator.partnership_id == partnership_id, Educator.mentor_educator_id.in_(ids)
    )
    with_mentored = {*ids, *(await session.execute(mentored)).scalars()}
    return await settle_only(session, partnership_id, with_mentored, now)


async def settle_only(
    session: AsyncSession, partnership_id: UUID, ids: Collection[UUID], now: datetime
) -> int:
    """The same for exactly these educators."""
    today = london_day(now)
    held = await hold_educators(session, partnership_id, ids)
    parameters = await parameters_on(session, partnership_id, today)
    everything = everything_of(partnership_id)
    known = await dossiers(session, everything, ids, parameters, as_at=today, known_on=today)
    students = await last_students(session, ids, today, parameters)
    changed = 0
    for educator_id, educator in held.items():
        educator.last_student_on = students[educator_id].on if educator_id in students else None
        changed += await _settle_one(session, educator, known.currency_of(educator_id), now)
    await session.flush()
    return changed


async def _settle_one(session: AsyncSession, educator: Educator, found: Currency, now: datetime) -> bool:
    before = educator.currency_status
    educator.currency_basis = found.basis
    educator.current_until = found.current_until
    educator.currency_checked_on = found.as_at
    educator.lapses_on, educator.lapses_by = lapse_of(found) or (None, None)
    if before == found.status:
        return False
    educator.currency_status = found.status
    educator.version += 1
    educator.updated_at = now
    await publish(
        session,
        CurrencyChanged(
            educator_id=educator.id,
            from_status=before,
            to_status=found.status,
            basis=found.basis,
            current_until=found.current_until,
            occurred_on=found.as_at,
        ),
        partnership_id=educator.partnership_id,
        subject=educator.id,
        audience=[educator.organisation_id],
        now=now,
    )
    return True


async def hold_due(session: AsyncSession, today: date, limit: int) -> list[tuple[UUID, UUID]]:
    """(partnership, educator) of some whose currency nobody has computed today: locked, but for those another worker has."""
    unchecked = or_(Educator.currency_checked_on.is_(None), Educator.currency_checked_on < today)
    statement = (
        select(Educator.partnership_id, Educator.id)
        .where(unchecked)
        .order_by(Educator.currency_checked_on.nulls_first(), Educator.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [(row.partnership_id, row.id) for row in await session.execute(statement)]


async def mark_checked(session: AsyncSession, educator_id: UUID, today: date) -> None:
    """Do not look at this educator again today."""
    await session.execute(
        update(Educator).where(Educator.id == educator_id).values(currency_checked_on=today)
    )
