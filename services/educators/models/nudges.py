"""Nudges: who was reminded after how many months without a student."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.educators.models.declarative import Base, Tenanted, of_educator


class Nudge(Tenanted, Base):
    """One nudge of one idle spell. The spell is known by the support episode of the last student, whatever its days become.

    `idle_since` is the last day with a student as it was known on the day of the nudge, `nudged_on`.
    """

    __tablename__ = "nudges"

    educator_id: Mapped[UUID]
    support_episode_id: Mapped[UUID] = mapped_column(ForeignKey("support_episodes.id"))
    months: Mapped[int]
    idle_since: Mapped[date]
    nudged_on: Mapped[date]

    __table_args__ = (
        of_educator(),
        UniqueConstraint("educator_id", "support_episode_id", "months", name="nudges_once_per_spell"),
        Index(None, "partnership_id", "id"),
        Index(None, "partnership_id", "months", "id"),
        Index(None, "support_episode_id"),
        CheckConstraint("months between 1 and 120", name="months"),
    )
