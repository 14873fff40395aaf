"""Closures, as they are kept: an organisation its own, the partnership's office those of everybody."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.models.closures import Closure
from services.placements.models.organisations import Organisation
from services.placements.operations.authors import Author
from services.placements.operations.replanning import replan
from services.placements.operations.resources import NOT_YOURS, Resource, Values
from shared.errors import Fault, Forbidden

LONGEST = 366
"""Days one closure may last."""


def _out_of_order(values: Values) -> list[Fault]:
    if 0 <= (values["ends_on"] - values["starts_on"]).days < LONGEST:
        return []
    words = "The last day is on or after the first, within a year."
    return [Fault("/ends_on", "not_in_order", words)]


async def _follow(session: AsyncSession, closures: Sequence[Closure], now: datetime) -> None:
    await replan(session, closures, now=now)


CLOSURE = Resource(
    name="closure",
    model=Closure,
    references={"organisation_id": Organisation},
    owner="organisation_id",
    rule=_out_of_order,
    follow=_follow,
)
"""Days on which an organisation, or everybody, is closed."""


async def reopen(session: AsyncSession, author: Author, closure: Closure, *, now: datetime) -> None:
    """Take a closure back; schedules follow, and so do deadlines."""
    if not author.may_write(closure.organisation_id):
        raise Forbidden(*NOT_YOURS)
    await session.delete(closure)
    await session.flush()
    await replan(session, [closure], now=now)
