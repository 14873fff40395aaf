"""What hubs know of placements and students, which the placements service owns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementFacts:
    """What hubs need to know of a placement: from its event, and where it could be asked, from placements itself."""

    placement_id: UUID
    student_id: UUID
    university_id: UUID
    organisation_id: UUID
    setting_id: UUID
    placement_level: str
    is_statutory: bool
    status: str
    starts_on: date
    ends_on: date
    programme_id: UUID | None = None
    educator_id: UUID | None = None
    tutor_person_id: UUID | None = None
    student_name: str | None = None
    student_external_ids: Sequence[Mapping[str, Any]] = ()
    setting_name: str | None = None
    weekdays: Sequence[int] = ()
    latitude: float | None = None
    longitude: float | None = None
    locality: str | None = None
    service_area: str | None = None


@dataclass(frozen=True, slots=True)
class DestinationFacts:
    """Where a student went after finishing, as a code of the placements service, and which member employs them.

    Kept to be counted, and shown of nobody.
    """

    student_id: UUID
    destination: str
    employer_organisation_id: UUID | None


@dataclass(frozen=True, slots=True)
class StudentFacts:
    """A student's name and what other systems call the student."""

    student_id: UUID
    student_name: str
    student_external_ids: Sequence[Mapping[str, Any]] = ()
