"""Evaluations of CPD activities: given in person, shown only together with others."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.educators.api.cpd_shapes import ActivityId
from services.educators.api.deps import Reader, Wired, Writer
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID
from services.educators.operations.authors import Author
from services.educators.operations.cpd_evaluations import evaluate
from services.educators.queries import cpd_evaluations as reading
from services.educators.queries.cpd_activities import hold_activity
from services.educators.queries.visibility import reader
from shared.http.paging import SingleCall
from shared.http.reading import single
from shared.http.wire import Instant, LongText, Wire, like, up_to
from shared.http.writing import Key, created

router = APIRouter(prefix="/v1", tags=["cpd"])

Score = Annotated[int, Field(ge=1, le=5)]
_EXAMPLE = {
    "usefulness": 5,
    "quality": 4,
    "confidence_before": 2,
    "confidence_after": 4,
    "comment": "More time for the case discussions would be good.",
}


class EvaluationFacts(Wire):
    """What an educator thinks of an activity, from 1 (very low) to 5 (very high)."""

    model_config = like(**_EXAMPLE)

    usefulness: Score
    quality: Score
    confidence_before: Score
    """Confidence in the matter before the activity."""

    confidence_after: Score
    comment: LongText | None = None
    """The host reads it, without a name."""


class EvaluationView(EvaluationFacts):
    """One's own evaluation, as it was kept."""

    model_config = like(
        id=SAMPLE_ID, activity_id=SAMPLE_OTHER_ID, created_at="2026-11-06T09:00:00Z", **_EXAMPLE
    )

    id: UUID
    activity_id: UUID
    created_at: Instant


class ScaleView(Wire):
    """One scale over all who answered."""

    mean: float
    good_percent: float
    """Per cent who gave 4 or 5."""


class ScalesView(Wire):
    """All scales."""

    usefulness: ScaleView
    quality: ScaleView
    confidence_before: ScaleView
    confidence_after: ScaleView


class EvaluationSummary(Wire):
    """What those who were there think. With fewer than five answers nothing is shown, not even how many there are."""

    model_config = like(
        activity_id=SAMPLE_OTHER_ID,
        attended=18,
        answered=11,
        scales={
            "usefulness": {"mean": 4.45, "good_percent": 90.9},
            "quality": {"mean": 4.36, "good_percent": 90.9},
            "confidence_before": {"mean": 2.73, "good_percent": 18.2},
            "confidence_after": {"mean": 4.09, "good_percent": 81.8},
        },
        comments=["More time for the case discussions would be good."],
    )

    activity_id: UUID
    attended: int
    answered: int | None
    scales: ScalesView | None
    comments: Annotated[list[str], up_to(5000)]
    """For the host, in the order of the alphabet."""


_summary = TypeAdapter(EvaluationSummary)


@router.post(
    "/cpd-activities/{activity_id}/evaluations",
    operation_id="create_cpd_evaluation",
    summary="Evaluate a CPD activity",
    response_model=EvaluationView,
    status_code=201,
)
async def create_cpd_evaluation(
    activity_id: ActivityId, body: EvaluationFacts, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Say once, in person, what one thinks of an activity one was at."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        activity = await hold_activity(session, reader(principal), activity_id)
        author, now = Author.of(principal), wired.clock.now()
        kept = await evaluate(session, author, activity, body.model_dump(), now)
        location = f"/v1/cpd-activities/{activity_id}/evaluation"
        return await key.keep(session, created(EvaluationView.model_validate(kept), location, version=None))


@router.get(
    "/cpd-activities/{activity_id}/evaluation",
    operation_id="get_cpd_evaluation",
    summary="What those who were there think",
    response_model=EvaluationSummary,
)
async def get_cpd_evaluation(
    activity_id: ActivityId, call: SingleCall, wired: Wired, principal: Reader
) -> Response:
    """All evaluations together, for everybody who sees the activity; the comments for its host."""
    binds = {**reader(principal), "p_activity": activity_id}
    return await single(call, wired.db, reading.SUMMARY, binds, _summary, "CPD activity")
