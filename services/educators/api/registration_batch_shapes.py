"""Batches of numbers for the public register, and what its answers left open, as they travel."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID
from services.educators.domain.codes import RegisterStatus, Restriction
from services.educators.domain.regulator import (
    BatchStatus,
    DueBecause,
    LineOutcome,
    MismatchKind,
    MismatchStatus,
)
from shared.http.wire import Day, Instant, LongText, Wire, like, up_to

_BATCH = {
    "id": SAMPLE_ID,
    "organisation_id": None,
    "status": "open",
    "size": 1,
    "checked_on": None,
    "mismatches": 0,
    "mismatches_open": 0,
    "created_at": "2026-12-01T09:00:00Z",
}


class DueCheck(Wire):
    """Somebody who must be looked up on the public register."""

    model_config = like(
        educator_id=SAMPLE_ID,
        organisation_id=SAMPLE_OTHER_ID,
        social_work_england_number="SW12345",
        full_name="Amara Fielding",
        last_checked_on="2026-09-01",
        because=["renewal_passed"],
        batch_id=None,
    )

    educator_id: UUID
    organisation_id: UUID
    social_work_england_number: str
    full_name: str
    last_checked_on: Day | None
    because: Annotated[list[DueBecause], up_to(4)]
    batch_id: UUID | None
    """The batch in which they wait already."""


class BatchQuestion(Wire):
    """For whom batches are to be made."""

    model_config = like(organisation_id=None)

    organisation_id: UUID | None = None
    """Only for this organisation's educators; for all that are yours when absent."""


class BatchView(Wire):
    """Up to 100 numbers that are looked up together."""

    model_config = like(**_BATCH)

    id: UUID
    organisation_id: UUID | None
    """Whose educators these are; null for the whole partnership's."""

    status: BatchStatus
    size: int
    checked_on: Day | None
    """The day on which the regulator gave its answer."""

    mismatches: int
    """Lines of the answer that a person must look at."""

    mismatches_open: int
    created_at: Instant


class BatchLine(Wire):
    """One number of a batch."""

    educator_id: UUID
    social_work_england_number: str
    outcome: LineOutcome | None
    """Null while the answer is awaited."""


class BatchWhole(BatchView):
    """A batch with its numbers."""

    model_config = like(
        **_BATCH,
        lines=[{"educator_id": SAMPLE_ID, "social_work_england_number": "SW12345", "outcome": None}],
    )

    lines: Annotated[list[BatchLine], up_to(100)]


class BatchesMade(Wire):
    """The batches that were made; none when nobody is due."""

    model_config = like(items=[_BATCH])

    items: Annotated[list[BatchView], up_to(200)]


class RegisterEntry(Wire):
    """What the public register said."""

    surname: str | None
    status: RegisterStatus
    registered_until: Day | None
    restriction: Restriction


class MismatchView(Wire):
    """A line of the answer that a person must look at."""

    model_config = like(
        id=SAMPLE_OTHER_ID,
        batch_id=SAMPLE_ID,
        educator_id=SAMPLE_ID,
        social_work_england_number="SW12345",
        full_name="Amara Fielding",
        kind="surname_differs",
        found={
            "surname": "Field",
            "status": "registered",
            "registered_until": "2027-11-30",
            "restriction": "none",
        },
        status="open",
        reason=None,
        decided_at=None,
    )

    id: UUID
    batch_id: UUID
    educator_id: UUID | None
    """Null where no educator of the register has this number."""

    social_work_england_number: str
    full_name: str | None
    """The educator as we know them."""

    kind: MismatchKind
    found: RegisterEntry | None
    """What the register said; null where it said nothing."""

    status: MismatchStatus
    reason: str | None
    decided_at: Instant | None


class MismatchDecision(Wire):
    """What a person decided, and why."""

    model_config = like(decision="accept", reason="Married in October; the employer confirmed the new name.")

    decision: Annotated[Literal["accept", "reject"], Field()]
    """`accept` records what the register said about the educator (missing means not registered); `reject` records nothing."""

    reason: Annotated[LongText, StringConstraints(min_length=3, max_length=500)]
