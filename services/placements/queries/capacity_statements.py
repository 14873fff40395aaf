"""Reading capacity statements."""

from sqlalchemy import bindparam, select

from services.placements.models.capacity_statements import CapacityStatement
from services.placements.queries.visibility import CAPACITY_STATEMENTS
from shared.http.lists import Filtered, equal
from shared.imports.external_ids import external_ids_of

_VISIBLE = select(
    CapacityStatement.id,
    CapacityStatement.setting_id,
    CapacityStatement.academic_year,
    CapacityStatement.appetite,
    CapacityStatement.reasons,
    CapacityStatement.places,
    external_ids_of("capacity_statement", CapacityStatement.id).label("external_ids"),
    CapacityStatement.updated_at,
    CapacityStatement.version,
).where(CAPACITY_STATEMENTS)

SINGLE = _VISIBLE.where(CapacityStatement.id == bindparam("id"))
"""One capacity statement the caller sees."""

LIST = Filtered(
    _VISIBLE, CapacityStatement.id, **equal(CapacityStatement.setting_id, CapacityStatement.academic_year)
)
"""The capacity statements the caller sees."""
