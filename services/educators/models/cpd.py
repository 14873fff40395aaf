"""CPD that the partners offer one another: activities, their sessions, and who booked, came, judged and planned what."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Numeric,
    SmallInteger,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.educators.domain.cpd import (
    ActivityKind,
    ActivityStatus,
    Attendance,
    BookingStatus,
    PlanStatus,
)
from services.educators.models.declarative import Base, Tenanted, Versioned, of_educator
from shared.declarative import one_of, within_tenant

_ACTIVE = text("status <> 'cancelled'")


def _of_activity() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["partnership_id", "activity_id"],
        ["cpd_activities.partnership_id", "cpd_activities.id"],
        ondelete="cascade",
    )


class CpdActivity(Versioned, Base):
    """Something educators can learn from together, held by one organisation and open to all partners or to some.

    `level` is 1 to 3 for a reflective programme; `hours` are hours of learning; without `places` there is no limit;
    `price_pence` is for one place; `starts_at` and `ends_at` are the first session's beginning and the last one's end,
    `last_starts_at` the last one's beginning; `practice_education` and `peer_reflection` are what being there counts as.
    """

    __tablename__ = "cpd_activities"

    organisation_id: Mapped[UUID]
    kind: Mapped[str]
    level: Mapped[int | None] = mapped_column(SmallInteger)
    title: Mapped[str]
    description: Mapped[str | None]
    open_to: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    starts_at: Mapped[datetime]
    last_starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    places: Mapped[int | None]
    price_pence: Mapped[int]
    practice_education: Mapped[bool]
    peer_reflection: Mapped[bool]
    booking_closes_at: Mapped[datetime | None]
    replay_until_on: Mapped[date | None]
    status: Mapped[str]
    held_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        Index(None, "partnership_id", "kind", "id"),
        Index(None, "partnership_id", "status", "id"),
        Index(None, "partnership_id", "organisation_id", "id"),
        Index(None, "partnership_id", "ends_at"),
        one_of("kind", ActivityKind),
        one_of("status", ActivityStatus),
        CheckConstraint("(kind = 'reflective_programme') = (level is not null)", name="level_of_programme"),
        CheckConstraint("level between 1 and 3", name="level"),
        CheckConstraint("hours between 0 and 999", name="hours"),
        CheckConstraint("places between 1 and 100000", name="places"),
        CheckConstraint("price_pence between 0 and 10000000", name="price"),
        CheckConstraint("starts_at <= last_starts_at and last_starts_at < ends_at", name="in_order"),
        CheckConstraint("booking_closes_at <= starts_at", name="booking_closes"),
    )


class CpdSession(Tenanted, Base):
    """One time at which the people of an activity come together."""

    __tablename__ = "cpd_sessions"

    activity_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    __table_args__ = (
        _of_activity(),
        Index(None, "activity_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="in_order"),
    )


class CpdBooking(Versioned, Base):
    """An educator's place in an activity, or in its queue.

    `organisation_id` is the educator's and `price_pence` the place's when it was booked. `number` is the place in the
    order of booking. `attendance` is what the host said of them, `attended_on` the day that counts.
    """

    __tablename__ = "cpd_bookings"

    activity_id: Mapped[UUID]
    educator_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    number: Mapped[int]
    price_pence: Mapped[int]
    status: Mapped[str]
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    attendance: Mapped[str | None]
    attended_on: Mapped[date | None]

    __table_args__ = (
        of_educator(),
        within_tenant("activity_id", "cpd_activities"),
        UniqueConstraint("activity_id", "number"),
        Index("cpd_bookings_once_idx", "activity_id", "educator_id", unique=True, postgresql_where=_ACTIVE),
        Index(None, "activity_id", "status", "number"),
        Index(None, "activity_id", "id"),
        Index(None, "educator_id", "id"),
        Index(None, "partnership_id", "status", "id"),
        Index(None, "partnership_id", "attended_on", "organisation_id"),
        one_of("status", BookingStatus),
        one_of("attendance", Attendance),
        CheckConstraint("(status = 'cancelled') = (cancelled_at is not null)", name="cancelled"),
        CheckConstraint("attendance is null or status = 'confirmed'", name="attendance_of_place"),
    )


class CpdEvaluation(Tenanted, Base):
    """What an educator who was there thinks of an activity, on scales from 1 to 5. Never shown with their name."""

    __tablename__ = "cpd_evaluations"

    activity_id: Mapped[UUID]
    educator_id: Mapped[UUID]
    usefulness: Mapped[int] = mapped_column(SmallInteger)
    quality: Mapped[int] = mapped_column(SmallInteger)
    confidence_before: Mapped[int] = mapped_column(SmallInteger)
    confidence_after: Mapped[int] = mapped_column(SmallInteger)
    comment: Mapped[str | None]

    __table_args__ = (
        of_educator(),
        within_tenant("activity_id", "cpd_activities"),
        UniqueConstraint("activity_id", "educator_id", name="cpd_evaluations_once_key"),
        CheckConstraint("least(usefulness, quality, confidence_before, confidence_after) >= 1", name="least"),
        CheckConstraint(
            "greatest(usefulness, quality, confidence_before, confidence_after) <= 5", name="most"
        ),
    )


class CpdActionPlan(Versioned, Base):
    """What an educator means to do with what they learnt, by when; looked at again on `follow_up_on`."""

    __tablename__ = "cpd_action_plans"

    educator_id: Mapped[UUID]
    activity_id: Mapped[UUID]
    what: Mapped[str]
    by_on: Mapped[date]
    follow_up_on: Mapped[date]
    status: Mapped[str]
    reviewed_at: Mapped[datetime | None]

    __table_args__ = (
        of_educator(),
        within_tenant("activity_id", "cpd_activities"),
        Index(None, "educator_id", "id"),
        Index(None, "activity_id", "id"),
        Index(None, "partnership_id", "status", "follow_up_on"),
        one_of("status", PlanStatus),
        CheckConstraint("(status = 'open') = (reviewed_at is null)", name="reviewed"),
    )
