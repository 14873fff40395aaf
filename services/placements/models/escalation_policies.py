"""Escalation policies: what counts how much, who is told and what is due when, as dated data."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.models.declarative import Base


class EscalationPolicy(Base):
    """One version of a policy. Without a partnership it is the default for all; a version never changes once it is here."""

    __tablename__ = "escalation_policies"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partnership_id: Mapped[UUID | None]
    name: Mapped[str]
    version: Mapped[int]
    policy: Mapped[dict[str, Any]]
    effective_from: Mapped[datetime]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint(
            "partnership_id",
            "version",
            name="escalation_policy_version_once",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("jsonb_typeof(policy) = 'object'", name="policy_is_object"),
    )
