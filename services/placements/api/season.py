"""The season of a round: how its stages stand, and what is promised and found."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.season import Stage, StageState
from services.placements.queries.season import Dimension, stages_of, targets_of
from services.placements.queries.visibility import reader
from shared.calendar import london_day
from shared.http.wire import Day, Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["rounds"])


class StageView(Wire):
    """One stage: by when, of how many things how many are done, and how that stands today.

    Counted are settings (capacity), open requests (preferences), the one result (matching), proposals (answers), and agreed
    placements (confirmed).
    """

    stage: Stage
    due_on: Day | None
    expected: int
    done: int
    state: StageState
    """`late`: something is missing and the day is past. `waiting`: there is nothing to do yet."""


class StageList(Wire):
    """The stages of one season, in their order."""

    model_config = like(
        items=[{"stage": "capacity", "due_on": "2026-05-29", "expected": 40, "done": 31, "state": "late"}]
    )

    items: Annotated[list[StageView], up_to(5)]


@router.get("/rounds/{round_id}/stages", operation_id="list_round_stages", response_model=StageList)
async def list_round_stages(round_id: Id, wired: Wired, principal: Reader) -> Response:
    """How the season stands today, stage by stage, and what is late."""
    async with wired.db.read() as connection:
        today = london_day(wired.clock.now())
        stages = await stages_of(connection, reader(principal), round_id, today)
    return answer(StageList(items=[StageView.model_validate(each) for each in stages]))


class TargetView(Wire):
    """Target against secured, for one organisation, directorate, level or setting."""

    key: str
    """An id, or the code of a directorate or level."""

    target: int
    secured: int
    """Places offered in the round."""

    missing: int
    settings: int
    """Its teams; 0 by level, as all numbers about statements are."""

    answered: int
    """Teams that have stated their capacity for the year."""

    declining: int
    """Teams that said they do not offer."""

    waiting_for: Annotated[list[UUID], up_to(20_000)]
    """Teams that have not answered."""


class TargetList(Wire):
    """What was promised for a round against what is offered; the widest gap comes first."""

    model_config = like(
        by="organisation",
        items=[
            {
                "key": SAMPLE_ID,
                "target": 12,
                "secured": 9,
                "missing": 3,
                "settings": 8,
                "answered": 7,
                "declining": 1,
                "waiting_for": [SAMPLE_ID],
            }
        ],
    )

    by: Dimension
    items: Annotated[list[TargetView], up_to(20_000)]


@router.get("/rounds/{round_id}/targets", operation_id="list_round_targets", response_model=TargetList)
async def list_round_targets(
    round_id: Id,
    wired: Wired,
    principal: Reader,
    by: Annotated[Dimension, Query(description="By what the lines are told apart.")] = Dimension.ORGANISATION,
) -> Response:
    """Target against secured, and who has not answered. An organisation sees its own teams, the office all."""
    async with wired.db.read() as connection:
        lines = await targets_of(connection, reader(principal), round_id, by)
    return answer(TargetList(by=by, items=[TargetView.model_validate(line) for line in lines]))
