"""Sessions of a hub, and what the facilitator tells afterwards."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from services.hubs.domain.planning import CancelReason, SessionKind
from services.hubs.models.declarative import Versioned
from shared.declarative import one_of, within_tenant

HELD = text("cancelled_at is null")
"""Only sessions that are not cancelled take a number and a day."""


class HubSession(Versioned):
    """One meeting of a hub: its number, kind, day and instant, and who presents. `minutes` is its length.

    `covered_by_person_id` leads this one session instead of the facilitator; `moved_from` is the day it was planned for
    first. A cancelled session is kept, and `plan_closed_up` says whether later ones took over its number and kind.
    `recorded_at` is when its register was first taken; `register_version` counts the register's changes and is its ETag.
    """

    __tablename__ = "sessions"

    hub_id: Mapped[UUID]
    number: Mapped[int]
    kind: Mapped[str]
    held_on: Mapped[date]
    begins_at: Mapped[datetime]
    minutes: Mapped[int]
    presenter_membership_id: Mapped[UUID | None]
    covered_by_person_id: Mapped[UUID | None]
    moved_from: Mapped[date | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    plan_closed_up: Mapped[bool | None]
    recorded_at: Mapped[datetime | None]
    register_version: Mapped[int]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        Index("one_session_per_number", "hub_id", "number", unique=True, postgresql_where=HELD),
        Index("one_session_a_day", "hub_id", "held_on", unique=True, postgresql_where=HELD),
        within_tenant("hub_id", "hubs"),
        within_tenant("presenter_membership_id", "memberships"),
        Index(None, "partnership_id", "hub_id", "id"),
        Index(None, "partnership_id", "covered_by_person_id"),
        one_of("kind", SessionKind),
        one_of("cancel_reason", CancelReason),
        CheckConstraint(
            "(cancelled_at is null) = (cancel_reason is null) and (cancelled_at is null) = (plan_closed_up is null)",
            name="cancelled",
        ),
        CheckConstraint("cancelled_at is null or recorded_at is null", name="cancelled_has_no_register"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(recorded_at is null) = (register_version = 0)", name="recorded"),
    )


class SessionSummary(Versioned):
    """What the facilitator tells members and educators after a session: themes and PCF domains, never who said what."""

    __tablename__ = "session_summaries"

    session_id: Mapped[UUID]
    themes: Mapped[list[str]]
    pcf_domains: Mapped[list[str]]
    resources: Mapped[list[str]]
    affirmation: Mapped[str | None]
    next_session: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("session_id", name="one_summary_per_session"),
        within_tenant("session_id", "sessions"),
    )
