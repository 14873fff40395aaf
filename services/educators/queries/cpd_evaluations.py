"""Evaluations of CPD activities: only ever shown together, and not for fewer than five people."""

from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, case, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.cpd import FEWEST
from services.educators.models.cpd import CpdActivity, CpdBooking, CpdEvaluation
from services.educators.queries.visibility import ACTIVITIES, HOSTED

SCALES = ("usefulness", "quality", "confidence_before", "confidence_after")
"""Each from 1 to 5."""

_GOOD = 4
_enough = func.count() >= FEWEST


def _scale(name: str) -> object:
    column = getattr(CpdEvaluation, name)
    good = func.count().filter(column >= _GOOD)
    return func.json_build_object(
        "mean", func.round(func.avg(column), 2), "good_percent", func.round(100 * good / func.count(), 1)
    )


_of_activity = and_(
    CpdEvaluation.partnership_id == CpdActivity.partnership_id, CpdEvaluation.activity_id == CpdActivity.id
)
_scores = (
    select(
        case((_enough, func.count())).label("answered"),
        case(
            (_enough, func.json_build_object(*(part for name in SCALES for part in (name, _scale(name)))))
        ).label("scales"),
        case(
            (
                and_(_enough, HOSTED),
                func.json_agg(CpdEvaluation.comment.distinct()).filter(CpdEvaluation.comment.is_not(None)),
            )
        ).label("comments"),
    )
    .where(_of_activity)
    .correlate(CpdActivity)
    .lateral("scores")
)
_attended = (
    select(func.count())
    .where(CpdBooking.activity_id == CpdActivity.id, CpdBooking.attended_on.is_not(None))
    .correlate(CpdActivity)
    .scalar_subquery()
)

SUMMARY = (
    select(
        CpdActivity.id.label("activity_id"),
        _attended.label("attended"),
        _scores.c.answered,
        _scores.c.scales,
        func.coalesce(_scores.c.comments, func.json_build_array()).label("comments"),
    )
    .select_from(CpdActivity)
    .join(_scores, true())
    .where(ACTIVITIES, CpdActivity.id == bindparam("p_activity", type_=Uuid()))
)
"""What those who were there said, if at least five did. Comments are for the host, in the order of the alphabet."""


async def was_there(session: AsyncSession, activity_id: UUID, educator_id: UUID) -> bool:
    """Whether the host said of the educator that they were there, or watched the replay."""
    statement = select(CpdBooking.id).where(
        CpdBooking.activity_id == activity_id,
        CpdBooking.educator_id == educator_id,
        CpdBooking.attended_on.is_not(None),
    )
    return (await session.execute(statement)).first() is not None
