"""Registers: what each says of each member now, and what it said before it was corrected."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.hubs.domain.attendance import Status
from services.hubs.models.declarative import Base, Tenanted
from shared.declarative import one_of, within_tenant


class Attendance(Tenanted):
    """What the register of a session says of one member. Its version grows with each correction."""

    __tablename__ = "attendance"

    session_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    hub_id: Mapped[UUID]
    placement_id: Mapped[UUID]
    student_id: Mapped[UUID]
    held_on: Mapped[date]
    status: Mapped[str]
    version: Mapped[int]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("session_id", "membership_id", name="one_entry_per_member"),
        within_tenant("session_id", "sessions"),
        within_tenant("membership_id", "memberships"),
        Index(None, "placement_id", "held_on"),
        Index(None, "partnership_id", "student_id", "id"),
        Index(None, "partnership_id", "hub_id", "id"),
        one_of("status", Status),
    )


class AttendanceVersion(Base):
    """What an entry said until it was corrected, who had written it and when, and when that was replaced."""

    __tablename__ = "attendance_versions"

    attendance_id: Mapped[UUID] = mapped_column(ForeignKey("attendance.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    replaced_at: Mapped[datetime]

    __table_args__ = (one_of("status", Status),)
