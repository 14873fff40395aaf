"""The records on which currency and eligibility rest: added, corrected version by version, withdrawn, never deleted."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.educators.domain.codes import (
    AwardedStage,
    EpisodeEnd,
    LearnerKind,
    PlacementLevel,
    RegisterStatus,
    Restriction,
    RoleKind,
    Source,
    SupportRole,
)
from services.educators.models.declarative import Base, Record, of_educator
from shared.declarative import one_of, within_tenant

IN_ORDER = "ended_on >= started_on"

_BY_HAND = "withdrawn_at is null and recorded_by is not null"
"""What counts and was put on record by somebody. Rows from before authors were kept may be there twice."""


class Qualification(Record, Base):
    """A PEPS stage that was awarded, by whom and when."""

    __tablename__ = "qualifications"

    stage: Mapped[str]
    awarding_body: Mapped[str]
    awarded_on: Mapped[date]

    __table_args__ = (
        of_educator(),
        Index(None, "educator_id", "id"),
        Index(
            "qualifications_stage_unique",
            "educator_id",
            "stage",
            unique=True,
            postgresql_where=text(_BY_HAND),
        ),
        one_of("stage", AwardedStage),
    )


class SupportEpisode(Record, Base):
    """One student with one educator. Episodes of our own placements carry the placement's id and follow its feed.

    `ended_on` is the last served day; without it the episode is running. `days` are days served, `planned_days` days planned.
    `stint` counts an educator's episodes of one placement: it is 2 when the placement came back to them from another.
    """

    __tablename__ = "support_episodes"

    placement_id: Mapped[UUID | None]
    stint: Mapped[int] = mapped_column(default=1, server_default="1")
    student_id: Mapped[UUID | None]
    placement_level: Mapped[str]
    role: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    expected_end_on: Mapped[date | None]
    days: Mapped[int | None]
    planned_days: Mapped[int | None]
    midway_reported: Mapped[bool]
    ending: Mapped[str | None]
    source: Mapped[str]

    __table_args__ = (
        of_educator(),
        UniqueConstraint(
            "partnership_id", "placement_id", "educator_id", "stint", name="support_episodes_stint_unique"
        ),
        ExcludeConstraint(
            ("educator_id", "="),
            ("student_id", "="),
            (text("daterange(started_on, ended_on, '[]')"), "&&"),
            using="gist",
            where=text("source <> 'placements' and withdrawn_at is null"),
            name="support_episodes_no_overlap",
        ),
        Index(None, "educator_id", "id"),
        one_of("placement_level", PlacementLevel),
        one_of("role", SupportRole),
        one_of("ending", EpisodeEnd),
        one_of("source", Source),
        CheckConstraint(IN_ORDER, name="in_order"),
        CheckConstraint("ending is null or ended_on is not null", name="ending_has_a_day"),
        CheckConstraint("days between 0 and 1000 and planned_days between 0 and 1000", name="days"),
    )


class LearnerEpisode(Record, Base):
    """One other professional social work learner with one educator."""

    __tablename__ = "learner_episodes"

    learner_kind: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    assessed_against_pcf: Mapped[bool]
    source: Mapped[str]

    __table_args__ = (
        of_educator(),
        Index(None, "educator_id", "id"),
        one_of("learner_kind", LearnerKind),
        one_of("source", Source),
        CheckConstraint(IN_ORDER, name="in_order"),
    )


class ActiveRole(Record, Base):
    """A practice-education role held for a time, or held still."""

    __tablename__ = "active_roles"

    role_kind: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]

    __table_args__ = (
        of_educator(),
        Index(None, "educator_id", "id"),
        one_of("role_kind", RoleKind),
        CheckConstraint(IN_ORDER, name="in_order"),
    )


class CpdRecord(Record, Base):
    """Something an educator learnt on a day; `hours` are hours, `practice_education` makes it count for currency.

    What comes from attendance of a CPD activity names it, and is withdrawn when the attendance is corrected.
    """

    __tablename__ = "cpd_records"

    on: Mapped[date]
    title: Mapped[str]
    hours: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    practice_education: Mapped[bool]
    peer_reflection: Mapped[bool]
    source: Mapped[str]
    activity_id: Mapped[UUID | None]

    __table_args__ = (
        of_educator(),
        Index(None, "educator_id", "id"),
        Index("cpd_records_latest_idx", "educator_id", "on", "id"),
        Index(
            "cpd_records_title_unique",
            "educator_id",
            "on",
            "title",
            unique=True,
            postgresql_where=text(f"{_BY_HAND} and source in ('reported', 'imported')"),
        ),
        one_of("source", Source),
        within_tenant("activity_id", "cpd_activities"),
        Index(
            "cpd_records_activity_idx",
            "activity_id",
            "educator_id",
            unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
        CheckConstraint("hours between 0 and 999", name="hours"),
    )


class ManagerCheckIn(Record, Base):
    """A manager's word on an educator's caseload and suitability."""

    __tablename__ = "manager_check_ins"

    on: Mapped[date]
    confirmed: Mapped[bool]

    __table_args__ = (
        of_educator(),
        Index(None, "educator_id", "id"),
        Index("manager_check_ins_latest_idx", "educator_id", "on", "id"),
    )


class RegistrationCheck(Record, Base):
    """What the regulator's public register said on a day."""

    __tablename__ = "registration_checks"

    checked_on: Mapped[date]
    status: Mapped[str]
    registered_until: Mapped[date | None]
    restriction: Mapped[str]
    restriction_reviewed_on: Mapped[date | None]

    __table_args__ = (
        of_educator(),
        Index(None, "educator_id", "id"),
        Index("registration_checks_latest_idx", "educator_id", "checked_on", "id"),
        one_of("status", RegisterStatus),
        one_of("restriction", Restriction),
    )
