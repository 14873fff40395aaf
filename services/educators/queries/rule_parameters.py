"""Rule parameters: which are in force for a partnership on a day, and what they were before."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.educators.domain.parameters import DEFAULT_PARAMETERS, Parameters, parameters_from
from services.educators.models.rule_parameters import RuleParameters
from services.educators.queries.visibility import PARTNERSHIP
from shared.http.reading import listing

_IN_FORCE = (
    select(RuleParameters.number, RuleParameters.parameters)
    .where(RuleParameters.partnership_id == PARTNERSHIP, RuleParameters.applies_from_on <= bindparam("on"))
    .order_by(RuleParameters.applies_from_on.desc(), RuleParameters.number.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class InForce:
    """The parameters in force on a day, and the number of their version; 0 for the ones Practicum ships."""

    number: int
    parameters: Parameters


async def in_force_on(connection: AsyncConnection | AsyncSession, partnership_id: UUID, on: date) -> InForce:
    """What the partnership wrote down for that day; the shipped parameters when it wrote nothing."""
    found = await connection.execute(_IN_FORCE, {"p_partnership": partnership_id, "on": on})
    row = found.one_or_none()
    if row is None:
        return InForce(0, DEFAULT_PARAMETERS)
    return InForce(row.number, parameters_from(row.parameters))


async def parameters_on(
    connection: AsyncConnection | AsyncSession, partnership_id: UUID, on: date
) -> Parameters:
    """The parameters in force on a day, whichever version they are."""
    return (await in_force_on(connection, partnership_id, on)).parameters


_shipped = cast(literal(json.dumps(asdict(DEFAULT_PARAMETERS))), JSONB)

HISTORY = listing(
    select(
        RuleParameters.id,
        RuleParameters.number,
        RuleParameters.applies_from_on,
        _shipped.op("||")(RuleParameters.parameters).label("parameters"),
        RuleParameters.author,
        RuleParameters.created_at,
    ).where(RuleParameters.partnership_id == PARTNERSHIP),
    RuleParameters.id,
)
"""Every version a partnership wrote, the oldest first; a parameter that a version does not name is as shipped."""

LAST_NUMBER = select(func.coalesce(func.max(RuleParameters.number), 0)).where(
    RuleParameters.partnership_id == PARTNERSHIP
)
"""The number of the newest version."""
