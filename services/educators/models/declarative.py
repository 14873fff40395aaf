"""How tables of the educators service are declared: typed columns, a tenant on every row, names that are API."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, FromClause, MetaData, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.tables import COLUMN_TYPES, CONVENTION


class Base(DeclarativeBase):
    """The root of all tables of this service."""

    metadata = MetaData(naming_convention=CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {**COLUMN_TYPES}


class Tenanted:
    """A row that belongs to one partnership. Its id is a UUIDv7 made in Python."""

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-20)
    partnership_id: Mapped[UUID] = mapped_column(sort_order=-19)
    created_at: Mapped[datetime] = mapped_column(sort_order=91)


class Versioned(Tenanted):
    """A row that changes: its version is the ETag and grows by one with each real change."""

    version: Mapped[int] = mapped_column(default=1, server_default="1", sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(sort_order=92)


class Accountable(Versioned):
    """A row that says who made it what it is now, and why. What it was before is kept as a version of it.

    `recorded_by` is the subject of the token, the client of an import, or what of ours did it ("feed:placements"); nobody is
    known for rows from before versions were kept.
    """

    __tablename__: Any
    __table__: ClassVar[FromClause]

    recorded_by: Mapped[str | None] = mapped_column(sort_order=94)
    reason: Mapped[str | None] = mapped_column(sort_order=95)


class Record(Accountable):
    """Evidence about one educator. It is corrected, version by version, or withdrawn; it is never deleted.

    Whoever writes it holds the educator's row. What was withdrawn stays, counts for no rule and is corrected no more.
    """

    educator_id: Mapped[UUID] = mapped_column(sort_order=-18)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=92)
    withdrawn_at: Mapped[datetime | None] = mapped_column(sort_order=93)


def of_educator() -> ForeignKeyConstraint:
    """A reference to the educator that cannot leave the partnership: the tenant is part of the foreign key."""
    return ForeignKeyConstraint(
        ["partnership_id", "educator_id"], ["educators.partnership_id", "educators.id"]
    )
