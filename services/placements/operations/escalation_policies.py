"""The default policy, made known to the database as a row like any other."""

from datetime import UTC, datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.models.escalation_policies import EscalationPolicy
from services.placements.queries.escalation_policies import policy_from, shipped_data
from shared.ids import new_id

ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
"""The default holds from before any placement."""


async def ship_default(session: AsyncSession, now: datetime) -> None:
    """Store the policy shipped with this version of the service, if it is not there yet. Raises `Invalid` if it is faulty."""
    data = shipped_data()
    policy = policy_from(data)
    statement = insert(EscalationPolicy).values(
        id=new_id(),
        partnership_id=None,
        name=policy.name,
        version=policy.version,
        policy=data,
        effective_from=ALWAYS,
        created_at=now,
    )
    await session.execute(statement.on_conflict_do_nothing(constraint="escalation_policy_version_once"))
