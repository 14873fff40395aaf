"""What the kit remembers about news: events, how far the feed has come, what was followed, and webhook deliveries.

Instants here are the database's own real time, except `occurred_at`: that is the time of the domain (simulated in a
sandbox).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP

from shared.tables import KIT

INSTANT = TIMESTAMP(timezone=True)

events = Table(
    "events",
    KIT,
    Column("id", Uuid, primary_key=True),
    Column("partnership_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("audience", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    Column("data", JSONB, nullable=False),
    Column("occurred_at", INSTANT, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=func.clock_timestamp()),
    Column("position", BigInteger, unique=True),
    CheckConstraint("position > 0", name="position"),
    Index("events_unpositioned_idx", "recorded_at", "id", postgresql_where=text("position is null")),
    Index("events_partnership_id_position_idx", "partnership_id", "position"),
)
"""The outbox, which becomes the feed: the relay gives every committed event its `position`, without gaps."""

feed_state = Table(
    "feed_state",
    KIT,
    Column("id", SmallInteger, primary_key=True, autoincrement=False, server_default=text("1")),
    Column("last_position", BigInteger, nullable=False, server_default=text("0")),
    Column("purged_through", BigInteger, nullable=False, server_default=text("0")),
    CheckConstraint("id = 1", name="id"),
    CheckConstraint("purged_through <= last_position", name="purged_through"),
)
"""One row: the newest position given, and the newest one no longer kept."""

followed_feeds = Table(
    "followed_feeds",
    KIT,
    Column("name", Text, primary_key=True),
    Column("cursor", Text),
    Column("caught_up_at", INSTANT),
    Column("updated_at", INSTANT, nullable=False, server_default=func.clock_timestamp()),
)
"""How far this service has read each sister's feed, and when it last had read all of it."""

inbox = Table(
    "inbox",
    KIT,
    Column("feed", Text, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("received_at", INSTANT, nullable=False, server_default=func.clock_timestamp(), index=True),
)
"""Changes whose effect is here; the second arrival of one is recognised by it."""

followed_failures = Table(
    "followed_failures",
    KIT,
    Column("feed", Text, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("change", JSONB, nullable=False),
    Column("error", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("1")),
    Column("first_at", INSTANT, nullable=False, server_default=func.clock_timestamp()),
    Column("last_at", INSTANT, nullable=False, server_default=func.clock_timestamp()),
    Column("parked_at", INSTANT),
)
"""Changes that could not be taken in: being retried, or (with `parked_at`) set aside so that the rest can go on."""

webhook_endpoints = Table(
    "webhook_endpoints",
    KIT,
    Column("id", Uuid, primary_key=True),
    Column("partnership_id", Uuid, nullable=False),
    Column("organisation_id", Uuid),
    Column("partnership_wide", Boolean, nullable=False),
    Column("url", Text, nullable=False),
    Column("types", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("secret", Text, nullable=False),
    Column("previous_secret", Text),
    Column("previous_secret_until", INSTANT),
    Column("disabled_at", INSTANT),
    Column("disabled_reason", Text),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("created_at", INSTANT, nullable=False),
    Column("updated_at", INSTANT, nullable=False),
    CheckConstraint("partnership_wide or organisation_id is not null", name="owner"),
    CheckConstraint("(previous_secret is null) = (previous_secret_until is null)", name="previous_secret"),
    CheckConstraint("disabled_reason in ('owner', 'gone')", name="disabled_reason"),
    CheckConstraint("(disabled_at is null) = (disabled_reason is null)", name="disabled_at"),
    Index("webhook_endpoints_partnership_id_id_idx", "partnership_id", "id"),
)
"""Addresses outside that want to be told. `types` empty means all; the owner's sight limits what is sent."""

webhook_deliveries = Table(
    "webhook_deliveries",
    KIT,
    Column("endpoint_id", Uuid, ForeignKey("webhook_endpoints.id", ondelete="CASCADE"), primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("body", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'pending'")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_attempt_at", INSTANT, server_default=func.clock_timestamp()),
    Column("leased_until", INSTANT),
    Column("created_at", INSTANT, nullable=False, server_default=func.clock_timestamp()),
    Column("finished_at", INSTANT),
    CheckConstraint("state in ('pending', 'delivered', 'failed')", name="state"),
    CheckConstraint("(state = 'pending') = (next_attempt_at is not null)", name="next_attempt_at"),
    CheckConstraint("(state = 'pending') = (finished_at is null)", name="finished_at"),
    Index(
        "webhook_deliveries_pending_idx",
        "endpoint_id",
        "next_attempt_at",
        postgresql_where=text("state = 'pending'"),
    ),
    Index(
        "webhook_deliveries_finished_at_idx", "finished_at", postgresql_where=text("finished_at is not null")
    ),
)
"""One event for one endpoint, at most once in this table. A worker that attempts it leases it for a while."""

webhook_attempts = Table(
    "webhook_attempts",
    KIT,
    Column("id", Uuid, primary_key=True),
    Column("endpoint_id", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("status", Integer),
    Column("error", Text),
    Column("duration_ms", Integer, nullable=False),
    Column("attempted_at", INSTANT, nullable=False),
    ForeignKeyConstraint(
        ["endpoint_id", "event_id"],
        ["webhook_deliveries.endpoint_id", "webhook_deliveries.event_id"],
        name="webhook_attempts_delivery_fkey",
        ondelete="CASCADE",
    ),
    Index("webhook_attempts_endpoint_id_id_idx", "endpoint_id", "id"),
    Index("webhook_attempts_delivery_idx", "endpoint_id", "event_id"),
)
"""The log of attempts: the answer's status or the coded reason why there was none."""
