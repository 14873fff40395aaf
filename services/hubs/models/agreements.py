"""Group agreements of hubs, and who accepted which."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.hubs.models.declarative import Tenanted
from shared.declarative import a_list, within_tenant


class Agreement(Tenanted):
    """One version of what a hub agreed on. It is never changed: the next version replaces it and is accepted anew.

    `facilitator_assesses` is whether the facilitator assesses members, as it was when members were told.
    """

    __tablename__ = "agreements"

    hub_id: Mapped[UUID]
    number: Mapped[int]
    points: Mapped[list[str]]
    limits_of_confidentiality: Mapped[str]
    facilitator_assesses: Mapped[bool]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        UniqueConstraint("hub_id", "number", name="one_agreement_per_number"),
        within_tenant("hub_id", "hubs"),
        Index(None, "partnership_id", "hub_id", "id"),
        CheckConstraint("number > 0", name="number"),
        a_list("points"),
    )


class AgreementAcceptance(Tenanted):
    """That a member accepted one version of their hub's agreement."""

    __tablename__ = "agreement_acceptances"

    agreement_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    accepted_at: Mapped[datetime]

    __table_args__ = (
        within_tenant("agreement_id", "agreements"),
        within_tenant("membership_id", "memberships"),
        UniqueConstraint("agreement_id", "membership_id", name="one_acceptance_per_member"),
    )
