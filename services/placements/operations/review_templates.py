"""A partnership's own QAMP templates: a new version is in force from a day on, for the reviews that are opened then."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.review_templates import read_template
from services.placements.models.reviews import ReviewTemplate
from services.placements.queries.review_templates import SHIPPED, hold_templates_of
from shared.calendar import london_day
from shared.errors import Fault, Invalid
from shared.ids import new_id


async def publish_template(
    session: AsyncSession,
    partnership_id: UUID,
    data: Mapping[str, Any],
    effective_on: date,
    *,
    by: str,
    now: datetime,
) -> ReviewTemplate:
    """Put the next version of the partnership's template on record; refused with every fault, each naming its question.

    Versions are counted on from the shipped one's, so that a review's `template_version` says which it is; and under a lock,
    so that two at once get two numbers.
    """
    await hold_templates_of(session, partnership_id)
    newest = select(func.max(ReviewTemplate.number)).where(ReviewTemplate.partnership_id == partnership_id)
    number = ((await session.execute(newest)).scalar_one() or SHIPPED) + 1
    whole = {**data, "version": number, "effective_on": effective_on.isoformat()}
    read_template(whole)
    if effective_on < london_day(now):
        words = "Reviews were opened since; a template is in force from today or later."
        raise Invalid([Fault("/effective_on", "in_the_past", words)])
    row = ReviewTemplate(
        id=new_id(),
        partnership_id=partnership_id,
        number=number,
        effective_on=effective_on,
        template=whole,
        created_by=by,
        created_at=now,
    )
    session.add(row)
    await session.flush()
    return row
