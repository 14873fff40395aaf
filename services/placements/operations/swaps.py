"""Swaps: students moved by hand, with a reason, and only where no hard rule and no limit is broken."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.swaps import Trial, try_moves
from services.placements.domain.repairs import SwapReason
from services.placements.domain.vocabulary import MatchRunStatus, ProposalStatus
from services.placements.messages import SwapMade
from services.placements.models.match_runs import MatchRun
from services.placements.models.proposals import Proposal
from services.placements.models.repairs import Swap
from services.placements.operations.placing import asked, draft_of, give_up
from services.placements.queries.match_runs import hold_live_proposals, hold_standing
from shared.errors import Conflict, Fault, Invalid, InvalidState
from shared.events.outbox import publish
from shared.ids import new_id

Wanted = Sequence[tuple[UUID, UUID | None]]
"""Each request that is moved, and the offer it is to have; None is no place."""


def trial_of(inputs: MatchInputs, proposals: Sequence[Any], wanted: Wanted) -> Trial:
    """What the moves would do to a result as it stands. Every move that cannot even be tried is a fault.

    `proposals` are the live ones of the run (request_id, offer_id, status).
    """
    agreed = {str(each.request_id) for each in proposals if each.status == ProposalStatus.ACCEPTED}
    if faults := _faults(inputs, wanted, agreed):
        raise Invalid(faults)
    now = {str(each.request_id): str(each.offer_id) for each in proposals}
    return try_moves(inputs, now, {str(r): str(o) if o else None for r, o in wanted})


async def save(
    session: AsyncSession,
    run: MatchRun,
    inputs: MatchInputs,
    wanted: Wanted,
    *,
    reason: SwapReason,
    by: str,
    now: datetime,
) -> Swap:
    """Make the moves true in a result that is held for update together with its round; `inputs` are the run's, frozen.

    Refused as `swap_breaks_rules`, with each rule and limit, where one is broken. In a published result host and university
    of those who move are asked anew.
    """
    if run.status != MatchRunStatus.COMPLETED:
        raise InvalidState("match run", run.status, [])
    if run.scenario is not None:
        raise Conflict("scenario_run", "A scenario has nothing to move; swap in a run of the round itself.")
    trial = await _allowed(session, run, inputs, wanted)
    swap = Swap(
        id=new_id(),
        partnership_id=run.partnership_id,
        run_id=run.id,
        reason_code=reason.value,
        moves=[_told(each.request_id, each.before, each.after) for each in trial.moves],
        aims=[asdict(each) for each in trial.aims],
        made_by=by,
        made_at=now,
    )
    session.add(swap)
    await session.flush()
    moving = and_(Proposal.run_id == run.id, Proposal.request_id.in_([request for request, _ in wanted]))
    live = await hold_live_proposals(session, run.partnership_id, moving)
    by_request = {str(each.request_id): each for each in live}
    await _move(session, run, inputs, swap, live=by_request, trial=trial)
    run.version += 1
    run.updated_at = now
    await session.flush()
    return swap


async def _allowed(session: AsyncSession, run: MatchRun, inputs: MatchInputs, wanted: Wanted) -> Trial:
    standing = await hold_standing(session, run.partnership_id, run.id)
    # What is held must be tried while it is held; in a whole country's round, others are answered meanwhile.
    trial = await asyncio.to_thread(trial_of, inputs, standing, wanted)
    if not trial.allowed:
        raise Conflict(
            "swap_breaks_rules", "A hard rule or a limit forbids it; nothing was moved.", **_against(trial)
        )
    return trial


async def _move(
    session: AsyncSession,
    run: MatchRun,
    inputs: MatchInputs,
    swap: Swap,
    *,
    live: Mapping[str, Proposal],
    trial: Trial,
) -> None:
    now = swap.made_at
    requests, offers = {r.id: r for r in inputs.requests}, {o.id: o for o in inputs.offers}
    drafts, touched = [], set[UUID]()
    for each in trial.moves:
        if each.before == each.after:
            continue
        if before := live.get(each.request_id):
            touched |= {before.organisation_id, before.university_id}
            await give_up(session, before, by=swap.made_by, now=now)
        if each.after is not None:
            request, offer = requests[each.request_id], offers[each.after.offer_id]
            draft = draft_of(
                run.partnership_id, run.id, run.round_id, request, offer, asdict(each.after), now
            )
            drafts.append({**(asked(draft, now) if run.published_at else draft), "swap_id": swap.id})
    if drafts:
        await session.execute(insert(Proposal), drafts)
    touched |= {draft[side] for draft in drafts for side in ("organisation_id", "university_id")}
    news = SwapMade(run_id=run.id, moved=len(trial.moves))
    audience = touched if run.published_at else ()
    await publish(
        session, news, partnership_id=run.partnership_id, subject=swap.id, audience=audience, now=now
    )


def _faults(inputs: MatchInputs, wanted: Wanted, agreed: set[str]) -> list[Fault]:
    requests, offers = {each.id for each in inputs.requests}, {each.id for each in inputs.offers}
    faults, seen = [], set[UUID]()
    for at, (request_id, offer_id) in enumerate(wanted):
        where = f"/moves/{at}/request_id"
        if str(request_id) not in requests:
            faults.append(
                Fault(where, "not_in_this_run", "The request was not among the inputs of this run.")
            )
        if request_id in seen:
            faults.append(Fault(where, "said_twice", "Move a request once."))
        if str(request_id) in agreed:
            words = "Both sides have accepted its place. Cancel that placement first."
            faults.append(Fault(where, "already_agreed", words))
        if offer_id is not None and str(offer_id) not in offers:
            words = "The offer was not among the inputs of this run. A repair takes new offers in."
            faults.append(Fault(f"/moves/{at}/offer_id", "not_in_this_run", words))
        seen.add(request_id)
    return faults


def _against(trial: Trial) -> dict[str, object]:
    rules = [{"request_id": each.request_id, "rules": list(each.rules)} for each in trial.moves if each.rules]
    return {"rules": rules, "limits": [asdict(each) for each in trial.limits]}


def _told(request_id: str, before: Any, after: Any) -> dict[str, Any]:
    return {
        "request_id": request_id,
        "from_offer_id": before.offer_id if before else None,
        "to_offer_id": after.offer_id if after else None,
    }
