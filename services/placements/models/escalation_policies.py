"""Escalation policies: what counts how much, who is told and what is due when, as dated data."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.escalation.codes import PolicyStatus
from services.placements.models.declarative import Base
from shared.declarative import one_of


class EscalationPolicy(Base):
    """One version of a policy. Without a partnership it is the default for all; a version never changes once it is here.

    A draft is in force nowhere until a second person publishes it.
    """

    __tablename__ = "escalation_policies"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partnership_id: Mapped[UUID | None]
    name: Mapped[str]
    version: Mapped[int]
    policy: Mapped[dict[str, Any]]
    effective_from: Mapped[datetime]
    status: Mapped[str] = mapped_column(default=PolicyStatus.PUBLISHED.value, server_default="published")
    drafted_by_person_id: Mapped[UUID | None]
    published_by_person_id: Mapped[UUID | None]
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint(
            "partnership_id",
            "version",
            name="escalation_policy_version_once",
            postgresql_nulls_not_distinct=True,
        ),
        one_of("status", PolicyStatus),
        CheckConstraint(
            "drafted_by_person_id <> published_by_person_id", name="published_by_a_second_person"
        ),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("jsonb_typeof(policy) = 'object'", name="policy_is_object"),
    )


class PolicyLint(Base):
    """What one night's look at the policy in force found: roles it counts on that nobody can be reached in."""

    __tablename__ = "policy_lints"

    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    checked_on: Mapped[date] = mapped_column(primary_key=True)
    gaps: Mapped[list[dict[str, Any]]]

    __table_args__ = (CheckConstraint("jsonb_typeof(gaps) = 'array'", name="gaps_are_a_list"),)
