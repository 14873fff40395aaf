"""Who may take students between two days, as the register knows them now."""

from collections.abc import Mapping

from sqlalchemy import Date, bindparam, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.educators.domain.capacity import Supplier
from services.educators.domain.codes import CurrencyStatus, Directorate, Employment, Mode
from services.educators.domain.seats import Hold
from services.educators.models.circumstances import Unavailability
from services.educators.models.educators import Educator
from services.educators.queries.visibility import EDUCATORS, WHOLE

_FIRST, _LAST = bindparam("first", type_=Date()), bindparam("last", type_=Date())
_MAY = [CurrencyStatus.CURRENT.value, CurrencyStatus.EXPIRING.value, CurrencyStatus.IN_TRAINING.value]

_AWAY = (
    select(Unavailability.id)
    .where(
        Unavailability.educator_id == Educator.id,
        Unavailability.withdrawn_at.is_(None),
        Unavailability.starts_on <= _LAST,
        or_(Unavailability.ends_on.is_(None), Unavailability.ends_on >= _FIRST),
    )
    .exists()
)
_SUPPLIERS = select(
    Educator.id,
    Educator.organisation_id,
    Educator.directorate,
    Educator.mode,
    Educator.employment,
    Educator.max_concurrent,
    Educator.lapses_on,
    _AWAY.label("away"),
).where(EDUCATORS, WHOLE, Educator.currency_status.in_(_MAY))

_NARROWED = {
    name: column == bindparam(name)
    for name, column in (
        ("organisation_id", Educator.organisation_id),
        ("directorate", Educator.directorate),
    )
}


async def suppliers(
    connection: AsyncConnection, binds: Mapping[str, object], days: Hold, narrowed: Mapping[str, object]
) -> list[Supplier]:
    """The caller's educators who may take students now; `narrowed` by organisation or directorate where that is given."""
    conditions = [condition for name, condition in _NARROWED.items() if narrowed.get(name) is not None]
    statement = _SUPPLIERS.where(true(), *conditions)
    bound = {**binds, **narrowed, "first": days.starts_on, "last": days.ends_on}
    return [
        Supplier(
            id=row.id,
            organisation_id=row.organisation_id,
            directorate=Directorate(row.directorate) if row.directorate else None,
            mode=Mode(row.mode),
            employment=Employment(row.employment),
            max_concurrent=row.max_concurrent,
            lapses_on=row.lapses_on,
            away=row.away,
        )
        for row in await connection.execute(statement, bound)
    ]
