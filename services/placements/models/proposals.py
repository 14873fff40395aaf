"""Proposals: the places a match run found, answered by host and university."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from services.placements.domain.vocabulary import ProposalStatus
from services.placements.models.declarative import Versioned
from shared.declarative import one_of, within_tenant


class Proposal(Versioned):
    """One student, one offer. `preference_rank` counts from 1; `outside_list` says that the student did not ask for it.

    A request has at most one live proposal in a run; what a repair or a swap replaced is `superseded`, and the new one names
    it (`repair_id`, `swap_id`). Both sides answer by `answer_due_at`; the second acceptance makes the placement
    (`placement_id`).
    """

    __tablename__ = "proposals"

    run_id: Mapped[UUID]
    round_id: Mapped[UUID]
    request_id: Mapped[UUID]
    offer_id: Mapped[UUID]
    student_id: Mapped[UUID]
    university_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    setting_id: Mapped[UUID]
    educator_id: Mapped[UUID | None]
    preference_rank: Mapped[int]
    outside_list: Mapped[bool]
    travel_minutes: Mapped[int]
    status: Mapped[str]
    host_answered_at: Mapped[datetime | None]
    university_answered_at: Mapped[datetime | None]
    declined_by: Mapped[str | None]
    decline_reason: Mapped[str | None]
    answer_due_at: Mapped[datetime | None]
    placement_id: Mapped[UUID | None]
    repair_id: Mapped[UUID | None]
    swap_id: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        Index(
            "one_live_proposal_per_request_and_run",
            "run_id",
            "request_id",
            unique=True,
            postgresql_where=text("status in ('draft', 'published', 'accepted')"),
        ),
        within_tenant("run_id", "match_runs"),
        within_tenant("request_id", "requests"),
        within_tenant("offer_id", "offers"),
        within_tenant("repair_id", "repairs"),
        within_tenant("swap_id", "swaps"),
        within_tenant("student_id", "students"),
        Index(None, "partnership_id", "run_id", "id"),
        Index(None, "partnership_id", "round_id", "status", "id"),
        Index(None, "partnership_id", "organisation_id", "id"),
        Index(None, "partnership_id", "university_id", "id"),
        Index(None, "partnership_id", "student_id", "id"),
        Index(None, "partnership_id", "request_id", "id"),
        Index(None, "partnership_id", "answer_due_at", "id"),
        Index(
            "proposals_to_be_reminded_idx",
            "answer_due_at",
            postgresql_where=text("status = 'published'"),
        ),
        one_of("status", ProposalStatus),
    )
