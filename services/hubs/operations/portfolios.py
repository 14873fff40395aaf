"""Portfolios: a student takes out what they wrote. What was taken out is not deleted by itself."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.reflections import Visibility
from services.hubs.models.reflections import Portfolio, Reflection
from services.hubs.operations.authors import Author
from services.hubs.queries.portfolios import hold_reflections
from shared.errors import Conflict
from shared.ids import new_id

MOST = 500
"""Reflections a portfolio has at most: the newest."""


class NothingToTakeOut(Conflict):
    """The student wrote nothing, or nothing that is meant for the portfolio."""

    def __init__(self) -> None:
        super().__init__("nothing_to_export", "There is no reflection to put into a portfolio.")


async def take_out(session: AsyncSession, author: Author, now: datetime, *, shared_only: bool) -> Portfolio:
    """Put the caller's own reflections, or only those shared as `portfolio`, into a portfolio."""
    student_id = author.must_be_student()
    held = await hold_reflections(session, author.tenant, student_id, MOST)
    chosen: Sequence[Reflection] = [
        each for each in held if not shared_only or each.visibility == Visibility.PORTFOLIO.value
    ]
    if not chosen:
        raise NothingToTakeOut
    for reflection in chosen:
        reflection.exported_at = now
    portfolio = Portfolio(
        id=new_id(),
        partnership_id=author.tenant,
        student_id=student_id,
        reflection_ids=[str(reflection.id) for reflection in chosen],
        created_at=now,
    )
    session.add(portfolio)
    await session.flush()
    return portfolio
