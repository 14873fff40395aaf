"""What somebody wishes about being told. Whoever never said anything is told by e-mail as it happens, and in the inbox."""

from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.placements.domain.escalation.telling import EmailWish
from services.placements.models.declarative import Versioned
from shared.declarative import one_of


class NotificationPreference(Versioned):
    """The wishes of one person; `person_ref` is a student or one of the people, as on notifications."""

    __tablename__ = "notification_preferences"

    person_ref: Mapped[UUID]
    email: Mapped[str]
    inbox: Mapped[bool]

    __table_args__ = (
        UniqueConstraint("partnership_id", "person_ref", name="one_preference_per_person"),
        one_of("email", EmailWish),
        CheckConstraint("inbox or email <> 'off'", name="last_channel"),
    )
