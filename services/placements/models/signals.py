"""Signals: everything that was noticed about a placement, whether or not it led to a concern."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.escalation.codes import PlacementSide, RuleCode
from services.placements.domain.vocabulary import ConcernAbout, Severity
from services.placements.models.declarative import Tenanted
from shared.declarative import a_list, one_of, within_tenant


class Signal(Tenanted):
    """One thing noticed. `cause` groups what has one origin and counts once; `occurrence` tells a correction from news.

    `evidence` holds ids only. `note` is what a person who raised it wrote; whoever sees the signal sees it, the student too.
    """

    __tablename__ = "signals"

    placement_id: Mapped[UUID]
    rule_code: Mapped[str]
    severity: Mapped[str]
    points: Mapped[int]
    about: Mapped[str]
    route: Mapped[str]
    cause: Mapped[str]
    occurrence: Mapped[str]
    evidence: Mapped[dict[str, Any]]
    note: Mapped[str | None]
    source: Mapped[str]
    raised_by_person_id: Mapped[UUID | None]
    raised_by_role: Mapped[str | None]
    concerning_side: Mapped[str | None]
    """The side of the placement it is about, and from which it is therefore kept."""
    occurred_at: Mapped[datetime]
    weighed: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    """What it weighed, since when and by which evidence, from its first day on. Entries are only added."""
    expires_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    concern_id: Mapped[UUID | None] = mapped_column(ForeignKey("concerns.id"))
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("placement_id", "rule_code", "occurrence", name="signal_once_per_occurrence"),
        within_tenant("placement_id", "placements"),
        Index(None, "partnership_id", "placement_id", "id"),
        Index(None, "placement_id", "route", "expires_at"),
        Index(None, "concern_id", "id"),
        one_of("rule_code", RuleCode),
        one_of("severity", Severity),
        one_of("about", ConcernAbout),
        one_of("concerning_side", PlacementSide),
        CheckConstraint("points >= 0", name="points"),
        a_list("weighed"),
        CheckConstraint("jsonb_typeof(evidence) = 'object'", name="evidence_is_object"),
    )
