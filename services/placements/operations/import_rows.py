"""The rows of the files that placements imports: their columns, in the documented order, and what a cell may hold.

References are external ids in the sender's system (our own ids are understood too). Codes may be written the way people write
them ("Children's", "Local Authority") and by a few synonyms. An optional cell that is empty, or whose column is not there,
leaves what is known as it is.
"""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from services.placements.domain.vocabulary import Directorate, OrgType, PcfDomain, PlacementLevel
from shared.http.wire import Code, Email, FromText, Latitude, Longitude, Name

_SYNONYMS = {
    "university": "hei",
    "council": "local_authority",
    "la": "local_authority",
    "trust": "nhs_trust",
    "voluntary": "pvi",
    "children": "childrens",
    "children_and_families": "childrens",
    "adult": "adults",
    "1": "first",
    "2": "final",
    "last": "final",
}


def _code(cell: object) -> object:
    """A code as people write it."""
    if not isinstance(cell, str):
        return cell
    word = cell.strip().lower().replace("'", "").replace("\u2019", "").replace("-", "_").replace(" ", "_")
    return _SYNONYMS.get(word, word)


def _number(cell: object) -> object:
    return cell.strip().upper() if isinstance(cell, str) else cell


_AsWritten = BeforeValidator(_code)

EducatorNumber = Annotated[str, BeforeValidator(_number), StringConstraints(pattern=r"^SW[1-9][0-9]{0,5}$")]
"""A Social Work England number."""


def pair(cell: str) -> tuple[str, str]:
    """Kind and value of a cell such as `setting:EXT-7`."""
    kind, _, value = cell.partition(":")
    return str(_code(kind)), value.strip()


def _one_of(*kinds: str) -> AfterValidator:
    def checked(cell: str) -> str:
        kind, value = pair(cell)
        if kind not in kinds or not value:
            raise ValueError(f"must be kind:value, the kind one of {', '.join(kinds)}")
        if kind == "directorate":
            value = str(_code(value))
            if value not in set(Directorate):
                raise ValueError(f"must name one of {', '.join(Directorate)}")
        return f"{kind}:{value}"

    return AfterValidator(checked)


Wish = Annotated[Name, _one_of("offer", "setting", "service_area", "directorate", "locality")]
Clash = Annotated[Name, _one_of("organisation", "setting", "educator")]
Past = Annotated[Name, _one_of("setting", "organisation", "directorate")]

_Domain = Annotated[PcfDomain, _AsWritten]
_Level = Annotated[PlacementLevel, _AsWritten]


class OrganisationRow(FromText):
    """One organisation."""

    external_id: Name
    name: Name
    org_type: Annotated[OrgType, _AsWritten]


class SettingRow(FromText):
    """One setting."""

    external_id: Name
    organisation: Name
    name: Name
    directorate: Annotated[Directorate, _AsWritten]
    service_area: Name
    is_frontline: bool
    is_statutory: bool
    latitude: Latitude
    longitude: Longitude
    accessibility: list[Code] = Field(default_factory=list, max_length=50)
    pcf_domains: list[_Domain] = Field(default_factory=list, max_length=9)


class StudentRow(FromText):
    """One student. `programme` is an external id, or the exact name of a programme of that organisation.

    A programme that is not known is added under that name with the route `other`, and the row says so.
    """

    external_id: Name
    organisation: Name
    programme: Name | None = None
    full_name: Name
    email: Email
    intake_year: int = Field(ge=1990, le=2200)


class OfferRow(FromText):
    """One offer."""

    external_id: Name
    round: Name
    setting: Name
    places: int = Field(ge=0, le=1000)
    placement_levels: list[_Level] = Field(min_length=1, max_length=5)
    educator_number: EducatorNumber | None = None
    requires_driver: bool = False
    clearances: list[Code] = Field(default_factory=list, max_length=50)
    accepts_adjustments: list[Code] = Field(default_factory=list, max_length=50)
    pcf_domains: list[_Domain] = Field(default_factory=list, max_length=9)


class RequestRow(FromText):
    """One student's request in one round. The column `preference_1` holds the first choice."""

    round: Name
    student: Name
    latitude: Latitude
    longitude: Longitude
    can_drive: bool
    max_travel_minutes: int | None = Field(default=None, ge=1, le=600)
    adjustments: list[Code] = Field(default_factory=list, max_length=50)
    conflicts: list[Clash] = Field(default_factory=list, max_length=50)
    previous: list[Past] = Field(default_factory=list, max_length=20)
    preference_1: Wish | None = None
    preference_2: Wish | None = None
    preference_3: Wish | None = None
    preference_4: Wish | None = None
    preference_5: Wish | None = None
    preference_6: Wish | None = None
    preference_7: Wish | None = None
    preference_8: Wish | None = None
    preference_9: Wish | None = None
    preference_10: Wish | None = None

    @property
    def wishes(self) -> list[tuple[int, str, str]]:
        """Rank, kind and value of each choice."""
        cells = ((rank, getattr(self, f"preference_{rank}")) for rank in range(1, 11))
        return [(rank, *pair(cell)) for rank, cell in cells if cell is not None]


def educator_numbers(row: OfferRow | RequestRow) -> list[str]:
    """The Social Work England numbers a row refers to."""
    if isinstance(row, OfferRow):
        return [row.educator_number] if row.educator_number else []
    return [value.upper() for kind, value in map(pair, row.conflicts) if kind == "educator"]
