"""Policy comparisons: questions about the aims of a round, answered by matching one run's frozen inputs again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.placements.domain.vocabulary import MatchRunStatus
from services.placements.models.declarative import Versioned
from shared.declarative import one_of, within_tenant


class PolicyComparison(Versioned):
    """One study of a run's frozen inputs. `answers` grows while it is under way; the run and the round stay as they are.

    `progress` says at which question it is, and at which match of how many; null before it has begun and when it is over.
    """

    __tablename__ = "policy_comparisons"

    round_id: Mapped[UUID]
    run_id: Mapped[UUID]
    questions: Mapped[list[str]]
    status: Mapped[str]
    answers: Mapped[dict[str, Any]]
    progress: Mapped[dict[str, Any] | None]
    failure: Mapped[str | None]
    requested_by: Mapped[str]
    completed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        within_tenant("round_id", "rounds"),
        within_tenant("run_id", "match_runs"),
        Index(None, "partnership_id", "round_id", "id"),
        Index(None, "partnership_id", "run_id", "id"),
        one_of("status", MatchRunStatus),
    )
