"""Flags that facilitators raise about a member's placement, without a word of content."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from services.hubs.domain.flags import FlagAbout
from services.hubs.models.declarative import Tenanted
from shared.declarative import one_of, within_tenant


class HubFlag(Tenanted):
    """A facilitator says that somebody should look after a placement: what it is about, and whether it cannot wait."""

    __tablename__ = "hub_flags"

    hub_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    placement_id: Mapped[UUID]
    student_id: Mapped[UUID]
    about: Mapped[str]
    is_urgent: Mapped[bool]
    raised_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        within_tenant("hub_id", "hubs"),
        within_tenant("membership_id", "memberships"),
        Index(None, "partnership_id", "hub_id", "id"),
        Index(None, "partnership_id", "student_id", "id"),
        one_of("about", FlagAbout),
    )
