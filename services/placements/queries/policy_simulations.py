"""Reading simulations of policies. They are the partnership office's alone."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.placements.domain.escalation.policy import Policy
from services.placements.domain.vocabulary import MatchRunStatus
from services.placements.models.escalation_policies import EscalationPolicy
from services.placements.models.policy_simulations import PolicySimulation
from services.placements.queries.escalation_policies import policy_from
from services.placements.queries.visibility import PARTNERSHIP, WIDE
from shared.http.lists import Filtered, equal

SIMULATIONS = and_(PolicySimulation.partnership_id == PARTNERSHIP, WIDE)
"""What a policy would have done is for those who choose it: the partnership's office."""

_SHOWN = select(
    PolicySimulation.id,
    PolicySimulation.policy_id,
    PolicySimulation.compare_with_id,
    PolicySimulation.starts_on,
    PolicySimulation.ends_on,
    PolicySimulation.status,
    PolicySimulation.placements_done,
    PolicySimulation.placements,
    PolicySimulation.result,
    PolicySimulation.created_at,
    PolicySimulation.completed_at,
    PolicySimulation.version,
).where(SIMULATIONS)

SINGLE = _SHOWN.where(PolicySimulation.id == bindparam("id"))
"""One simulation the caller sees."""

LIST = Filtered(_SHOWN, PolicySimulation.id, **equal(PolicySimulation.policy_id))
"""The simulations the caller sees."""

_KNOWN = select(EscalationPolicy.id).where(
    EscalationPolicy.id.in_(bindparam("ids", expanding=True, type_=Uuid())),
    or_(
        EscalationPolicy.partnership_id == bindparam("partnership", type_=Uuid()),
        EscalationPolicy.partnership_id.is_(None),
    ),
)


async def known_policies(session: AsyncSession, partnership_id: UUID, ids: list[UUID]) -> set[UUID]:
    """Those of the ids that are policies of the partnership, drafts included, or the default."""
    return set((await session.execute(_KNOWN, {"ids": ids, "partnership": partnership_id})).scalars())


class Wanted(NamedTuple):
    """What is to be simulated."""

    simulation: PolicySimulation
    policies: tuple[Policy, ...]


async def under_way(session: AsyncSession, id_: UUID) -> Wanted | None:
    """A simulation that is queued or running, with its policies; None when it is over."""
    first, second = aliased(EscalationPolicy), aliased(EscalationPolicy)
    statement = (
        select(PolicySimulation, first.policy, second.policy)
        .join(first, first.id == PolicySimulation.policy_id)
        .outerjoin(second, second.id == PolicySimulation.compare_with_id)
        .where(
            PolicySimulation.id == id_,
            PolicySimulation.status.in_([MatchRunStatus.QUEUED.value, MatchRunStatus.RUNNING.value]),
        )
    )
    row: Any = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    return Wanted(row[0], tuple(policy_from(data) for data in row[1:] if data is not None))
