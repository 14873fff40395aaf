"""Policy comparisons: asked for, answered bit by bit, ended. They change nothing but themselves."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import cast, func, null, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.vocabulary import MatchRunStatus, PolicyQuestion
from services.placements.models.match_runs import MatchRun
from services.placements.models.policy_comparisons import PolicyComparison
from shared.errors import InvalidState
from shared.ids import new_id

_UNDER_WAY = (MatchRunStatus.QUEUED.value, MatchRunStatus.RUNNING.value)


async def request(
    session: AsyncSession, run: MatchRun, questions: Iterable[str], *, by: str, now: datetime
) -> PolicyComparison:
    """Ask questions about a completed run; refused while it has no result."""
    if run.status != MatchRunStatus.COMPLETED or run.inputs is None:
        raise InvalidState("match run", run.status, [])
    comparison = PolicyComparison(
        id=new_id(),
        partnership_id=run.partnership_id,
        round_id=run.round_id,
        run_id=run.id,
        questions=sorted(set(questions)),
        status=MatchRunStatus.QUEUED.value,
        answers={},
        requested_by=by,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(comparison)
    await session.flush()
    return comparison


async def show(
    session: AsyncSession, comparison_id: UUID, progress: Mapping[str, object], now: datetime
) -> bool:
    """Show at which match the comparison is; False when it was cancelled meanwhile."""
    values = {"status": MatchRunStatus.RUNNING.value, "progress": dict(progress)}
    return await _change_if_under_way(session, comparison_id, values, now)


async def report(
    session: AsyncSession, comparison_id: UUID, question: str, answer: Any, now: datetime
) -> bool:
    """Keep what is known so far about one question; False when the comparison was cancelled meanwhile.

    Whether a shorter list would have helped belongs to the run's own outcome, where the run did not try it itself.
    """
    grown = PolicyComparison.answers.op("||")(cast({question: answer}, JSONB))
    values = {"status": MatchRunStatus.RUNNING.value, "answers": grown}
    kept = await _change_if_under_way(session, comparison_id, values, now)
    if kept and question == PolicyQuestion.TRUNCATION and answer["sampled"]:
        await _complete_outcome(session, comparison_id, dict(answer), now)
    return kept


async def _complete_outcome(
    session: AsyncSession, comparison_id: UUID, found: Mapping[str, int], now: datetime
) -> None:
    figure = {"truncation_sampled": found["sampled"], "truncation_gained": found["gained"]}
    run_id = select(PolicyComparison.run_id).where(PolicyComparison.id == comparison_id).scalar_subquery()
    not_tried = func.coalesce(MatchRun.outcome["truncation_sampled"].as_integer(), 0) == 0
    await session.execute(
        update(MatchRun)
        .where(MatchRun.id == run_id, not_tried)
        .values(
            outcome=MatchRun.outcome.op("||")(cast(figure, JSONB)),
            version=MatchRun.version + 1,
            updated_at=now,
        )
    )


async def end(session: AsyncSession, comparison_id: UUID, failure: str | None, now: datetime) -> None:
    """Everything is answered, or nothing further can be."""
    status = MatchRunStatus.FAILED if failure else MatchRunStatus.COMPLETED
    values = {"status": status.value, "failure": failure, "completed_at": now, "progress": null()}
    await _change_if_under_way(session, comparison_id, values, now)


def cancel(comparison: PolicyComparison, now: datetime) -> None:
    """Stop a comparison that is under way; what is answered stays."""
    if comparison.status not in _UNDER_WAY:
        raise InvalidState("policy comparison", comparison.status, [])
    comparison.status = MatchRunStatus.CANCELLED.value
    comparison.progress = None
    comparison.completed_at = comparison.updated_at = now
    comparison.version += 1


async def _change_if_under_way(
    session: AsyncSession, comparison_id: UUID, values: Mapping[str, Any], now: datetime
) -> bool:
    statement = (
        update(PolicyComparison)
        .where(PolicyComparison.id == comparison_id, PolicyComparison.status.in_(_UNDER_WAY))
        .values(version=PolicyComparison.version + 1, updated_at=now, **values)
        .returning(PolicyComparison.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None
