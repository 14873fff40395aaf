"""The evidence about one educator, as it is listed."""

from sqlalchemy import bindparam, select

from services.educators.models.declarative import Tenanted
from services.educators.queries.visibility import PARTNERSHIP
from shared.http.reading import Statement, listing


def records_of(model: type[Tenanted], *columns: str) -> Statement:
    """The list of one kind of records about one educator, oldest first. Whether the caller may see them is asked before."""
    shown = select(*(getattr(model, name) for name in columns))
    educator = getattr(model, "educator_id") == bindparam("p_educator")  # noqa: B009 - every record has one
    return listing(shown.where(model.partnership_id == PARTNERSHIP, educator), model.id)
