"""People: those who do something around placements, apart from students."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.placements.models.declarative import Versioned
from shared.declarative import a_list, within_tenant


class Person(Versioned):
    """A coordinator, tutor, facilitator, supervisor, lead, manager or chair; a practice educator has `educator_id` as well.

    Without an organisation the person works for the partnership's office. The deputy is told when the person is not reached:
    without an address, or away from `absent_from` to `absent_until`, both days included; without the one, since ever, without
    the other, until further notice.
    """

    __tablename__ = "people"

    organisation_id: Mapped[UUID | None]
    full_name: Mapped[str]
    email: Mapped[str]
    roles: Mapped[list[str]]
    educator_id: Mapped[UUID | None]
    deputy_person_id: Mapped[UUID | None]
    absent_from: Mapped[date | None]
    absent_until: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        UniqueConstraint("partnership_id", "educator_id", name="one_person_per_educator"),
        within_tenant("organisation_id", "organisations"),
        within_tenant("deputy_person_id", "people"),
        Index(None, "partnership_id", "organisation_id", "id"),
        Index(
            "people_roles_idx", "roles", postgresql_using="gin", postgresql_ops={"roles": "jsonb_path_ops"}
        ),
        a_list("roles"),
        CheckConstraint("absent_from <= absent_until", name="absent_in_order"),
    )
