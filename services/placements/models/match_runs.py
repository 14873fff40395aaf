"""Match runs: frozen inputs, outcome, and one explanation for every request."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.vocabulary import MatchRunStatus
from services.placements.models.declarative import Base, Versioned
from shared.declarative import one_of, within_tenant


class MatchRun(Versioned):
    """One computation of who goes where in a round.

    `inputs` are frozen when the run starts and named by `input_hash`; the result is a function of them alone. `outcome`
    counts requests, placed and preferences met; `aims` are the optimal values in their order; `versions` what computed
    them. `educators_as_of` is set when the educators service was silent and its last known answers were used: the age of the
    oldest. At most one run of a round is ever published.
    """

    __tablename__ = "match_runs"

    round_id: Mapped[UUID]
    status: Mapped[str]
    progress: Mapped[dict[str, Any]]
    inputs: Mapped[str | None]
    input_hash: Mapped[str | None]
    outcome: Mapped[dict[str, Any] | None]
    aims: Mapped[list[Any] | None]
    versions: Mapped[dict[str, Any] | None]
    failure: Mapped[str | None]
    educators_as_of: Mapped[datetime | None]
    requested_by: Mapped[str]
    completed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    base_run_id: Mapped[UUID | None]
    scenario: Mapped[dict[str, Any] | None]
    """What is different from `base_run_id`: such a run answers a question and is never published."""

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        within_tenant("round_id", "rounds"),
        Index(None, "partnership_id", "round_id", "id"),
        Index(
            "one_published_run_per_round",
            "round_id",
            unique=True,
            postgresql_where=text("published_at is not null"),
        ),
        one_of("status", MatchRunStatus),
        within_tenant("base_run_id", "match_runs"),
        CheckConstraint("(scenario is null) = (base_run_id is null)", name="scenario_of_a_run"),
        CheckConstraint("scenario is null or published_at is null", name="scenario_is_never_published"),
    )


class MatchExplanation(Base):
    """Why one request got what it got in one run."""

    __tablename__ = "match_explanations"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("match_runs.id"), primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("requests.id"), primary_key=True)
    explanation: Mapped[dict[str, Any]]


class MatchRunResult(Base):
    """Who goes where by one run, as it was computed, what proves it, and the facts of its picture.

    What became of it is proposals. A run of a version that kept no proof has no `certificate`.
    """

    __tablename__ = "match_run_results"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("match_runs.id"), primary_key=True)
    assignments: Mapped[list[dict[str, Any]]]
    picture: Mapped[dict[str, Any]]
    certificate: Mapped[dict[str, Any] | None]
