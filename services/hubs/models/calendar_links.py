"""Links under which a calendar program reads the sessions of a hub without a token of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.hubs.models.declarative import Tenanted
from shared.declarative import within_tenant


class CalendarLink(Tenanted):
    """One person's link to a hub's sessions, until revoked. Only the SHA-256 of its secret is kept: a copy cannot use it."""

    __tablename__ = "calendar_links"

    hub_id: Mapped[UUID]
    secret_hash: Mapped[str]
    made_by: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        within_tenant("hub_id", "hubs"),
        UniqueConstraint("secret_hash", name="calendar_link_secret"),
        Index(None, "hub_id", "made_by", "id"),
    )
