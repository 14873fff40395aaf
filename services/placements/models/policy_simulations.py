"""Simulations: a policy, or two, tried on the record of a term."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.vocabulary import MatchRunStatus
from services.placements.models.declarative import Versioned
from shared.declarative import one_of


class PolicySimulation(Versioned):
    """One trial of a policy on the days from `starts_on` to `ends_on`. It changes nothing but itself."""

    __tablename__ = "policy_simulations"

    policy_id: Mapped[UUID] = mapped_column(ForeignKey("escalation_policies.id"))
    compare_with_id: Mapped[UUID | None] = mapped_column(ForeignKey("escalation_policies.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    status: Mapped[str]
    placements_done: Mapped[int]
    placements: Mapped[int]
    result: Mapped[dict[str, Any] | None]
    requested_by: Mapped[str]
    completed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        Index(None, "partnership_id", "policy_id", "id"),
        one_of("status", MatchRunStatus),
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
    )
