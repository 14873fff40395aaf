"""The named steps of a placement: that they happened, when and with whom; never what was said."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.placements.domain.named_steps import SupervisionKind
from services.placements.models.declarative import Tenanted, Versioned
from shared.declarative import a_list, one_of, within_tenant


class LearningAgreement(Versioned):
    """The learning agreement meeting of a placement, and who has signed since."""

    __tablename__ = "learning_agreements"

    placement_id: Mapped[UUID]
    held_on: Mapped[date]
    signed_by: Mapped[list[str]]
    recorded_by: Mapped[str]

    __table_args__ = (
        within_tenant("placement_id", "placements"),
        UniqueConstraint("placement_id", name="one_learning_agreement"),
        a_list("signed_by"),
    )


class Supervision(Tenanted):
    """One supervision: on which day, for how many minutes, of which kind, touching which PCF domains. Never its content."""

    __tablename__ = "supervisions"

    placement_id: Mapped[UUID]
    on: Mapped[date]
    minutes: Mapped[int]
    kind: Mapped[str]
    pcf_domains: Mapped[list[str]]
    recorded_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        within_tenant("placement_id", "placements"),
        Index(None, "placement_id", "id"),
        UniqueConstraint("placement_id", "on", "kind", name="supervision_once_a_day_and_kind"),
        CheckConstraint("minutes between 1 and 600", name="minutes"),
        one_of("kind", SupervisionKind),
        a_list("pcf_domains"),
    )


class Observation(Tenanted):
    """One direct observation of the student's practice."""

    __tablename__ = "observations"

    placement_id: Mapped[UUID]
    on: Mapped[date]
    pcf_domains: Mapped[list[str]]
    recorded_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        within_tenant("placement_id", "placements"),
        Index(None, "placement_id", "id"),
        UniqueConstraint("placement_id", "on", name="observation_once_a_day"),
        a_list("pcf_domains"),
    )
