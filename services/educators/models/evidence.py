"""The records on which currency and eligibility rest. A record is added, never overwritten by a caller."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, text
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
from services.educators.models.declarative import Base, Tenanted, Versioned, of_educator
from shared.declarative import one_of, within_tenant

IN_ORDER = "ended_on >= started_on"


class Qualification(Tenanted, Base):
    """A PEPS stage that was awarded, by whom and when."""

    __tablename__ = "qualifications"

    educator_id: Mapped[UUID]
    stage: Mapped[str]
    awarding_body: Mapped[str]
    awarded_on: Mapped[date]

    __table_args__ = (of_educator(), Index(None, "educator_id", "id"), one_of("stage", AwardedStage))


class SupportEpisode(Versioned, Base):
    """One student with one educator. Episodes of our own placements carry the placement's id and follow its feed.

    `ended_on` is the last served day; without it the episode is running. `days` are days served, `planned_days` days planned.
    """

    __tablename__ = "support_episodes"

    educator_id: Mapped[UUID]
    placement_id: Mapped[UUID | None]
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
        UniqueConstraint("partnership_id", "placement_id", name="support_episodes_placement_unique"),
        Index(None, "educator_id", "id"),
        one_of("placement_level", PlacementLevel),
        one_of("role", SupportRole),
        one_of("ending", EpisodeEnd),
        one_of("source", Source),
        CheckConstraint(IN_ORDER, name="in_order"),
        CheckConstraint("ending is null or ended_on is not null", name="ending_has_a_day"),
        CheckConstraint("days between 0 and 1000 and planned_days between 0 and 1000", name="days"),
    )


class LearnerEpisode(Versioned, Base):
    """One other professional social work learner with one educator."""

    __tablename__ = "learner_episodes"

    educator_id: Mapped[UUID]
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


class ActiveRole(Tenanted, Base):
    """A practice-education role held for a time, or held still."""

    __tablename__ = "active_roles"

    educator_id: Mapped[UUID]
    role_kind: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]

    __table_args__ = (
        of_educator(),
        Index(None, "educator_id", "id"),
        one_of("role_kind", RoleKind),
        CheckConstraint(IN_ORDER, name="in_order"),
    )


class CpdRecord(Versioned, Base):
    """Something an educator learnt on a day; `hours` are hours, `practice_education` makes it count for currency.

    What comes from attendance of a CPD activity names it, and is withdrawn when the attendance is corrected.
    """

    __tablename__ = "cpd_records"

    educator_id: Mapped[UUID]
    on: Mapped[date]
    title: Mapped[str]
    hours: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    practice_education: Mapped[bool]
    peer_reflection: Mapped[bool]
    source: Mapped[str]
    activity_id: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        of_educator(),
        Index(None, "educator_id", "id"),
        Index("cpd_records_latest_idx", "educator_id", "on", "id"),
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


class ManagerCheckIn(Tenanted, Base):
    """A manager's word on an educator's caseload and suitability."""

    __tablename__ = "manager_check_ins"

    educator_id: Mapped[UUID]
    on: Mapped[date]
    confirmed: Mapped[bool]

    __table_args__ = (
        of_educator(),
        Index(None, "educator_id", "id"),
        Index("manager_check_ins_latest_idx", "educator_id", "on", "id"),
    )


class RegistrationCheck(Tenanted, Base):
    """What the regulator's public register said on a day."""

    __tablename__ = "registration_checks"

    educator_id: Mapped[UUID]
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
