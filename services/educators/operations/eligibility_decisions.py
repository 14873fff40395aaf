"""Eligibility decisions are kept with all they rest on, so that each can be explained years later."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import Outcome
from services.educators.models.eligibility_decisions import EligibilityDecision


class Kept(NamedTuple):
    """One decision to be kept: whose, for which placement if for one, and the answer as it was given."""

    id: UUID
    educator_id: UUID
    placement_id: UUID | None
    outcome: Outcome
    document: str


async def keep_decisions(
    session: AsyncSession, partnership_id: UUID, asked_by: str, decisions: Sequence[Kept], now: datetime
) -> None:
    """Keep these answers, as they are, for good."""
    common = {
        "partnership_id": partnership_id,
        "decided_for": asked_by,
        "decided_at": now,
        "created_at": now,
    }
    if decisions:
        rows = [{**each._asdict(), **common} for each in decisions]
        await session.execute(insert(EligibilityDecision), rows)
