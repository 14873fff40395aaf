"""Links under which a calendar program reads the days of a placement without a token of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.placements.models.declarative import Tenanted
from shared.declarative import within_tenant


class CalendarLink(Tenanted):
    """One link, until it is revoked. Only the SHA-256 of its secret is kept: who reads the table cannot use it."""

    __tablename__ = "calendar_links"

    placement_id: Mapped[UUID]
    secret_hash: Mapped[str]
    made_by: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        within_tenant("placement_id", "placements"),
        UniqueConstraint("secret_hash", name="calendar_link_secret"),
        Index(None, "placement_id", "id"),
    )
