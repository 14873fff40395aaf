"""Allocations: everybody without a hub gets one, or is told why not."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired, Writer
from services.hubs.api.shapes import OTHER_ID, SAMPLE_AT, SAMPLE_ID, WHY, Id, Why
from services.hubs.domain.allocation.inputs import Decision
from services.hubs.operations.allocations import AllocationOvertaken, Situation, allocate, consider
from services.hubs.operations.authors import Author
from services.hubs.queries import memberships as reading
from services.hubs.queries.singles import rows_within, seen_within
from services.hubs.queries.visibility import reader
from shared.http.wire import Instant, Wire, like, up_to
from shared.http.writing import Key, answer, created

router = APIRouter(prefix="/v1", tags=["allocations"])


class AllocationDraft(Wire):
    """What to allocate to."""

    model_config = like(hub_ids=[SAMPLE_ID], may_move=False)

    hub_ids: Annotated[list[UUID], Field(min_length=1, max_length=500)] | None = None
    """Only these hubs, and the students they are for; without it, all that are not over."""

    may_move: bool = False
    """Whether members may be moved between these hubs: the fewest that let the most students have one."""


class AllocationItem(Wire):
    """What was decided for one student."""

    placement_id: UUID
    student_id: UUID
    hub_id: UUID | None
    """None: no hub this time; `why` says the reason."""

    moved_from_hub_id: UUID | None
    """The hub the member was moved from."""

    why: Why


class AllocationView(Wire):
    """An allocation: one item for each student it looked at who had no hub, as far as the caller may see them."""

    model_config = like(
        id=SAMPLE_ID,
        created_at=SAMPLE_AT,
        items=[
            {
                "placement_id": OTHER_ID,
                "student_id": SAMPLE_ID,
                "hub_id": OTHER_ID,
                "moved_from_hub_id": None,
                "why": WHY,
            }
        ],
    )

    id: UUID
    created_at: Instant
    items: Annotated[list[AllocationItem], up_to(10000)]


_one = TypeAdapter(AllocationView)

TRIES = 3
"""How often an allocation is computed, each time anew because something it rests on has changed meanwhile."""


async def _shown(session: Any, binds: dict[str, object], allocation_id: UUID) -> AllocationView:
    bound = {**binds, "id": allocation_id}
    columns = await seen_within(session, reading.ALLOCATION, bound, "allocation")
    items = await rows_within(session, reading.DECIDED, bound)
    return _one.validate_python({**columns, "items": items})


@router.post(
    "/allocations",
    operation_id="create_allocation",
    summary="Allocate students to hubs",
    response_model=AllocationView,
    status_code=201,
)
async def create_allocation(
    wired: Wired,
    principal: Writer,
    key: Key,
    body: Annotated[AllocationDraft | None, Body()] = None,
) -> Response:
    """Look at all students without a hub together: as many as possible get one, of a comfortable size, mixed and near.

    Refused as `allocation_overtaken` when places or hubs went on changing while it was computed: repeat it. Nobody was moved.
    """
    asked, author = body or AllocationDraft(), Author.of(principal)
    considered: Situation | None = None
    decisions: Sequence[Decision] = ()
    for tries in range(TRIES + 1):
        async with wired.db.begin() as session:
            if replay := await key.claim(session):
                return replay
            now = wired.clock.now()
            there = await consider(session, author, asked.hub_ids, now, may_move=asked.may_move)
            if there == considered:
                allocation = await allocate(session, author, there, decisions, now)
                view = await _shown(session, reader(principal), allocation.id)
                return await key.keep(
                    session, created(view, f"/v1/allocations/{allocation.id}", version=None)
                )
        considered, decisions = there, ()
        if there.students and tries < TRIES:
            decisions = await wired.decide(there.students, there.choices)
    raise AllocationOvertaken


@router.get(
    "/allocations/{allocation_id}",
    operation_id="get_allocation",
    summary="One allocation",
    response_model=AllocationView,
)
async def get_allocation(allocation_id: Id, wired: Wired, principal: Reader) -> Response:
    """What an allocation decided, for the students the caller may see."""
    async with wired.db.begin() as session:
        return answer(await _shown(session, reader(principal), allocation_id))
