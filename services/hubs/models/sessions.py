"""Sessions of a hub, and what the facilitator tells afterwards."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.hubs.domain.planning import SessionKind
from services.hubs.models.declarative import Versioned
from shared.declarative import one_of, within_tenant


class HubSession(Versioned):
    """One meeting of a hub: its number, kind, day and instant, and who presents. `minutes` is its length.

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
    recorded_at: Mapped[datetime | None]
    register_version: Mapped[int]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        UniqueConstraint("hub_id", "number", name="one_session_per_number"),
        UniqueConstraint("hub_id", "held_on", name="one_session_a_day"),
        within_tenant("hub_id", "hubs"),
        within_tenant("presenter_membership_id", "memberships"),
        Index(None, "partnership_id", "hub_id", "id"),
        one_of("kind", SessionKind),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(recorded_at is null) = (register_version = 0)", name="recorded"),
    )


class SessionSummary(Versioned):
    """What the facilitator tells members and educators after a session: themes and PCF domains, never who said what.

    `resources` are titles, `resource_ids` those of the resource bank.
    """

    __tablename__ = "session_summaries"

    session_id: Mapped[UUID]
    themes: Mapped[list[str]]
    pcf_domains: Mapped[list[str]]
    resources: Mapped[list[str]]
    resource_ids: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    affirmation: Mapped[str | None]
    next_session: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("session_id", name="one_summary_per_session"),
        Index(None, "partnership_id", "id"),
        within_tenant("session_id", "sessions"),
    )
