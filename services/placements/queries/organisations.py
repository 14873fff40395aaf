"""Reading organisations."""

from sqlalchemy import bindparam, select

from services.placements.models.organisations import Organisation
from services.placements.queries.visibility import ORGANISATIONS
from shared.http.lists import Filtered, equal
from shared.imports.external_ids import external_ids_of

_VISIBLE = select(
    Organisation.id,
    Organisation.name,
    Organisation.org_type,
    external_ids_of("organisation", Organisation.id).label("external_ids"),
    Organisation.updated_at,
    Organisation.version,
).where(ORGANISATIONS)

SINGLE = _VISIBLE.where(Organisation.id == bindparam("id"))
"""One organisation of the partnership."""

LIST = Filtered(_VISIBLE, Organisation.id, **equal(Organisation.org_type))
"""The organisations of the partnership."""
