"""Notifications: who is told of what, once. They hold no address and no content; both are looked up when one is sent."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.escalation.codes import Recipient, Template
from services.placements.domain.escalation.telling import Way
from services.placements.models.declarative import Tenanted
from shared.declarative import one_of, within_tenant

WAITING = "state in ('queued', 'sending')"
UNSORTED = "state = 'queued' and way is null"
FOLDED = "state = 'folded' and digest_id is null"


class Notification(Tenanted):
    """One message to one person. `occasion_id` is the transition, step, act or signal of which it tells.

    A message waits until it is decided which `way` it goes: at once, `folded` into the digest of a working morning (which is
    such a row itself, and about no placement), or to the inbox alone. `told_on` is the London day on which it went at once.
    A reminder of answers is about the round `round_id`.

    `leased_until` and `next_attempt_at` are real time, whatever the simulated clock says: they are about mail servers.
    """

    __tablename__ = "notifications"

    placement_id: Mapped[UUID | None]
    round_id: Mapped[UUID | None]
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
    is_immediate: Mapped[bool] = mapped_column(server_default=false(), default=False)
    way: Mapped[str | None]
    told_on: Mapped[date | None]
    digest_id: Mapped[UUID | None] = mapped_column(ForeignKey("notifications.id"))
    read_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("dedupe_key", name="notified_once"),
        within_tenant("placement_id", "placements"),
        within_tenant("round_id", "rounds"),
        Index("notifications_waiting_idx", "next_attempt_at", postgresql_where=text(WAITING)),
        Index("notifications_unsorted_idx", "created_at", postgresql_where=text(UNSORTED)),
        Index("notifications_folded_idx", "person_ref", "created_at", postgresql_where=text(FOLDED)),
        Index("notifications_digest_idx", "digest_id", postgresql_where=text("digest_id is not null")),
        Index(
            "notifications_at_once_idx", "person_ref", "told_on", postgresql_where=text("told_on is not null")
        ),
        Index("notifications_failed_idx", "partnership_id", "id", postgresql_where=text("state = 'failed'")),
        Index(None, "concern_id", "occasion_id"),
        Index(None, "partnership_id", "person_ref", "created_at"),
        Index(None, "partnership_id", "person_ref", "id"),
        one_of("role", Recipient),
        one_of("template", Template),
        CheckConstraint("person_kind in ('student', 'person')", name="person_kind"),
        CheckConstraint("channel in ('email')", name="channel"),
        CheckConstraint("state in ('queued', 'sending', 'sent', 'failed', 'folded')", name="state"),
        one_of("way", Way),
        CheckConstraint("(told_on is null) = (way is distinct from 'at_once')", name="told_on"),
        CheckConstraint("(state = 'sent') = (sent_at is not null)", name="sent_at"),
    )
