"""Capacity statements, as they are kept: the setting's organisation writes them."""

from collections.abc import Iterable

from services.placements.domain.vocabulary import Appetite
from services.placements.models.capacity_statements import CapacityStatement
from services.placements.models.settings import Setting
from services.placements.operations.resources import Resource, Values
from services.placements.queries.references import Known
from shared.errors import Fault


def _says_why_not(values: Values, _: Known) -> Iterable[Fault]:
    if values["appetite"] == Appetite.NOT_OFFERING and not values["reasons"]:
        yield Fault("/reasons", "missing", "A setting that does not offer says why, with a coded reason.")


CAPACITY_STATEMENT = Resource(
    name="capacity_statement",
    model=CapacityStatement,
    references={"setting_id": Setting},
    owner="setting_id",
    defaults={"reasons": [], "places": None},
    check=_says_why_not,
)
"""A setting's intent for a year."""
