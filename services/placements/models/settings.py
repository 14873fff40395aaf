"""Settings: the teams and services of an organisation that host students."""

from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.placements.domain.vocabulary import Directorate
from services.placements.models.declarative import Versioned
from shared.declarative import a_list, on_earth, one_of, within_tenant


class Setting(Versioned):
    """A team or service that hosts students. Latitude and longitude are degrees (WGS 84).

    `accessibility` says what the place can do for a student's adjustments; `pcf_domains` which PCF domains its work covers.
    """

    __tablename__ = "settings"

    organisation_id: Mapped[UUID]
    name: Mapped[str]
    directorate: Mapped[str]
    service_area: Mapped[str]
    locality: Mapped[str | None]
    is_frontline: Mapped[bool]
    is_statutory: Mapped[bool]
    latitude: Mapped[float]
    longitude: Mapped[float]
    postcode_district: Mapped[str | None]
    accessibility: Mapped[list[str]]
    pcf_domains: Mapped[list[str]]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        within_tenant("organisation_id", "organisations"),
        Index(None, "partnership_id", "organisation_id", "id"),
        Index(None, "partnership_id", "directorate", "id"),
        Index(None, "partnership_id", "service_area", "id"),
        one_of("directorate", Directorate),
        on_earth(),
        a_list("accessibility"),
        a_list("pcf_domains"),
    )
