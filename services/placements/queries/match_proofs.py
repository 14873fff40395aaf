"""Reading what proves a run: its frozen inputs, and its result with the certificate, as JSON text, for the office."""

from sqlalchemy import Text, bindparam, cast, func, select

from services.placements.domain.vocabulary import MatchRunStatus
from services.placements.models.match_runs import MatchRun, MatchRunResult
from services.placements.queries.visibility import PARTNERSHIP, WIDE

_COMPLETED = (
    WIDE,
    MatchRun.partnership_id == PARTNERSHIP,
    MatchRun.id == bindparam("id"),
    MatchRun.status == MatchRunStatus.COMPLETED.value,
)

INPUTS = select(MatchRun.inputs.label("document")).where(*_COMPLETED, MatchRun.inputs.is_not(None))
"""The frozen inputs of a completed run."""

CERTIFICATE = (
    select(
        cast(
            func.jsonb_build_object(
                "input_hash",
                MatchRun.input_hash,
                "assignments",
                MatchRunResult.assignments,
                "certificate",
                MatchRunResult.certificate,
            ),
            Text,
        ).label("document")
    )
    .select_from(MatchRun)
    .join(MatchRunResult, MatchRunResult.run_id == MatchRun.id)
    .where(*_COMPLETED, MatchRunResult.certificate.is_not(None))
)
"""Who goes where by a completed run, and what proves it; a run of a version that kept no proof has none."""
