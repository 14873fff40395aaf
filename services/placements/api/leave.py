"""Agreed leave of a placement: what travels, and the routes."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import TypeAdapter, model_validator
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, Writer
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.named_steps import LeaveReason
from services.placements.models.leave import Leave
from services.placements.operations import named_steps
from services.placements.operations.lifecycle import Actor
from services.placements.queries import named_steps as reading
from services.placements.queries.placements import hold_placement, stands_for
from services.placements.queries.visibility import reader
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Day, Instant, Page, Wire, like
from shared.http.writing import Key, created

router = APIRouter(prefix="/v1", tags=["schedules and progress"])

_LONGEST = 366
_EXAMPLE = {"starts_on": "2026-10-26", "ends_on": "2026-10-30", "reason": "holiday"}


class LeaveIn(Wire):
    """Days, first and last included, on which nobody expects the student."""

    model_config = like(**_EXAMPLE)

    starts_on: Day
    ends_on: Day
    reason: LeaveReason

    @model_validator(mode="after")
    def _in_order(self) -> "LeaveIn":
        if not 0 <= (self.ends_on - self.starts_on).days < _LONGEST:
            raise ValueError("ends_on must be on or after starts_on, within a year")
        return self


class LeaveView(Wire):
    """Agreed leave."""

    model_config = like(id=SAMPLE_ID, **_EXAMPLE, created_at="2026-10-01T09:00:00Z")

    id: UUID
    starts_on: date
    ends_on: date
    reason: LeaveReason
    created_at: Instant


_MANY = TypeAdapter(list[LeaveView])


@router.get("/placements/{placement_id}/leave", operation_id="list_leave", response_model=Page[LeaveView])
async def list_leave(placement_id: Id, call: ListCall, wired: Wired, principal: Reader) -> Response:
    """The agreed leave of a placement."""
    binds = {**reader(principal), "placement_id": placement_id}
    return await page(call, wired.db, reading.LEAVE, binds, _MANY, filters={})


@router.post(
    "/placements/{placement_id}/leave", operation_id="create_leave", response_model=LeaveView, status_code=201
)
async def create_leave(
    placement_id: Id, body: LeaveIn, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Agree to leave: the planned days move behind it, and it never counts against the student."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await hold_placement(session, reader(principal), placement_id)
        actor = Actor(principal.subject, stands_for(principal, placement))
        now = wired.clock.now()
        made = await named_steps.grant_leave(
            session, placement, body.starts_on, body.ends_on, body.reason, actor, now=now
        )
        where = f"/v1/placements/{placement_id}/leave/{made.id}"
        return await key.keep(session, created(LeaveView.model_validate(made), where, version=None))


@router.delete(
    "/placements/{placement_id}/leave/{leave_id}",
    operation_id="delete_leave",
    status_code=204,
    response_class=Response,
)
async def delete_leave(placement_id: Id, leave_id: Id, wired: Wired, principal: Writer) -> Response:
    """Take agreed leave back; leave does not change, so there is no version to match."""
    async with wired.db.begin() as session:
        placement = await hold_placement(session, reader(principal), placement_id)
        actor = Actor(principal.subject, stands_for(principal, placement))
        await named_steps.withdraw(session, placement, Leave, leave_id, actor, now=wired.clock.now())
    return Response(status_code=204)
