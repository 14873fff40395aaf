"""Which rule parameters are in force for a partnership on a day."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.educators.domain.parameters import DEFAULT_PARAMETERS, Parameters, parameters_from
from services.educators.models.rule_parameters import RuleParameters

_IN_FORCE = (
    select(RuleParameters.parameters)
    .where(
        RuleParameters.partnership_id == bindparam("p_partnership"),
        RuleParameters.applies_from_on <= bindparam("on"),
    )
    .order_by(RuleParameters.applies_from_on.desc(), RuleParameters.number.desc())
    .limit(1)
)


async def parameters_on(
    connection: AsyncConnection | AsyncSession, partnership_id: UUID, on: date
) -> Parameters:
    """The parameters the partnership wrote down for that day; the shipped ones when it wrote none."""
    found = await connection.execute(_IN_FORCE, {"p_partnership": partnership_id, "on": on})
    written = found.scalar_one_or_none()
    return DEFAULT_PARAMETERS if written is None else parameters_from(written)
