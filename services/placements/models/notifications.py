"""Notifications: who is told of what, once. They hold no address and no content; both are looked up when one is sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.escalation.codes import Recipient, Template
from services.placements.models.declarative import Tenanted
from shared.declarative import one_of, within_tenant

WAITING = "state in ('queued', 'sending')"


class Notification(Tenanted):
    """One message to one person. `occasion_id` is the transition, step, act or signal of which it tells.

    `leased_until` and `next_attempt_at` are real time, whatever the simulated clock says: they are about mail servers.
    """

    __tablename__ = "notifications"

    placement_id: Mapped[UUID]
    concern_id: Mapped[UUID | None] = mapped_column(ForeignKey("concerns.id"))
    occasion_id: Mapped[UUID]
    person_ref: Mapped[UUID]
    person_kind: Mapped[str]
    role: Mapped[str]
    channel: Mapped[str]
    template: Mapped[str]
    dedupe_key: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    leased_until: Mapped[datetime | None]
    failure: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("dedupe_key", name="notified_once"),
        within_tenant("placement_id", "placements"),
        Index("notifications_waiting_idx", "next_attempt_at", postgresql_where=text(WAITING)),
        Index(None, "concern_id", "occasion_id"),
        Index(None, "partnership_id", "person_ref", "created_at"),
        one_of("role", Recipient),
        one_of("template", Template),
        CheckConstraint("person_kind in ('student', 'person')", name="person_kind"),
        CheckConstraint("channel in ('email')", name="channel"),
        CheckConstraint("state in ('queued', 'sending', 'sent', 'failed')", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at is not null)", name="sent_at"),
    )
