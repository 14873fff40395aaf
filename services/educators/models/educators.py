"""Practice educators, and their currency as it was last published."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.educators.domain.codes import (
    Basis,
    CurrencyStatus,
    Directorate,
    Employment,
    Mode,
    PepsStage,
)
from services.educators.domain.lapse import LapseCause
from services.educators.models.declarative import Base, Versioned
from shared.declarative import one_of


class Educator(Versioned, Base):
    """A practice educator of one organisation (an id of the placements service).

    `max_concurrent` is their own number of students at once; none means the usual one for how they work. The `currency_`
    columns and `current_until` are what was last computed and told the world; they are found anew when evidence
    comes and once on each day (`currency_checked_on`), and change no version. So are `lapses_on`, the first day on which
    they would be lapsed if nothing new came, with its cause, and `last_student_on`, the last day with a student of theirs.
    """

    __tablename__ = "educators"

    organisation_id: Mapped[UUID]
    social_work_england_number: Mapped[str]
    full_name: Mapped[str]
    mode: Mapped[str]
    employment: Mapped[str]
    peps_stage: Mapped[str]
    peps_stage_since: Mapped[date | None]
    directorate: Mapped[str | None]
    locality: Mapped[str | None]
    qualified_on: Mapped[date | None]
    registered_on: Mapped[date | None]
    max_concurrent: Mapped[int | None]
    mentor_educator_id: Mapped[UUID | None]
    currency_status: Mapped[str]
    currency_basis: Mapped[str | None]
    current_until: Mapped[date | None]
    currency_checked_on: Mapped[date | None]
    lapses_on: Mapped[date | None]
    lapses_by: Mapped[str | None]
    last_student_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        UniqueConstraint("partnership_id", "social_work_england_number", name="educators_number_unique"),
        ForeignKeyConstraint(
            ["partnership_id", "mentor_educator_id"],
            ["educators.partnership_id", "educators.id"],
            name="educators_mentor_fkey",
        ),
        Index(None, "partnership_id", "organisation_id", "id"),
        Index(None, "partnership_id", "peps_stage", "id"),
        Index(None, "partnership_id", "currency_status", "id"),
        Index(None, "partnership_id", "mode", "id"),
        Index(None, "partnership_id", "directorate", "id"),
        Index(None, "partnership_id", "locality", "id"),
        Index(None, "partnership_id", "lapses_on", "id"),
        Index(None, "partnership_id", "last_student_on", "id"),
        Index(None, "mentor_educator_id"),
        Index("educators_currency_due_idx", "currency_checked_on", "id"),
        one_of("mode", Mode),
        one_of("employment", Employment),
        one_of("peps_stage", PepsStage),
        one_of("currency_status", CurrencyStatus),
        one_of("currency_basis", Basis),
        one_of("directorate", Directorate),
        one_of("lapses_by", LapseCause),
        CheckConstraint("social_work_england_number ~ '^SW[1-9][0-9]{0,5}$'", name="number"),
        CheckConstraint("max_concurrent between 0 and 50", name="max_concurrent"),
        CheckConstraint("mentor_educator_id <> id", name="own_mentor"),
    )
