"""Closures, as they are kept: an organisation its own, the partnership's office those of everybody."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.models.closures import Closure
from services.placements.models.declarative import Versioned
from services.placements.models.organisations import Organisation
from services.placements.operations.authors import Author
from services.placements.operations.resources import NOT_YOURS, Resource, Values
from services.placements.queries.references import Known
from shared.errors import Fault, Forbidden

LONGEST = 366
"""Days one closure may last."""


def _out_of_order(values: Values, _: Known) -> list[Fault]:
    if 0 <= (values["ends_on"] - values["starts_on"]).days < LONGEST:
        return []
    words = "The last day is on or after the first, within a year."
    return [Fault("/ends_on", "not_in_order", words)]


CLOSURE = Resource(
    name="closure",
    model=Closure,
    references={"organisation_id": Organisation},
    owner="organisation_id",
    check=_out_of_order,
)
"""Days on which an organisation, or everybody, is closed."""


async def reopen(session: AsyncSession, author: Author, closure: Versioned) -> None:
    """Take a closure back; schedules follow."""
    if not author.may_write(getattr(closure, "organisation_id", None)):
        raise Forbidden(*NOT_YOURS)
    await session.delete(closure)
    await session.flush()
