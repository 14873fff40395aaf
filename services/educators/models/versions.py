"""What rows were before they were changed: nothing that was ever on record is overwritten."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.educators.models.declarative import Base, of_educator


class RecordVersion(Base):
    """One version of a row that has a later one: the whole row as it was, since when, by whom and why.

    `kind` is the row's table: one of the kinds of evidence, or the educators. The present version is the row itself.
    """

    __tablename__ = "record_versions"

    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    partnership_id: Mapped[UUID]
    educator_id: Mapped[UUID]
    kind: Mapped[str]
    facts: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str | None]
    reason: Mapped[str | None]

    __table_args__ = (of_educator(), Index(None, "educator_id", "kind"))
