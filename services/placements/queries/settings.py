"""Reading settings."""

from sqlalchemy import bindparam, func, select

from services.placements.models.settings import Setting
from services.placements.queries.visibility import SETTINGS
from shared.http.lists import Filtered, equal
from shared.imports.external_ids import external_ids_of

_VISIBLE = select(
    Setting.id,
    Setting.organisation_id,
    Setting.name,
    Setting.directorate,
    Setting.service_area,
    Setting.locality,
    Setting.is_frontline,
    Setting.is_statutory,
    func.json_build_object(
        "latitude",
        Setting.latitude,
        "longitude",
        Setting.longitude,
        "postcode_district",
        Setting.postcode_district,
    ).label("location"),
    Setting.accessibility,
    Setting.pcf_domains,
    external_ids_of("setting", Setting.id).label("external_ids"),
    Setting.updated_at,
    Setting.version,
).where(SETTINGS)

SINGLE = _VISIBLE.where(Setting.id == bindparam("id"))
"""One setting of the partnership."""

LIST = Filtered(
    _VISIBLE, Setting.id, **equal(Setting.organisation_id, Setting.directorate, Setting.service_area)
)
"""The settings of the partnership."""
