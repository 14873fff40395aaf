"""Reading policy comparisons. They are the partnership office's alone."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.placements.domain.vocabulary import MatchRunStatus
from services.placements.models.match_runs import MatchRun
from services.placements.models.policy_comparisons import PolicyComparison
from services.placements.queries.visibility import PARTNERSHIP, WIDE
from shared.errors import NotFound, StaleVersion
from shared.http.lists import Filtered, equal

COMPARISONS = and_(PolicyComparison.partnership_id == PARTNERSHIP, WIDE)
"""What a policy costs is for those who choose it: the partnership's office."""

_COMPARISON = select(
    PolicyComparison.id,
    PolicyComparison.round_id,
    PolicyComparison.run_id,
    PolicyComparison.questions,
    PolicyComparison.status,
    PolicyComparison.answers,
    PolicyComparison.progress,
    PolicyComparison.failure,
    PolicyComparison.created_at,
    PolicyComparison.completed_at,
    PolicyComparison.version,
).where(COMPARISONS)

COMPARISON = _COMPARISON.where(PolicyComparison.id == bindparam("id"))
"""One comparison the caller sees."""

COMPARISON_LIST = Filtered(
    _COMPARISON, PolicyComparison.id, **equal(PolicyComparison.round_id, PolicyComparison.run_id)
)
"""The comparisons the caller sees."""


async def hold_comparison(
    session: AsyncSession, binds: dict[str, object], comparison_id: UUID, *, seen: int | None
) -> PolicyComparison:
    """The comparison, locked, if the caller sees it at the version they saw."""
    statement = select(PolicyComparison).where(COMPARISONS, PolicyComparison.id == bindparam("id"))
    given = {**binds, "id": comparison_id}
    found = (await session.execute(statement.with_for_update(), given)).scalar_one_or_none()
    if found is None:
        raise NotFound("policy comparison")
    if seen is not None and found.version != seen:
        raise StaleVersion
    return found


_UNDER_WAY = PolicyComparison.status.in_([MatchRunStatus.QUEUED.value, MatchRunStatus.RUNNING.value])


async def is_under_way(connection: AsyncConnection, comparison_id: UUID) -> bool:
    """Whether somebody still waits for the answers."""
    statement = select(PolicyComparison.id).where(PolicyComparison.id == comparison_id, _UNDER_WAY)
    return (await connection.execute(statement)).scalar_one_or_none() is not None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a study is asked, and about which frozen inputs."""

    questions: list[str]
    inputs: str


async def under_way(connection: AsyncConnection, comparison_id: UUID) -> Wanted | None:
    """The questions and the frozen inputs of a comparison that is queued or running; None when it is over."""
    statement = (
        select(PolicyComparison.questions, MatchRun.inputs)
        .join(MatchRun, MatchRun.id == PolicyComparison.run_id)
        .where(PolicyComparison.id == comparison_id, _UNDER_WAY)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None or row.inputs is None else Wanted(row.questions, row.inputs)
