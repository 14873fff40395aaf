"""Shapes that several resources share on the wire."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from services.placements.domain.vocabulary import PcfDomain, PlacementLevel
from shared.http.wire import Code, ExternalId, ExternalIds, Instant, Latitude, Longitude, Wire


def _one_year(year: str) -> str:
    if (int(year[2:4]) + 1) % 100 != int(year[5:]):
        raise ValueError("must name two years that follow each other, as 2026-27")
    return year


AcademicYear = Annotated[
    str, StringConstraints(pattern=r"^20[0-9]{2}-[0-9]{2}$", max_length=7), AfterValidator(_one_year)
]
"""Written 2026-27."""

Codes = Annotated[list[Code], Field(max_length=50)]
"""Codes of what a place can do or needs."""

Domains = Annotated[list[PcfDomain], Field(max_length=9)]
"""Some of the nine PCF domains."""

Levels = Annotated[list[PlacementLevel], Field(min_length=1, max_length=5)]
"""Placement levels for which a place is open."""

PlacementDays = Annotated[int, Field(ge=1, le=400)]
"""A number of placement days."""

Minutes = Annotated[int, Field(ge=1, le=600)]
"""Length of a journey one way."""

PostcodeDistrict = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}[0-9][A-Z0-9]?$", max_length=4)]
"""The part of a postcode before the space."""


SAMPLE_ID = "01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d01"
SAMPLE = {
    "id": SAMPLE_ID,
    "external_ids": [{"system": "records", "value": "A-17"}],
    "updated_at": "2026-09-07T09:00:00Z",
}
"""Members that every kept thing shows, for examples."""


class Named(Wire):
    """What every added thing may bring along."""

    external_ids: ExternalIds = Field(default_factory=list)
    """What other systems call it: unique per organisation and system."""


class Kept(Wire):
    """What every kept thing shows beside its own members."""

    id: UUID
    external_ids: ExternalIds
    """What other systems call it."""

    updated_at: Instant
    """When it was last really changed."""


class Point(Wire):
    """A place on earth, in degrees (WGS 84)."""

    latitude: Latitude
    longitude: Longitude


def plain(body: Wire, *, given_only: bool = False) -> dict[str, Any]:
    """The columns a body stands for: enums as text, members of `location` and `home` as columns, lists as JSON."""
    python = body.model_dump(exclude_unset=given_only, exclude={"external_ids"})
    as_json = body.model_dump(mode="json", exclude_unset=given_only, exclude={"external_ids"})
    columns = {name: _column(value, as_json[name]) for name, value in python.items()}
    nested = [columns.pop(name) for name in ("location", "home") if name in columns]
    return columns | {name: value for members in nested for name, value in members.items()}


def _column(value: object, as_json: object) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    return as_json if isinstance(value, list | Mapping) else value


def names_in(body: Wire) -> list[tuple[str, str]]:
    """The external ids of a body as (system, value)."""
    given: list[ExternalId] = getattr(body, "external_ids", [])
    return [(each.system, each.value) for each in given]
