"""Reflections, sealed, and the data keys that open them. Nothing a student wrote is readable in these tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.hubs.domain.reflections import Visibility
from services.hubs.models.declarative import Tenanted, Versioned
from shared.declarative import one_of, within_tenant


class StudentKey(Tenanted):
    """A student's data key, wrapped by the master key named. Deleting it erases all the student wrote."""

    __tablename__ = "student_keys"

    student_id: Mapped[UUID]
    master_key_id: Mapped[str]
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        UniqueConstraint("partnership_id", "student_id", name="one_key_per_student"),
    )


class Reflection(Versioned):
    """What a student wrote for themselves. `sealed` is the whole content (title, text, PCF domains), encrypted.

    `session_id` is the session it is about, if any. Facilitator and educator are found through the student's memberships
    at reading time, so that sharing follows who holds the role.
    """

    __tablename__ = "reflections"

    student_id: Mapped[UUID]
    session_id: Mapped[UUID | None]
    key_id: Mapped[UUID]
    sealed: Mapped[bytes]
    visibility: Mapped[str] = mapped_column(default=Visibility.PRIVATE, server_default=Visibility.PRIVATE)
    anonymised_confirmed: Mapped[bool] = mapped_column(Boolean, default=False, server_default="false")
    shared_at: Mapped[datetime | None]

    __table_args__ = (
        within_tenant("session_id", "sessions"),
        within_tenant("key_id", "student_keys"),
        Index(None, "partnership_id", "student_id", "id"),
        one_of("visibility", Visibility),
        CheckConstraint("visibility = 'private' or anonymised_confirmed", name="shared_only_anonymised"),
        CheckConstraint("(visibility = 'private') = (shared_at is null)", name="shared_at"),
    )
