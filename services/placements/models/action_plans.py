"""Action plans of concerns, and what the student says about a concern."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.escalation.codes import PlanConclusion
from services.placements.domain.vocabulary import ConcernLevel
from services.placements.models.declarative import Tenanted
from shared.declarative import a_list, one_of


class ActionPlan(Tenanted):
    """What was agreed at a level of a concern: goals with dates, and what each review found.

    `goals` are objects of `number`, `words`, `by` (a role), `due_on` and `result`; `reviews` are objects of `at`,
    `conclusion`, `reason` and `results`.
    """

    __tablename__ = "concern_action_plans"

    concern_id: Mapped[UUID] = mapped_column(ForeignKey("concerns.id"))
    cycle: Mapped[int]
    level: Mapped[str]
    agreed_at: Mapped[datetime]
    agreed_by_person_id: Mapped[UUID]
    goals: Mapped[list[dict[str, Any]]]
    reviews: Mapped[list[dict[str, Any]]]
    conclusion: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("concern_id", "cycle", "level", name="one_plan_at_a_level"),
        a_list("goals"),
        a_list("reviews"),
        one_of("level", ConcernLevel),
        one_of("conclusion", PlanConclusion),
    )


class Statement(Tenanted):
    """What the student says about a concern, in their own words. Whoever sees the concern sees it; it is never changed."""

    __tablename__ = "concern_statements"

    concern_id: Mapped[UUID] = mapped_column(ForeignKey("concerns.id"))
    level: Mapped[str]
    words: Mapped[str]
    made_at: Mapped[datetime]

    __table_args__ = (Index(None, "concern_id", "id"), one_of("level", ConcernLevel))
