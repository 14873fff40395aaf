"""Proposals made and given up: what match runs, repairs and swaps have in common."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.lifecycle import Step
from services.placements.domain.proposals import ANSWER_WORKING_DAYS
from services.placements.domain.vocabulary import PlacementStatus, ProposalStatus
from services.placements.models.placements import Placement
from services.placements.models.proposals import Proposal
from services.placements.operations.lifecycle import Actor, Why, take
from services.placements.operations.proposals import close
from shared.calendar import ENGLAND
from shared.ids import new_id

REPLACED = "proposal_replaced"
"""Why a placement that was agreed, and not confirmed, is cancelled."""


def draft_of(  # noqa: PLR0917 - what a proposal is of
    partnership_id: UUID,
    run_id: UUID,
    round_id: UUID,
    request: Any,
    offer: Any,
    assigned: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """The columns of a draft proposal of a request and an offer (rows, or frozen inputs), as the engine assigned them."""
    return {
        "id": new_id(),
        "partnership_id": partnership_id,
        "run_id": run_id,
        "round_id": round_id,
        "request_id": UUID(str(request.id)),
        "offer_id": UUID(str(offer.id)),
        "student_id": UUID(str(request.student_id)),
        "university_id": UUID(str(request.organisation_id)),
        "organisation_id": UUID(str(offer.organisation_id)),
        "setting_id": UUID(str(offer.setting_id)),
        "educator_id": UUID(str(offer.educator_id)) if offer.educator_id else None,
        "preference_rank": assigned["rank"],
        "outside_list": assigned["outside_list"],
        "travel_minutes": assigned["minutes"],
        "status": ProposalStatus.DRAFT.value,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }


def asked(draft: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The same proposal, put to host and university at once, with a deadline of its own."""
    due = ENGLAND.due_at(now, ANSWER_WORKING_DAYS)
    return {**draft, "status": ProposalStatus.PUBLISHED.value, "answer_due_at": due}


async def give_up(session: AsyncSession, proposal: Proposal, *, by: str, now: datetime) -> None:
    """Replace a proposal that is held for update; a placement that was agreed and not confirmed is cancelled with it."""
    await close(session, proposal, ProposalStatus.SUPERSEDED, now)
    if proposal.placement_id is None:
        return
    statement = select(Placement).where(Placement.id == proposal.placement_id).with_for_update()
    placement = (await session.execute(statement)).scalar_one()
    if placement.status == PlacementStatus.PROPOSED:
        office = Actor(by, frozenset({"office"}))
        await take(session, placement, Step.CANCELLATION, office, why=Why(REPLACED), now=now)
