"""Remembering what the educators service said about the educators of a round."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.eligibility import Eligibility, to_stored
from services.placements.models.educator_answers import EducatorAnswer

_KEEP = insert(EducatorAnswer)
_KEEP = _KEEP.on_conflict_do_update(
    index_elements=[EducatorAnswer.round_id, EducatorAnswer.educator_id],
    set_={"answer": _KEEP.excluded.answer, "answered_at": _KEEP.excluded.answered_at},
)


async def remember(
    session: AsyncSession,
    partnership_id: UUID,
    round_id: UUID,
    decided: Mapping[UUID, Eligibility],
    now: datetime,
) -> None:
    """Keep the answers of now; each takes the place of an earlier one about the same educator and round."""
    rows = [
        {
            "partnership_id": partnership_id,
            "round_id": round_id,
            "educator_id": educator_id,
            "answer": to_stored(decision),
            "answered_at": now,
        }
        for educator_id, decision in sorted(decided.items())
    ]
    if rows:
        await session.execute(_KEEP, rows)
