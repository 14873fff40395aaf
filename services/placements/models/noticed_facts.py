"""What was noticed about placements, as facts, whatever the policy of the day made of them. Rows are only added."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.vocabulary import ConcernAbout
from services.placements.models.declarative import Tenanted
from shared.declarative import one_of, within_tenant


class NoticedFacts(Tenanted):
    """Facts for one rule; the same `occurrence` again is a correction. A draft policy is tried on these."""

    __tablename__ = "noticed_facts"

    placement_id: Mapped[UUID]
    rule_code: Mapped[str]
    facts: Mapped[dict[str, Any]]
    about: Mapped[str | None]
    cause: Mapped[str]
    occurrence: Mapped[str]
    clears_cause: Mapped[bool]
    noticed_at: Mapped[datetime]

    __table_args__ = (
        within_tenant("placement_id", "placements"),
        Index(None, "placement_id", "rule_code", "occurrence", "id"),
        Index(None, "placement_id", "noticed_at"),
        one_of("rule_code", RuleCode),
        one_of("about", ConcernAbout),
        CheckConstraint("jsonb_typeof(facts) = 'object'", name="facts_are_object"),
    )
