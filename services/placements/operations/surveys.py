"""Taking a student's answers about a placement."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.life import OVER
from services.placements.domain.surveys import SurveyQuestion, SurveyRating, opens_on
from services.placements.domain.vocabulary import PlacementStatus
from services.placements.models.placements import Placement
from services.placements.models.surveys import SurveyResponse
from shared.calendar import london_day
from shared.errors import Conflict
from shared.ids import new_id

_RUNNING = frozenset({PlacementStatus.ACTIVE, PlacementStatus.PAUSED, PlacementStatus.SUSPENDED})


async def answer_survey(
    session: AsyncSession,
    placement: Placement,
    ratings: Mapping[SurveyQuestion, SurveyRating],
    *,
    would_apply_here: bool,
    would_recommend: bool,
    now: datetime,
) -> SurveyResponse:
    """Keep the answers, once: from two weeks before the last day, or as soon as the placement is over."""
    status = PlacementStatus(placement.status)
    near_its_end = status in _RUNNING and london_day(now) >= opens_on(placement.ends_on)
    if not (status in OVER or near_its_end):
        words = "The survey opens two weeks before the placement ends."
        raise Conflict("survey_not_open", words, opens_on=opens_on(placement.ends_on).isoformat())
    response = SurveyResponse(
        id=new_id(),
        partnership_id=placement.partnership_id,
        placement_id=placement.id,
        student_id=placement.student_id,
        would_apply_here=would_apply_here,
        would_recommend=would_recommend,
        submitted_at=now,
        **{question.value: rating.value for question, rating in ratings.items()},
    )
    session.add(response)
    await session.flush()
    return response
