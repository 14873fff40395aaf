"""Unavailability that has begun while seats are held with the educator."""

from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, and_, func, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.models.circumstances import Unavailability
from services.educators.models.educators import Educator
from services.educators.models.seats import Seat

_MEETS = and_(
    Seat.educator_id == Unavailability.educator_id,
    Seat.released_at.is_(None),
    Seat.ends_on >= Unavailability.starts_on,
    or_(Unavailability.ends_on.is_(None), Seat.starts_on <= Unavailability.ends_on),
)
_PLACEMENTS = (
    select(func.array_agg(Seat.placement_id)).where(_MEETS).correlate(Unavailability).scalar_subquery()
)


async def hold_begun(
    session: AsyncSession, today: date, limit: int
) -> list[tuple[Unavailability, UUID, list[UUID]]]:
    """Spans that have begun, are not over, meet a held seat and were not told of; locked, but for those another worker has.

    Beside each the educator's organisation and the placements whose seats it meets.
    """
    statement = (
        select(Unavailability, Educator.organisation_id, type_coerce(_PLACEMENTS, ARRAY(Uuid())))
        .join(Educator, Educator.id == Unavailability.educator_id)
        .where(
            Unavailability.told_on.is_(None),
            Unavailability.withdrawn_at.is_(None),
            Unavailability.starts_on <= today,
            or_(Unavailability.ends_on.is_(None), Unavailability.ends_on >= today),
            select(Seat.id).where(_MEETS, Seat.ends_on >= today).correlate(Unavailability).exists(),
        )
        .order_by(Unavailability.id)
        .limit(limit)
        .with_for_update(of=Unavailability, skip_locked=True)
    )
    return [(span, organisation, sorted(ids)) for span, organisation, ids in await session.execute(statement)]
