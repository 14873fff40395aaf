"""One-to-one contacts between a facilitator and a student: that they happened."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.hubs.domain.contacts import ContactKind
from services.hubs.models.declarative import Versioned
from shared.declarative import one_of, within_tenant


class Contact(Versioned):
    """That a facilitator and a member met one to one: the day, how, and for how many minutes. Never what was said."""

    __tablename__ = "contacts"

    hub_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    student_id: Mapped[UUID]
    held_on: Mapped[date]
    kind: Mapped[str]
    minutes: Mapped[int | None]
    recorded_by: Mapped[str]

    __table_args__ = (
        within_tenant("hub_id", "hubs"),
        within_tenant("membership_id", "memberships"),
        UniqueConstraint("membership_id", "held_on", name="one_contact_a_day"),
        Index(None, "partnership_id", "hub_id", "id"),
        Index(None, "partnership_id", "student_id", "id"),
        one_of("kind", ContactKind),
        CheckConstraint("minutes between 1 and 480", name="minutes"),
    )
