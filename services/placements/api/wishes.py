"""What a request says of a student's wishes, conflicts and earlier placements, on the wire."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, field_validator, model_validator
from pydantic_core.core_schema import ValidationInfo

from services.placements.domain.matching.codes import ConflictKind, PreferenceKind
from services.placements.domain.vocabulary import Directorate
from shared.http.wire import Name, Wire

_BY_ID = frozenset({PreferenceKind.OFFER, PreferenceKind.SETTING})


class Preference(Wire):
    """One choice; rank 1 is the best, and several choices may share a rank.

    `value` is our id for an offer or a setting, else the name of the service area, directorate or locality.
    """

    rank: Annotated[int, Field(ge=1, le=10)]
    kind: PreferenceKind
    value: Name

    @field_validator("value")
    @classmethod
    def _speaks_of_its_kind(cls, value: str, info: ValidationInfo) -> str:
        kind = info.data.get("kind")
        if kind in _BY_ID:
            try:
                return str(UUID(value))
            except ValueError as error:
                raise ValueError("must be the id of an offer or a setting") from error
        if kind is PreferenceKind.DIRECTORATE and value not in set(Directorate):
            raise ValueError(f"must be one of {', '.join(Directorate)}")
        return value


class Conflict(Wire):
    """An organisation, setting or educator with whom the student must not be placed."""

    kind: ConflictKind
    id: UUID


class EarlierPlacement(Wire):
    """A placement the student has had; what is left out and can be told from the setting is filled in."""

    setting_id: UUID | None = None
    organisation_id: UUID | None = None
    directorate: Directorate | None = None
    is_statutory: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self == EarlierPlacement.model_construct():
            raise ValueError("must say at least one thing about the placement")
        return self


Preferences = Annotated[list[Preference], Field(max_length=10)]
"""Up to ten choices."""

Conflicts = Annotated[list[Conflict], Field(max_length=50)]
"""Declared conflicts."""

Earlier = Annotated[list[EarlierPlacement], Field(max_length=20)]
"""Placements the student has had."""
