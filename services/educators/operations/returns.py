"""Steps of a return to practice education: the first student back has a Stage 2 mentor beside the educator."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import PepsStage, ReturnStepKind
from services.educators.models.circumstances import ReturnStep
from services.educators.models.educators import Educator
from services.educators.operations.authors import Author
from services.educators.operations.evidence import record
from shared.errors import Fault, Invalid

_STAGE_2 = 2


async def record_step(
    session: AsyncSession, author: Author, educator_id: UUID, values: Mapping[str, Any], now: datetime
) -> ReturnStep:
    """Put one step on record. Whoever is named as mentor must be another educator of the partnership, of Stage 2."""
    mentor_id = values["mentor_educator_id"]
    if mentor_id is None and values["step"] is ReturnStepKind.MENTORED_STUDENT:
        words = "Name the Stage 2 educator who was the mentor."
        raise Invalid([Fault("/mentor_educator_id", "mentor_missing", words)])
    if mentor_id is not None:
        await _expect_stage_2(session, author, mentor_id, educator_id)
    return await record(session, author, ReturnStep, educator_id, values=values, now=now)


async def _expect_stage_2(session: AsyncSession, author: Author, mentor_id: UUID, educator_id: UUID) -> None:
    statement = select(Educator.peps_stage).where(
        Educator.partnership_id == author.tenant, Educator.id == mentor_id, Educator.id != educator_id
    )
    stage = (await session.execute(statement)).scalar_one_or_none()
    if stage is None or PepsStage(stage).held < _STAGE_2:
        words = "A mentor is another educator of this partnership, of Stage 2."
        raise Invalid([Fault("/mentor_educator_id", "unsuitable_mentor", words)])
