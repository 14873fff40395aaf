"""What educators think of the CPD they were at: said once, in person, and shown only together with others."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.models.cpd import CpdActivity, CpdEvaluation
from services.educators.operations.authors import Author
from services.educators.queries.cpd_evaluations import was_there
from shared.errors import Forbidden
from shared.ids import new_id


async def evaluate(
    session: AsyncSession, author: Author, activity: CpdActivity, values: Mapping[str, Any], now: datetime
) -> CpdEvaluation:
    """Keep an educator's scores and comment. Refused for anybody who was not there."""
    if author.person_id is None or not await was_there(session, activity.id, author.person_id):
        raise Forbidden("was_not_there", "Only educators who were there evaluate an activity, in person.")
    evaluation = CpdEvaluation(
        id=new_id(),
        partnership_id=activity.partnership_id,
        activity_id=activity.id,
        educator_id=author.person_id,
        created_at=now,
        **values,
    )
    session.add(evaluation)
    await session.flush()
    return evaluation
