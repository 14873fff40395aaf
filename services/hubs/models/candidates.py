"""Candidates: who may have a place in a hub: students on a confirmed placement, and newly qualified social workers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.hubs.models.declarative import Versioned


class Candidate(Versioned):
    """A placement and its student, which the placements service owns and told of last; or a first year in employment.

    `university_id` is the student's organisation, `organisation_id` the host. `weekdays` are ISO (Monday 1), empty where
    not known. `why` is what the last allocation said of this student. `destination` is where the student went after
    finishing (a code of the placements service, with the member that employs them): counted in the evaluation, shown of
    nobody. `retention_told_at` is when the student was told, after the placement, until when what they wrote here is kept.
    A newly qualified social worker's year (ASYE) is known here only: its level is `asye`, its `placement_id` the id of the
    year, the employer both university and host.
    """

    __tablename__ = "candidates"

    placement_id: Mapped[UUID]
    student_id: Mapped[UUID]
    student_name: Mapped[str | None]
    student_external_ids: Mapped[list[dict[str, Any]]]
    university_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    setting_id: Mapped[UUID]
    setting_name: Mapped[str | None]
    educator_id: Mapped[UUID | None]
    tutor_person_id: Mapped[UUID | None]
    programme_id: Mapped[UUID | None]
    placement_level: Mapped[str]
    is_statutory: Mapped[bool] = mapped_column(server_default=text("true"))
    status: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    weekdays: Mapped[list[int]]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    locality: Mapped[str | None]
    service_area: Mapped[str | None]
    why: Mapped[dict[str, Any] | None]
    destination: Mapped[str | None]
    employer_organisation_id: Mapped[UUID | None]
    retention_told_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "placement_id"),
        Index(None, "partnership_id", "student_id"),
        Index(None, "starts_on"),
        Index(
            "candidates_to_tell_of_retention",
            "ends_on",
            postgresql_where=text(
                "retention_told_at is null and status in ('completed', 'ended_early', 'cancelled')"
            ),
        ),
        Index(None, "partnership_id", "university_id", "id"),
        Index(None, "partnership_id", "organisation_id", "id"),
        Index(None, "partnership_id", "educator_id", "id"),
    )
