"""What is due: of one placement, and of one person over all their placements. Computed each time; nobody types it."""

from datetime import date
from heapq import nsmallest
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.life import Life
from services.placements.domain.next_steps import By, NextStep, StepCode, next_steps
from services.placements.domain.schedule import NeverEnds
from services.placements.queries.lives import life_seen, lives_around
from services.placements.queries.visibility import acting_for, reader
from shared.auth.principal import Principal
from shared.calendar import london_day
from shared.errors import Fault, Invalid
from shared.http.paging import ListCall
from shared.http.reading import page_of
from shared.http.wire import Page, Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["what is due"])

_EXAMPLE = {
    "code": "review_response",
    "by": "student",
    "person_id": SAMPLE_ID,
    "due_on": "2026-10-12",
    "overdue_by": 0,
    "about": "four_week",
}


class NextStepView(Wire):
    """One step that is due."""

    model_config = like(**_EXAMPLE)

    code: StepCode
    by: By
    """Whose it is. A coordinator's is anybody's who acts for the university."""
    person_id: UUID | None
    """Who that is, as their token names them; null where the role is not filled or is not one person's."""
    due_on: date
    """A working day."""
    overdue_by: int
    """Working days since it was due; 0 while there is time."""
    about: str | None
    """Which of several: a review's checkpoint, an observation's number."""


class NextStepList(Wire):
    """All open steps of a placement, the earliest first."""

    items: Annotated[list[NextStepView], up_to(100)]


class TaskView(NextStepView):
    """A step that is due, and of which placement."""

    model_config = like(placement_id=SAMPLE_ID, **_EXAMPLE)

    placement_id: UUID


_MANY = TypeAdapter(list[TaskView])


@router.get(
    "/placements/{placement_id}/next-steps", operation_id="list_next_steps", response_model=NextStepList
)
async def list_next_steps(placement_id: Id, wired: Wired, principal: Reader) -> Response:
    """What the placement needs next: what, by whom, by which working day."""
    life = await life_seen(wired.db, reader(principal), placement_id)
    steps = next_steps(life, london_day(wired.clock.now()))
    return answer(NextStepList(items=[NextStepView.model_validate(step) for step in steps]))


@router.get("/tasks", operation_id="list_tasks", response_model=Page[TaskView])
async def list_tasks(
    call: ListCall,
    wired: Wired,
    principal: Reader,
    assignee: Annotated[
        str, Query(max_length=36, description="`me`, or the id by which a person's token names them.")
    ] = "me",
    overdue: Annotated[bool | None, Query(description="Only what is overdue, or only what is not.")] = None,
) -> Response:
    """What is due from a person over all their placements, the earliest first.

    `me` is, for a person, what is theirs, and what is the coordinator's where they act for a university; for the system of a
    university what is the coordinator's. Tasks of somebody else are shown for placements that the caller sees. A student is
    also asked how a placement was that has lately ended.
    """
    whose = _whose(assignee)
    today = london_day(wired.clock.now())
    filters = {"assignee": assignee, "overdue": overdue}
    after = call.after(filters, "")
    due = [
        (key, life.id, step)
        async for life in lives_around(wired.db, reader(principal), whose)
        for step in _steps_of(life, today, principal, whose)
        if overdue in (None, step.overdue_by > 0)
        if (key := _place(life, step)) > after
    ]
    shown = nsmallest(call.limit, due)
    tasks = [TaskView(placement_id=id_, **_columns(step)) for _, id_, step in shown]
    last = shown[-1][0] if len(due) > call.limit else None
    return page_of(call, _MANY.dump_json(tasks), last, filters)


def _place(life: Life, step: NextStep) -> str:
    """Where a task stands among all of a person: no two have the same place, and what is done moves none of the others."""
    return " ".join((step.due_on.isoformat(), str(life.id), step.code, step.by, step.about or ""))


def _whose(assignee: str) -> UUID | None:
    if assignee == "me":
        return None
    try:
        return UUID(assignee)
    except ValueError:
        raise Invalid(
            [Fault("/query/assignee", "not_a_person", "Say `me`, or the id of a person.")]
        ) from None


def _steps_of(life: Life, today: date, principal: Principal, whose: UUID | None) -> list[NextStep]:
    def are_theirs(by: By, person_id: UUID | None) -> bool:
        if whose is not None:
            return person_id == whose
        if by is By.COORDINATOR:
            return acting_for(principal) == life.around.university_id
        return person_id is not None and person_id == principal.person_id

    try:
        return next_steps(life, today, are_theirs)
    except NeverEnds:
        return []


def _columns(step: NextStep) -> dict[str, Any]:
    return NextStepView.model_validate(step).model_dump()
