"""The PEPS pipeline: who is on the way to Stage 2 or back into practice education, with whose help, and who is stuck."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.educators.api.deps import Reader, Wired
from services.educators.api.register_shapes import Organisation
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID
from services.educators.domain.pipeline import PipelineStep, StuckBecause
from services.educators.queries import pipeline as reading
from services.educators.queries.visibility import reader
from shared.calendar import london_day
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Day, Page, Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["register"])


class PipelineMentor(Wire):
    """The educator named to mentor somebody."""

    educator_id: UUID
    full_name: str
    is_stage_2: bool
    is_current: bool


class PipelineLine(Wire):
    """Somebody on the way."""

    model_config = like(
        educator_id=SAMPLE_ID,
        organisation_id=SAMPLE_OTHER_ID,
        full_name="Amara Fielding",
        step="in_training_stage_2",
        since="2025-09-01",
        mentor={
            "educator_id": SAMPLE_OTHER_ID,
            "full_name": "Cal Rowe",
            "is_stage_2": True,
            "is_current": False,
        },
        stuck_because=["mentor_not_current", "long_in_training"],
    )

    educator_id: UUID
    organisation_id: UUID
    full_name: str
    step: PipelineStep
    since: Day | None
    """The day of the award, or the day on which the stage was put on record; null where neither is known."""

    mentor: PipelineMentor | None
    stuck_because: Annotated[list[StuckBecause], up_to(5)]
    """What holds them up; empty when nothing does."""


class StepCount(Wire):
    """How many are at one step."""

    step: PipelineStep
    educators: int
    stuck: int


class PipelineSummary(Wire):
    """How many are at each step, in the order of the way."""

    model_config = like(
        as_at="2026-09-07", steps=[{"step": "in_training_stage_1", "educators": 12, "stuck": 3}]
    )

    as_at: Day
    steps: Annotated[list[StepCount], up_to(5)]


class MentorLine(Wire):
    """Somebody who mentors others."""

    model_config = like(
        educator_id=SAMPLE_ID,
        organisation_id=SAMPLE_OTHER_ID,
        full_name="Cal Rowe",
        is_stage_2=True,
        is_current=True,
        mentees=3,
        mentees_in_training=2,
    )

    educator_id: UUID
    organisation_id: UUID
    full_name: str
    is_stage_2: bool
    is_current: bool
    mentees: int
    mentees_in_training: int


_many = TypeAdapter(list[PipelineLine])
_mentors = TypeAdapter(list[MentorLine])


@router.get(
    "/pipeline", operation_id="list_pipeline", summary="The PEPS pipeline", response_model=Page[PipelineLine]
)
async def list_pipeline(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    *,
    step: Annotated[PipelineStep | None, Query(description="Only those at this step.")] = None,
    stuck: Annotated[
        bool | None, Query(description="Only those who are held up, or only those who are not.")
    ] = None,
    organisation_id: Organisation = None,
) -> Response:
    """Educators you see whole, from training for Stage 1 to Stage 2, and those coming back after a lapse."""
    filters = {"step": step, "stuck": stuck, "organisation_id": organisation_id}
    binds = {**reader(principal), **reading.measured_on(london_day(wired.clock.now()))}
    statement = reading.LIST.by(filters)
    return await page(call, wired.db, statement, binds, _many, filters=filters, key="educator_id")


@router.get(
    "/pipeline/summary",
    operation_id="get_pipeline_summary",
    summary="The pipeline in numbers",
    response_model=PipelineSummary,
)
async def get_pipeline_summary(wired: Wired, principal: Reader) -> Response:
    """How many of the educators you see whole are at each step, and how many of them are stuck."""
    today = london_day(wired.clock.now())
    binds = {**reader(principal), **reading.measured_on(today)}
    async with wired.db.read() as connection:
        counts = {row.step: row for row in await connection.execute(reading.COUNTS, binds)}
    steps = [
        StepCount(step=step, educators=counts[step].educators, stuck=counts[step].stuck)
        if step in counts
        else StepCount(step=step, educators=0, stuck=0)
        for step in PipelineStep
    ]
    return answer(PipelineSummary(as_at=today, steps=steps))


@router.get(
    "/pipeline/mentors", operation_id="list_mentors", summary="Mentors", response_model=Page[MentorLine]
)
async def list_mentors(
    call: ListCall, wired: Wired, principal: Reader, *, organisation_id: Organisation = None
) -> Response:
    """Educators you see whole who mentor somebody, whether they may, and how many they have."""
    filters = {"organisation_id": organisation_id}
    statement = reading.MENTORS.by(filters)
    return await page(
        call, wired.db, statement, reader(principal), _mentors, filters=filters, key="educator_id"
    )
