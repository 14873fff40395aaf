"""What the educators service last said about the educators of a round, for when it does not answer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.models.declarative import Base


class EducatorAnswer(Base):
    """One educator's last known decision for the placements of one round, and when it was given."""

    __tablename__ = "educator_answers"

    round_id: Mapped[UUID] = mapped_column(primary_key=True)
    educator_id: Mapped[UUID] = mapped_column(primary_key=True)
    partnership_id: Mapped[UUID]
    answer: Mapped[dict[str, Any]]
    answered_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["partnership_id", "round_id"], ["rounds.partnership_id", "rounds.id"]),
        CheckConstraint("jsonb_typeof(answer) = 'object'", name="answer_is_object"),
    )
