"""Placements: a student's stay in a setting, its steps, and its days."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.vocabulary import DayKind, DayPart, PlacementLevel, PlacementStatus
from services.placements.models.declarative import Base, Versioned
from shared.declarative import a_list, one_of, within_tenant


class Placement(Versioned):
    """A student's stay in one setting with one practice educator, from the first day to the last, both counted.

    `university_id` is the student's organisation, `organisation_id` the host. `weekdays` are ISO (Monday 1), those in
    `half_days` count a half. An integrated placement has a second setting, of another host perhaps, on some weekdays or from
    one day to another. A student is in one place at a time: the database refuses a second placement that overlaps while both
    are binding. `supervision_minutes` (in five placement days) and `observations_required` are what its programme asked for
    when it was proposed; null where none was known. `noticed_on` is the day on which it was last looked at for signals.
    """

    __tablename__ = "placements"

    round_id: Mapped[UUID]
    request_id: Mapped[UUID | None]
    offer_id: Mapped[UUID | None]
    proposal_id: Mapped[UUID | None]
    student_id: Mapped[UUID]
    university_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    setting_id: Mapped[UUID]
    educator_id: Mapped[UUID | None]
    tutor_person_id: Mapped[UUID | None]
    on_site_supervisor_person_id: Mapped[UUID | None]
    placement_level: Mapped[str]
    is_statutory: Mapped[bool]
    status: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    days_required: Mapped[int]
    supervision_minutes: Mapped[int | None]
    observations_required: Mapped[int | None]
    weekdays: Mapped[list[int]]
    half_days: Mapped[list[int]] = mapped_column(default=list, server_default="[]")
    second_setting_id: Mapped[UUID | None]
    second_organisation_id: Mapped[UUID | None]
    second_starts_on: Mapped[date | None]
    second_ends_on: Mapped[date | None]
    second_weekdays: Mapped[list[int] | None] = mapped_column(JSONB(none_as_null=True))
    noticed_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        UniqueConstraint("proposal_id"),
        within_tenant("round_id", "rounds"),
        within_tenant("request_id", "requests"),
        within_tenant("offer_id", "offers"),
        within_tenant("student_id", "students"),
        within_tenant("university_id", "organisations"),
        within_tenant("organisation_id", "organisations"),
        within_tenant("setting_id", "settings"),
        within_tenant("second_setting_id", "settings"),
        within_tenant("second_organisation_id", "organisations"),
        within_tenant("tutor_person_id", "people"),
        within_tenant("on_site_supervisor_person_id", "people"),
        Index(None, "partnership_id", "round_id", "id"),
        Index(None, "partnership_id", "status", "id"),
        Index(None, "partnership_id", "student_id", "id"),
        Index(None, "partnership_id", "educator_id", "id"),
        Index(None, "partnership_id", "organisation_id", "id"),
        Index("placements_to_notice_idx", "noticed_on", "id", postgresql_where=text("status = 'active'")),
        Index("placements_setting_idx", "partnership_id", "setting_id", "id"),
        Index("placements_second_setting_idx", "partnership_id", "second_setting_id", "id"),
        Index("placements_second_host_idx", "partnership_id", "second_organisation_id", "id"),
        Index(None, "partnership_id", "university_id", "id"),
        Index(None, "partnership_id", "tutor_person_id", "id"),
        Index("placements_supervisor_idx", "partnership_id", "on_site_supervisor_person_id", "id"),
        one_of("placement_level", PlacementLevel),
        one_of("status", PlacementStatus),
        a_list("weekdays"),
        a_list("half_days"),
        a_list("second_weekdays"),
        CheckConstraint(
            "(second_setting_id is null) = (second_organisation_id is null)"
            " and (second_setting_id is null) = (second_weekdays is null and second_starts_on is null)"
            " and (second_starts_on is null) = (second_ends_on is null)"
            " and (second_weekdays is null or second_starts_on is null)",
            name="second_setting_on_weekdays_or_between_days",
        ),
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        CheckConstraint("days_required between 1 and 400", name="days_required"),
        ExcludeConstraint(
            ("student_id", "="),
            (text("daterange(starts_on, ends_on, '[]')"), "&&"),
            using="gist",
            where=text("status in ('confirmed', 'active', 'paused', 'suspended')"),
            name="student_in_one_place_at_a_time",
        ),
    )


class PlacementTransition(Base):
    """One step of a placement: who, when and why. A change of educator or setting is one that leaves the status as it is.

    `effective_on` is the day from which it holds, `at` when it was said. `note` is for those around the placement and is
    never published. `pause_id` names the pause of many placements at once that it was part of.
    """

    __tablename__ = "placement_transitions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placements.id"))
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    step: Mapped[str | None]
    by_subject: Mapped[str]
    reason_code: Mapped[str | None]
    note: Mapped[str | None]
    effective_on: Mapped[date | None]
    changed: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    pause_id: Mapped[UUID | None] = mapped_column(ForeignKey("pauses.id"))
    at: Mapped[datetime]

    __table_args__ = (
        Index(None, "placement_id", "id"),
        Index(None, "pause_id", "id"),
        one_of("from_status", PlacementStatus),
        one_of("to_status", PlacementStatus),
    )


class PlacementDay(Base):
    """The unit of credit: what one day, or half of it, was. It counts only once approved."""

    __tablename__ = "placement_days"

    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placements.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    submitted_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]

    __table_args__ = (one_of("part", DayPart), one_of("kind", DayKind))


class DayVersion(Base):
    """What a day record said before it was changed, by whom and when: a correction never loses what stood there."""

    __tablename__ = "day_versions"

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    placement_id: Mapped[UUID] = mapped_column(ForeignKey("placements.id"))
    on: Mapped[date]
    part: Mapped[str]
    kind: Mapped[str]
    submitted_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    replaced_at: Mapped[datetime]
    replaced_by: Mapped[str]
    reason_code: Mapped[str | None]

    __table_args__ = (
        Index(None, "placement_id", "number"),
        one_of("part", DayPart),
        one_of("kind", DayKind),
    )
