"""Waivers: one rule set aside for one educator, by two people and for a time."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from services.educators.domain.codes import WAIVABLE, WaiverState
from services.educators.models.declarative import Base, Versioned, of_educator
from shared.declarative import one_of

_RULES = ", ".join(f"'{code.value}'" for code in sorted(WAIVABLE))


class Waiver(Versioned, Base):
    """A request to set a rule aside, and what became of it. `_by` columns hold who did it as their token names them.

    With a `placement_id` it is for that placement alone. An approved one counts for placements that begin by `expires_on`.
    """

    __tablename__ = "waivers"

    educator_id: Mapped[UUID]
    rule_code: Mapped[str]
    placement_id: Mapped[UUID | None]
    reason: Mapped[str]
    conditions: Mapped[str]
    expires_on: Mapped[date]
    state: Mapped[str]
    requested_by: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        of_educator(),
        Index(None, "educator_id", "id"),
        Index(None, "partnership_id", "state", "id"),
        Index(None, "partnership_id", "placement_id", "id"),
        one_of("state", WaiverState),
        CheckConstraint(f"rule_code in ({_RULES})", name="rule_code"),
        CheckConstraint("char_length(reason) >= 20", name="reason"),
        CheckConstraint("decided_by <> requested_by", name="second_person"),
        CheckConstraint("(state = 'requested') = (decided_by is null)", name="decided"),
        CheckConstraint("(state = 'revoked') = (revoked_at is not null)", name="revoked"),
    )
