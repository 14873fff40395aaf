"""Rule parameters: a new version in force from a day on. What was in force before stays on record."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.parameters import changed_from
from services.educators.messages import RuleParametersChanged
from services.educators.models.educators import Educator
from services.educators.models.rule_parameters import RuleParameters
from services.educators.queries.rule_parameters import LAST_NUMBER, in_force_on
from shared.auth.principal import Principal
from shared.calendar import london_day
from shared.events.outbox import publish
from shared.http.writing import hold
from shared.ids import new_id


async def apply_parameters(
    session: AsyncSession,
    principal: Principal,
    changes: Mapping[str, int],
    applies_from_on: date,
    now: datetime,
) -> RuleParameters:
    """Put a new version in force from a day on: the one that is in force on that day, with these changes.

    When it is in force today the sweep looks at every educator anew, and tells whose currency changed.
    """
    tenant, today = principal.tenant, london_day(now)
    await hold(session, "rule_parameters", tenant)
    before = await in_force_on(session, tenant, applies_from_on)
    parameters = changed_from(before.parameters, changes, applies_from_on, today)
    last: int = (await session.execute(LAST_NUMBER, {"p_partnership": tenant})).scalar_one()
    version = RuleParameters(
        id=new_id(),
        partnership_id=tenant,
        number=last + 1,
        applies_from_on=applies_from_on,
        parameters=asdict(parameters),
        author=principal.subject,
        created_at=now,
    )
    session.add(version)
    if applies_from_on <= today:
        everybody = update(Educator).where(Educator.partnership_id == tenant)
        await session.execute(everybody.values(currency_checked_on=None))
    await publish(
        session,
        RuleParametersChanged(number=version.number, applies_from_on=applies_from_on),
        partnership_id=tenant,
        subject=version.id,
        audience=[],
        now=now,
    )
    return version
