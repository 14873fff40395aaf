"""Imports on the wire."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from shared.http.wire import Instant, Wire, like, up_to

_SAMPLE_ID = "01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d01"


class ImportMode(StrEnum):
    """What happens to the rows."""

    VALIDATE_ONLY = "validate_only"
    ALL_OR_NOTHING = "all_or_nothing"
    BEST_EFFORT = "best_effort"


class ImportStatus(StrEnum):
    """How far an import is."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    REJECTED = "rejected"


class RowResult(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    INVALID = "invalid"
    DUPLICATE_IN_FILE = "duplicate_in_file"


class FaultOut(Wire):
    """One fault: where, a stable code, and what to do."""

    pointer: str
    """JSON Pointer to the member, which is the column of a CSV file."""
    code: str
    detail: str


class ImportOut(Wire):
    """One import and how far it is."""

    model_config = like(
        id=_SAMPLE_ID,
        kind="settings",
        mode="all_or_nothing",
        system="records",
        status="completed",
        applied=True,
        rows_done=66,
        counts={"created": 60, "updated": 2, "unchanged": 4},
        faults=[],
        created_at="2026-09-07T09:00:00Z",
        completed_at="2026-09-07T09:00:02Z",
    )

    id: UUID
    kind: str
    """What the rows are."""
    mode: ImportMode
    system: str
    """The system whose names the file uses as external ids."""
    status: ImportStatus
    """`rejected` says why in `faults` and in the rows."""
    applied: bool
    """Whether rows of the file were applied."""
    rows_done: int
    counts: dict[str, int]
    """Rows by result."""
    faults: Annotated[list[FaultOut], up_to(1000)]
    """Faults of the file as a whole."""
    created_at: Instant
    completed_at: Instant | None


class ImportRowOut(Wire):
    """What became of one row (numbered from 1, the header not counted)."""

    model_config = like(
        number=12,
        result="invalid",
        resource_id=None,
        errors=[{"pointer": "/latitude", "code": "missing", "detail": "Field required"}],
    )

    number: int
    result: RowResult
    resource_id: UUID | None
    errors: Annotated[list[FaultOut], up_to(1000)]
