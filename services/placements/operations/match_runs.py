"""Match runs: requested, frozen, carried out, stored, published. A run never changes the round until it is published."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.proposals import ANSWER_WORKING_DAYS
from services.placements.domain.vocabulary import MatchRunStatus, ProposalStatus
from services.placements.messages import MatchRunCompleted, MatchRunPublished
from services.placements.models.match_runs import MatchExplanation, MatchRun
from services.placements.models.proposals import Proposal
from services.placements.models.rounds import Round
from shared.calendar import ENGLAND
from shared.errors import Conflict, InvalidState
from shared.events.outbox import publish as publish_news
from shared.ids import new_id

_UNDER_WAY = (MatchRunStatus.QUEUED.value, MatchRunStatus.RUNNING.value)


async def request(session: AsyncSession, of_round: Round, *, by: str, now: datetime) -> MatchRun:
    """Ask for a run of a round; refused once a result of the round is published."""
    if of_round.published_run_id is not None:
        raise Conflict("round_published", "A result of this round is published; changes to it are repairs.")
    run = MatchRun(
        id=new_id(),
        partnership_id=of_round.partnership_id,
        round_id=of_round.id,
        status=MatchRunStatus.QUEUED.value,
        progress={"stage": "queued"},
        requested_by=by,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(run)
    await session.flush()
    return run


async def begin(session: AsyncSession, run_id: UUID, frozen: str, input_hash: str, now: datetime) -> bool:
    """Freeze the inputs and mark the run as running; False when it is over already (done, failed or cancelled)."""
    values = {
        "status": MatchRunStatus.RUNNING.value,
        "inputs": frozen,
        "input_hash": input_hash,
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
    session: AsyncSession, run_id: UUID, inputs: MatchInputs, result: Mapping[str, Any], now: datetime
) -> bool:
    """Store a result: outcome, explanations and draft proposals, all or nothing; False when the run is over already."""
    values = {
        "status": MatchRunStatus.COMPLETED.value,
        "outcome": result["outcome"],
        "aims": result["aims"],
        "versions": result["versions"],
        "completed_at": now,
        "progress": {"stage": "completed"},
    }
    if not await _change_if_under_way(session, run_id, values, now):
        return False
    run = (await session.execute(select(MatchRun).where(MatchRun.id == run_id))).scalar_one()
    rows = [
        {"run_id": run_id, "request_id": UUID(each["request_id"]), "explanation": each}
        for each in result["explanations"]
    ]
    if rows:
        await session.execute(insert(MatchExplanation), rows)
    drafts = _drafts(run, inputs, result, now)
    if drafts:
        await session.execute(insert(Proposal), drafts)
    outcome = result["outcome"]
    news = MatchRunCompleted(round_id=run.round_id, placed=outcome["placed"], requests=outcome["requests"])
    await publish_news(session, news, partnership_id=run.partnership_id, subject=run_id, now=now)
    return True


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
        drafts.append(
            {
                "id": new_id(),
                "partnership_id": run.partnership_id,
                "run_id": run.id,
                "round_id": run.round_id,
                "request_id": UUID(request.id),
                "offer_id": UUID(offer.id),
                "student_id": UUID(request.student_id),
                "university_id": UUID(request.organisation_id),
                "organisation_id": UUID(offer.organisation_id),
                "setting_id": UUID(offer.setting_id),
                "educator_id": UUID(offer.educator_id) if offer.educator_id else None,
                "preference_rank": assigned["rank"],
                "outside_list": assigned["outside_list"],
                "travel_minutes": assigned["minutes"],
                "status": ProposalStatus.DRAFT.value,
                "version": 1,
                "created_at": now,
                "updated_at": now,
            }
        )
    return drafts


def read_result(text: str) -> dict[str, Any]:
    """A result as the engine wrote it."""
    found: dict[str, Any] = json.loads(text)
    return found
