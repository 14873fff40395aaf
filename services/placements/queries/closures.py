"""Reading closures."""

from sqlalchemy import bindparam, select

from services.placements.models.closures import Closure
from services.placements.queries.visibility import CLOSURES
from shared.http.lists import Filtered, equal
from shared.imports.external_ids import external_ids_of

_VISIBLE = select(
    Closure.id,
    Closure.organisation_id,
    Closure.name,
    Closure.starts_on,
    Closure.ends_on,
    external_ids_of("closure", Closure.id).label("external_ids"),
    Closure.updated_at,
    Closure.version,
).where(CLOSURES)

SINGLE = _VISIBLE.where(Closure.id == bindparam("id"))
"""One closure the caller sees."""

LIST = Filtered(_VISIBLE, Closure.id, **equal(Closure.organisation_id))
"""The closures the caller sees."""
