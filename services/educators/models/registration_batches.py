"""Batches of numbers to be looked up on the public register, and what in the answers a person must look at."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.educators.domain.regulator import BatchStatus, LineOutcome, MismatchKind, MismatchStatus
from services.educators.models.declarative import Base, Versioned, of_educator
from shared.declarative import one_of


def _of_batch() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["partnership_id", "batch_id"], ["registration_batches.partnership_id", "registration_batches.id"]
    )


class RegistrationBatch(Versioned, Base):
    """Up to 100 numbers to be looked up together: of one organisation's educators, or of the whole partnership's (none).

    `checked_on` is the day on which the regulator gave its answer.
    """

    __tablename__ = "registration_batches"

    organisation_id: Mapped[UUID | None]
    status: Mapped[str]
    size: Mapped[int]
    made_by: Mapped[str]
    checked_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        Index(None, "partnership_id", "organisation_id", "id"),
        Index(None, "partnership_id", "status", "id"),
        one_of("status", BatchStatus),
        CheckConstraint("size between 1 and 100", name="size"),
    )


class RegistrationBatchLine(Base):
    """One number of a batch, as it was when the batch was made, and what became of it; nothing while it waits."""

    __tablename__ = "registration_batch_lines"

    batch_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[UUID]
    educator_id: Mapped[UUID]
    social_work_england_number: Mapped[str]
    outcome: Mapped[str | None]

    __table_args__ = (
        _of_batch(),
        of_educator(),
        Index(
            "registration_lines_waiting_once",
            "educator_id",
            unique=True,
            postgresql_where=text("outcome is null"),
        ),
        one_of("outcome", LineOutcome),
    )


class RegistrationMismatch(Versioned, Base):
    """A line of an answer that a person must look at. `found` is what the register said: surname, status and the rest."""

    __tablename__ = "registration_mismatches"

    batch_id: Mapped[UUID]
    educator_id: Mapped[UUID | None]
    social_work_england_number: Mapped[str]
    kind: Mapped[str]
    found: Mapped[dict[str, Any] | None]
    status: Mapped[str]
    reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        _of_batch(),
        of_educator(),
        Index(None, "partnership_id", "batch_id", "id"),
        one_of("kind", MismatchKind),
        one_of("status", MismatchStatus),
        CheckConstraint("(status = 'open') = (decided_at is null)", name="decided"),
    )
