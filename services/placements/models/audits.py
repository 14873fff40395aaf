"""Placement audits of settings, and the steps each has taken."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.placements.domain.audits import AuditReason, AuditStatus
from services.placements.models.declarative import Base, Versioned
from shared.declarative import a_list, one_of, within_tenant

CURRENT = "verified_at is not null and superseded_at is null"
"""The audit of a setting that counts: verified, and not followed by another."""


class PlacementAudit(Versioned):
    """One audit of a setting: filled by the agency (`organisation_id`), verified by a university, shared by all.

    `standards` are ratings with their actions, `profile` is what students are shown. `reviewed_at` is when a person last
    decided about its status, `expired_at` when it ran out. One audit of a setting counts, until the next is verified.
    """

    __tablename__ = "placement_audits"

    setting_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    audited_on: Mapped[date]
    expires_on: Mapped[date]
    status: Mapped[str]
    standards: Mapped[list[dict[str, Any]]]
    profile: Mapped[dict[str, Any]]
    filled_by: Mapped[str]
    filled_at: Mapped[datetime]
    verified_by: Mapped[str | None]
    verified_by_organisation_id: Mapped[UUID | None]
    verified_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    expired_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]

    __table_args__ = (
        within_tenant("setting_id", "settings"),
        within_tenant("organisation_id", "organisations"),
        within_tenant("verified_by_organisation_id", "organisations"),
        Index(None, "partnership_id", "setting_id", "id"),
        Index(None, "partnership_id", "organisation_id", "id"),
        Index(None, "partnership_id", "status", "id"),
        Index("one_current_audit_per_setting", "setting_id", unique=True, postgresql_where=text(CURRENT)),
        Index(
            "placement_audits_to_expire_idx",
            "expires_on",
            postgresql_where=text(f"{CURRENT} and expired_at is null"),
        ),
        one_of("status", AuditStatus),
        a_list("standards"),
        CheckConstraint("jsonb_typeof(profile) = 'object'", name="profile_is_object"),
        CheckConstraint("audited_on < expires_on", name="expires_after_it_was_made"),
        CheckConstraint("(verified_at is null) = (reviewed_at is null)", name="verified_by_a_look"),
    )


class AuditStep(Base):
    """The status of an audit changed: from what to what, why, by whom and when. Rows are only added."""

    __tablename__ = "placement_audit_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    audit_id: Mapped[UUID] = mapped_column(ForeignKey("placement_audits.id"))
    from_status: Mapped[str]
    to_status: Mapped[str]
    reason: Mapped[str]
    note: Mapped[str | None]
    by_subject: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (
        Index(None, "audit_id", "id"),
        one_of("from_status", AuditStatus),
        one_of("to_status", AuditStatus),
        one_of("reason", AuditReason),
    )
