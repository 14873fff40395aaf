"""Who belongs to which hub, and the allocations that decided it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.hubs.domain.hubs import MemberKind
from services.hubs.models.declarative import Tenanted, Versioned
from shared.declarative import one_of, within_tenant


class Membership(Versioned):
    """A student's place in a hub for one placement, from the day of joining to the last day in it (both included).

    While `ended_on` is empty the place is taken; the day before joining means that it never began. University, host, educator
    and tutor are the placement's, kept here because they decide who may see the membership and what hangs on it.
    """

    __tablename__ = "memberships"

    hub_id: Mapped[UUID]
    placement_id: Mapped[UUID]
    student_id: Mapped[UUID]
    university_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    educator_id: Mapped[UUID | None]
    tutor_person_id: Mapped[UUID | None]
    programme_id: Mapped[UUID | None]
    member_kind: Mapped[str] = mapped_column(server_default=MemberKind.STUDENT)
    joined_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    why: Mapped[dict[str, Any]]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        within_tenant("hub_id", "hubs"),
        ForeignKeyConstraint(
            ["partnership_id", "placement_id"],
            ["candidates.partnership_id", "candidates.placement_id"],
            name="memberships_placement_fkey",
        ),
        Index("one_hub_at_a_time", "placement_id", unique=True, postgresql_where=text("ended_on is null")),
        Index(None, "partnership_id", "hub_id", "id"),
        Index(None, "partnership_id", "student_id", "hub_id"),
        Index(None, "partnership_id", "university_id", "hub_id"),
        Index(None, "partnership_id", "organisation_id", "hub_id"),
        Index(None, "partnership_id", "educator_id", "hub_id"),
        CheckConstraint("joined_on <= ended_on + 1", name="joined_before_it_ended"),
        CheckConstraint("(ended_on is null) = (end_reason is null)", name="end_reason"),
        one_of("member_kind", MemberKind),
    )


class Allocation(Tenanted):
    """One allocation of students without a hub: who asked for it and when."""

    __tablename__ = "allocations"

    by_subject: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("partnership_id", "id"), Index(None, "partnership_id", "created_at"))


class AllocationDecision(Tenanted):
    """What one allocation decided for one student, and why. Kept even when the student is moved later."""

    __tablename__ = "allocation_decisions"

    allocation_id: Mapped[UUID]
    placement_id: Mapped[UUID]
    student_id: Mapped[UUID]
    university_id: Mapped[UUID]
    hub_id: Mapped[UUID | None]
    moved_from_hub_id: Mapped[UUID | None]
    why: Mapped[dict[str, Any]]

    __table_args__ = (
        within_tenant("allocation_id", "allocations"),
        within_tenant("hub_id", "hubs"),
        within_tenant("moved_from_hub_id", "hubs"),
        UniqueConstraint("allocation_id", "placement_id"),
    )
