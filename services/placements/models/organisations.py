"""Organisations: the members and associates of a partnership."""

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.placements.domain.vocabulary import OrgType
from services.placements.models.declarative import Versioned
from shared.declarative import one_of


class Organisation(Versioned):
    """A university, council, trust or voluntary organisation in a partnership."""

    __tablename__ = "organisations"

    name: Mapped[str]
    org_type: Mapped[str]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        Index(None, "partnership_id", "org_type", "id"),
        one_of("org_type", OrgType),
    )
