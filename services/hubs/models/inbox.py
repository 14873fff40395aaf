"""What the hubs tell people, where they find it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from services.hubs.domain.inbox import MessageCode
from services.hubs.models.declarative import Tenanted
from shared.declarative import one_of, within_tenant


class InboxMessage(Tenanted):
    """One message to one person: why (a code), about which hub or session, by when; `text` is a facilitator's own words."""

    __tablename__ = "inbox_messages"

    person_id: Mapped[UUID]
    code: Mapped[str]
    hub_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    due_on: Mapped[date | None]
    text: Mapped[str | None]
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    __table_args__ = (
        within_tenant("hub_id", "hubs"),
        within_tenant("session_id", "sessions"),
        Index(None, "partnership_id", "person_id", "id"),
        one_of("code", MessageCode),
    )
