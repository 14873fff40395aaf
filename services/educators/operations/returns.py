"""Steps of a return to practice education: the first student back has a Stage 2 mentor beside the educator."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import PepsStage, ReturnStepKind
from services.educators.models.educators import Educator
from shared.errors import Fault

_STAGE_2 = 2


async def faults_of_mentor(session: AsyncSession, whose: Educator, values: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with the mentor of a step: another educator of the partnership, of Stage 2, where one is needed."""
    mentor_id = values["mentor_educator_id"]
    if mentor_id is None:
        words = "Name the Stage 2 educator who was the mentor."
        alone = values["step"] == ReturnStepKind.MENTORED_STUDENT
        return [Fault("/mentor_educator_id", "mentor_missing", words)] if alone else []
    statement = select(Educator.peps_stage).where(
        Educator.partnership_id == whose.partnership_id, Educator.id == mentor_id, Educator.id != whose.id
    )
    stage = (await session.execute(statement)).scalar_one_or_none()
    if stage is not None and PepsStage(stage).held >= _STAGE_2:
        return []
    words = "A mentor is another educator of this partnership, of Stage 2."
    return [Fault("/mentor_educator_id", "unsuitable_mentor", words)]
