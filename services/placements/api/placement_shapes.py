"""Placements on the wire."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.vocabulary import Directorate, PlacementLevel, PlacementStatus
from shared.http.wire import Code, Day, ExternalIds, Instant, LongText, Wire, absent, like, up_to

Weekdays = Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(min_length=1, max_length=7)]
"""ISO weekdays, Monday 1."""

_EXAMPLE = {
    "id": SAMPLE_ID,
    "round_id": SAMPLE_ID,
    "proposal_id": SAMPLE_ID,
    "student_id": SAMPLE_ID,
    "student": {"id": SAMPLE_ID, "full_name": "Amara Example", "programme_id": SAMPLE_ID, "external_ids": []},
    "university_id": SAMPLE_ID,
    "organisation_id": SAMPLE_ID,
    "setting_id": SAMPLE_ID,
    "where": {
        "setting_name": "Hospital Discharge",
        "locality": None,
        "service_area": "hospital",
        "directorate": "adults",
        "latitude": 52.95,
        "longitude": -1.15,
    },
    "educator_id": SAMPLE_ID,
    "tutor_person_id": None,
    "on_site_supervisor_person_id": None,
    "placement_level": "final",
    "is_statutory": True,
    "status": "active",
    "starts_on": "2026-09-14",
    "ends_on": "2027-02-12",
    "weekdays": [1, 2, 3, 4, 5],
    "half_days": [],
    "second_setting_id": None,
    "second_organisation_id": None,
    "second_starts_on": None,
    "second_ends_on": None,
    "second_weekdays": None,
    "days_required": 100,
    "days_approved": 34.5,
    "updated_at": "2026-11-02T09:00:00Z",
}


class PlacedStudent(Wire):
    """The student, as everybody who shares the placement may know them."""

    id: UUID
    full_name: str
    programme_id: UUID | None
    external_ids: ExternalIds


class Whereabouts(Wire):
    """The setting, as far as hubs and journeys need it."""

    setting_name: str
    locality: str | None
    service_area: str
    directorate: Directorate
    latitude: float
    longitude: float


class PlacementView(Wire):
    """A student's stay in a setting."""

    model_config = like(**_EXAMPLE)

    id: UUID
    round_id: UUID
    proposal_id: UUID | None
    student_id: UUID
    student: PlacedStudent
    university_id: UUID
    organisation_id: UUID
    """The host."""
    setting_id: UUID
    where: Whereabouts
    educator_id: UUID | None
    tutor_person_id: UUID | None
    on_site_supervisor_person_id: UUID | None
    placement_level: PlacementLevel
    is_statutory: bool
    status: PlacementStatus
    starts_on: date
    ends_on: date
    weekdays: Annotated[list[int], up_to(7)]
    """ISO weekdays of the placement, Monday 1."""
    half_days: Annotated[list[int], up_to(7)]
    """Those of the weekdays on which the student is there for half a day."""
    second_setting_id: UUID | None
    """The other setting of an integrated placement."""
    second_organisation_id: UUID | None
    """The host there."""
    second_starts_on: date | None
    second_ends_on: date | None
    second_weekdays: Annotated[list[int], up_to(7)] | None
    """The weekdays spent there, where it is not from one day to another."""
    days_required: int
    days_approved: float
    """Credit so far; only approved days count."""
    updated_at: Instant


class CompletedPlacement(PlacementView):
    """A placement that came to its planned end, and which named steps it ended without."""

    model_config = like(**(_EXAMPLE | {"status": "completed"}), warnings=["observations"])

    warnings: Annotated[list[str], up_to(10)]
    """Named steps that are not on record: a completion is not refused for them."""


class StepTaken(Wire):
    """Why a step is taken."""

    model_config = like(reason_code="team_reorganised", note=None, on=None)

    reason_code: Code | None = None
    """A coded reason; required to pause, suspend, end early and cancel. For an early end one of the list in the guide."""
    note: LongText | None = None
    """For those around the placement; it is never published."""
    on: Day | None = None
    """The day from which it holds, where that is not today; not before the last step."""


class PlacementPatch(Wire):
    """Who is to stand beside the placement."""

    model_config = like(tutor_person_id=SAMPLE_ID)

    tutor_person_id: UUID | None = absent()
    on_site_supervisor_person_id: UUID | None = absent()


class TransitionView(Wire):
    """One step a placement has taken."""

    model_config = like(
        from_status="active",
        to_status="paused",
        step="pause",
        by="office",
        reason_code="team_reorganised",
        note=None,
        effective_on="2026-11-02",
        changed=None,
        at="2026-11-02T09:00:00Z",
    )

    from_status: PlacementStatus | None
    to_status: PlacementStatus
    step: str | None
    by: str
    """Who took it: the id by which a person's token names them, or a system's name."""
    reason_code: str | None
    note: str | None
    effective_on: date | None
    """The day from which it holds."""
    changed: dict[str, str | Annotated[list[int], up_to(7)] | None] | None
    """What a change of educator, setting or pattern put in place of what: `x` and `x_before`, as ids and days."""
    at: Instant


class TransitionList(Wire):
    """The steps a placement has taken, in order."""

    items: Annotated[list[TransitionView], up_to(1000)]
