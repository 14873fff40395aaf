"""Reflections, sealed, and the data keys that open them. Nothing a student wrote is readable in these tables."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.hubs.domain.reflections import Visibility
from services.hubs.models.declarative import Tenanted, Versioned
from shared.declarative import one_of, within_tenant


class StudentKey(Tenanted):
    """A student's data key, wrapped by the master key named. Deleting it erases all the student wrote.

    `version` counts the wrappings: it grows when the key is wrapped by a new master key.
    """

    __tablename__ = "student_keys"

    student_id: Mapped[UUID]
    master_key_id: Mapped[str]
    sealed: Mapped[bytes]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        UniqueConstraint("partnership_id", "student_id", name="one_key_per_student"),
        Index(None, "master_key_id", "id"),
    )


class Reflection(Versioned):
    """What a student wrote for themselves. `sealed` is the whole content (title, text, PCF domains), encrypted.

    `session_id` is the session it is about, if any. Facilitator and educator are found through the student's memberships
    at reading time, so that sharing follows who holds the role. `exported_at` is when its student took this text out as a
    portfolio, `was_shared` whether anybody else could ever read it; a new text begins anew with both.
    """

    __tablename__ = "reflections"

    student_id: Mapped[UUID]
    session_id: Mapped[UUID | None]
    key_id: Mapped[UUID]
    sealed: Mapped[bytes]
    visibility: Mapped[str] = mapped_column(default=Visibility.PRIVATE, server_default=Visibility.PRIVATE)
    anonymised_confirmed: Mapped[bool] = mapped_column(Boolean, default=False, server_default="false")
    shared_at: Mapped[datetime | None]
    was_shared: Mapped[bool] = mapped_column(Boolean, default=False, server_default="false")
    exported_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        within_tenant("session_id", "sessions"),
        within_tenant("key_id", "student_keys"),
        Index(None, "partnership_id", "student_id", "id"),
        one_of("visibility", Visibility),
        CheckConstraint("visibility = 'private' or anonymised_confirmed", name="shared_only_anonymised"),
        CheckConstraint("(visibility = 'private') = (shared_at is null)", name="shared_at"),
    )


class ReflectionVersion(Tenanted):
    """What a reflection said in its version `number`, encrypted like the reflection itself. For its student only."""

    __tablename__ = "reflection_versions"

    reflection_id: Mapped[UUID]
    student_id: Mapped[UUID]
    number: Mapped[int]
    sealed: Mapped[bytes]
    written_at: Mapped[datetime]

    __table_args__ = (
        within_tenant("reflection_id", "reflections"),
        UniqueConstraint("reflection_id", "number", name="one_text_per_version"),
        Index(None, "partnership_id", "student_id", "id"),
    )


class Portfolio(Tenanted):
    """That a student took reflections out, and which. What they say is put in when the portfolio is read."""

    __tablename__ = "portfolios"

    student_id: Mapped[UUID]
    reflection_ids: Mapped[list[str]]
    created_at: Mapped[datetime]

    __table_args__ = (Index(None, "partnership_id", "student_id", "id"),)


class RetentionNotice(Tenanted):
    """That a placement is over, so that what its student wrote here is deleted on `delete_on`, and the student was told.

    There is one for every placement that hubs knew, whether its student ever wrote anything or not: that is not told.
    """

    __tablename__ = "retention_notices"

    student_id: Mapped[UUID]
    placement_id: Mapped[UUID]
    delete_on: Mapped[date]
    told_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "placement_id", name="one_retention_notice_per_placement"),
        Index(None, "partnership_id", "student_id", "id"),
        Index("retention_due", "delete_on", postgresql_where=text("settled_at is null")),
    )
