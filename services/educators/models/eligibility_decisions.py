"""Eligibility decisions that were kept, so that they can be explained years later."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from services.educators.domain.codes import Outcome
from services.educators.models.declarative import Base, Tenanted, of_educator
from shared.declarative import one_of


class EligibilityDecision(Tenanted, Base):
    """One answer as it was given: `document` holds it byte for byte, with its inputs, evidence and parameters."""

    __tablename__ = "eligibility_decisions"

    educator_id: Mapped[UUID]
    placement_id: Mapped[UUID | None]
    outcome: Mapped[str]
    decided_at: Mapped[datetime]
    decided_for: Mapped[str]
    """Who asked, as their token names them."""

    document: Mapped[str]

    __table_args__ = (
        of_educator(),
        Index(None, "educator_id", "id"),
        Index(None, "partnership_id", "placement_id", "id"),
        one_of("outcome", Outcome),
    )
