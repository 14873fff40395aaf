"""Match runs: requested, frozen, carried out, stored, published. A run never changes the round until it is published."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.proposals import ANSWER_WORKING_DAYS
from services.placements.domain.vocabulary import MatchRunStatus, ProposalStatus
from services.placements.messages import MatchRunCompleted, MatchRunPublished
from services.placements.models.match_runs import MatchExplanation, MatchRun, MatchRunResult
from services.placements.models.proposals import Proposal
from services.placements.models.rounds import Round
from services.placements.operations.placing import draft_of
from services.placements.queries.readiness import blocks_of
from shared.calendar import ENGLAND
from shared.errors import Conflict, InvalidState
from shared.events.outbox import publish as publish_news
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Frozen:
    """Inputs as they are stored, and the hash that names them."""

    inputs: str
    input_hash: str


_UNDER_WAY = (MatchRunStatus.QUEUED.value, MatchRunStatus.RUNNING.value)


async def request(session: AsyncSession, of_round: Round, *, by: str, now: datetime) -> MatchRun:
    """Ask for a run of a round; refused while something blocks it, and once a result of the round is published."""
    if of_round.published_run_id is not None:
        raise Conflict("round_published", "A result of this round is published; changes to it are repairs.")
    if blocks := await blocks_of(await session.connection(), of_round.id):
        items = [{"finding": each.finding, "advice": each.advice, "where": each.where} for each in blocks]
        raise Conflict("round_not_ready", "The round cannot be matched as it stands.", items=items)
    return await _queued(session, of_round.partnership_id, of_round.id, by, now)


async def request_scenario(
    session: AsyncSession,
    base: MatchRun,
    frozen: Frozen,
    scenario: Mapping[str, Any],
    *,
    by: str,
    now: datetime,
) -> MatchRun:
    """Ask what would be if the inputs of a completed run were different. The round is not touched."""
    if base.status != MatchRunStatus.COMPLETED:
        raise InvalidState("match run", base.status, [])
    different = {"base_run_id": base.id, "scenario": dict(scenario)}
    known = {"inputs": frozen.inputs, "input_hash": frozen.input_hash}
    return await _queued(session, base.partnership_id, base.round_id, by, now, **different, **known)


async def _queued(
    session: AsyncSession, partnership_id: UUID, round_id: UUID, by: str, now: datetime, **own: Any
) -> MatchRun:
    run = MatchRun(
        id=new_id(),
        partnership_id=partnership_id,
        round_id=round_id,
        status=MatchRunStatus.QUEUED.value,
        progress={"stage": "queued"},
        requested_by=by,
        version=1,
        created_at=now,
        updated_at=now,
        **own,
    )
    session.add(run)
    await session.flush()
    return run


async def begin(
    session: AsyncSession,
    run_id: UUID,
    frozen: Frozen,
    educators_as_of: datetime | None,
    now: datetime,
) -> bool:
    """Freeze the inputs and mark the run as running; False when it is over already (done, failed or cancelled).

    `educators_as_of` is the age of the oldest answer about an educator, where the last known ones had to be used.
    """
    values = {
        "status": MatchRunStatus.RUNNING.value,
        "inputs": frozen.inputs,
        "input_hash": frozen.input_hash,
        "educators_as_of": educators_as_of,
        "progress": {"stage": "solving"},
    }
    return await _change_if_under_way(session, run_id, values, now)


async def report(session: AsyncSession, run_id: UUID, progress: Mapping[str, Any], now: datetime) -> bool:
    """Show how far the run is; False when it was cancelled meanwhile."""
    return await _change_if_under_way(session, run_id, {"progress": dict(progress)}, now)


async def fail(session: AsyncSession, run_id: UUID, code: str, now: datetime) -> None:
    """End the run without a result; the round stays as it was and can be run again."""
    values = {
        "status": MatchRunStatus.FAILED.value,
        "failure": code,
        "completed_at": now,
        "progress": {"stage": "failed"},
    }
    await _change_if_under_way(session, run_id, values, now)


async def finish(
    session: AsyncSession, run_id: UUID, inputs: MatchInputs, answer: Mapping[str, Any], now: datetime
) -> MatchRun | None:
    """Store a result: outcome, explanations and draft proposals, all or nothing; None when the run is over already.

    What would be if has no proposals: nobody can answer them.
    """
    result = answer["result"]
    values = {
        "status": MatchRunStatus.COMPLETED.value,
        "outcome": result["outcome"],
        "aims": result["aims"],
        "versions": result["versions"],
        "completed_at": now,
        "progress": {"stage": "completed"},
    }
    if not await _change_if_under_way(session, run_id, values, now):
        return None
    run = (await session.execute(select(MatchRun).where(MatchRun.id == run_id))).scalar_one()
    rows = [
        {"run_id": run_id, "request_id": UUID(each["request_id"]), "explanation": each}
        for each in result["explanations"]
    ]
    if rows:
        await session.execute(insert(MatchExplanation), rows)
    kept = MatchRunResult(
        run_id=run_id,
        assignments=result["assignments"],
        picture=answer["picture"],
        certificate=result["certificate"],
    )
    session.add(kept)
    drafts = _drafts(run, inputs, result, now) if run.scenario is None else []
    if drafts:
        await session.execute(insert(Proposal), drafts)
    outcome = result["outcome"]
    news = MatchRunCompleted(round_id=run.round_id, placed=outcome["placed"], requests=outcome["requests"])
    await publish_news(session, news, partnership_id=run.partnership_id, subject=run_id, now=now)
    return run


def cancel(run: MatchRun, now: datetime) -> None:
    """Stop a run that is under way."""
    if run.status not in _UNDER_WAY:
        raise InvalidState("match run", run.status, [])
    run.status = MatchRunStatus.CANCELLED.value
    run.progress = {"stage": "cancelled"}
    run.completed_at = run.updated_at = now
    run.version += 1


async def publish(session: AsyncSession, run: MatchRun, of_round: Round, now: datetime) -> None:
    """Make a result the round's: host and university are asked, and have until a working-day deadline.

    `of_round` is held for update. Refused unless the run is completed, and when another result is published already.
    """
    if run.status != MatchRunStatus.COMPLETED or run.published_at is not None:
        state = "published" if run.published_at else run.status
        raise InvalidState("match run", state, [])
    if run.scenario is not None:
        raise Conflict(
            "scenario_run", "A scenario answers a question; only a run of the round itself is published."
        )
    if of_round.published_run_id is not None:
        raise Conflict("round_published", "Another result of this round is published already.")
    run.published_at = run.updated_at = of_round.updated_at = now
    run.version += 1
    of_round.published_run_id = run.id
    of_round.version += 1
    asked = (
        update(Proposal)
        .where(Proposal.run_id == run.id, Proposal.status == ProposalStatus.DRAFT.value)
        .values(
            status=ProposalStatus.PUBLISHED.value,
            answer_due_at=ENGLAND.due_at(now, ANSWER_WORKING_DAYS),
            version=Proposal.version + 1,
            updated_at=now,
        )
        .returning(Proposal.organisation_id, Proposal.university_id)
    )
    await session.flush()
    sides = {side for row in await session.execute(asked) for side in row}
    news = MatchRunPublished(round_id=of_round.id)
    await publish_news(
        session, news, partnership_id=run.partnership_id, subject=run.id, audience=sides, now=now
    )


async def _change_if_under_way(
    session: AsyncSession, run_id: UUID, values: Mapping[str, Any], now: datetime
) -> bool:
    statement = (
        update(MatchRun)
        .where(MatchRun.id == run_id, MatchRun.status.in_(_UNDER_WAY))
        .values(version=MatchRun.version + 1, updated_at=now, **values)
        .returning(MatchRun.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


def _drafts(
    run: MatchRun, inputs: MatchInputs, result: Mapping[str, Any], now: datetime
) -> list[dict[str, Any]]:
    offers = {offer.id: offer for offer in inputs.offers}
    requests = {each.id: each for each in inputs.requests}
    drafts = []
    for assigned in result["assignments"]:
        offer, request = offers[assigned["offer_id"]], requests[assigned["request_id"]]
        drafts.append(draft_of(run.partnership_id, run.id, run.round_id, request, offer, assigned, now))
    return drafts


def read_result(text: str) -> dict[str, Any]:
    """A result as the engine wrote it."""
    found: dict[str, Any] = json.loads(text)
    return found
