"""Settings, as they are kept: their organisation writes them."""

from services.placements.messages import SettingChanged
from services.placements.models.organisations import Organisation
from services.placements.models.settings import Setting
from services.placements.operations.organisations import everybody
from services.placements.operations.resources import Resource

SETTING = Resource(
    name="setting",
    model=Setting,
    references={"organisation_id": Organisation},
    owner="organisation_id",
    defaults={"locality": None, "postcode_district": None, "accessibility": [], "pcf_domains": []},
    message=SettingChanged,
    audience=everybody,
)
"""A team or service that hosts students."""
