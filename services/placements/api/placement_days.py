"""Days of placements: recorded, approved one by one or in bulk, corrected; what travels, and the routes."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, Writer
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.days import DayRecord
from services.placements.domain.vocabulary import DayKind, DayPart
from services.placements.operations import placement_days
from services.placements.operations.day_approvals import AT_ONCE, Chosen, approve_many
from services.placements.operations.lifecycle import Actor
from services.placements.queries import placements as reading
from services.placements.queries.placements import hold_placement, progress_of, stands_for
from services.placements.queries.visibility import reader
from shared.errors import Fault, Invalid, NotFound
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Code, Day, Instant, Page, Wire, like, up_to
from shared.http.writing import Key, answer

router = APIRouter(prefix="/v1", tags=["placement days"])


class DayIn(Wire):
    """What one day was."""

    on: Day
    kind: DayKind
    part: DayPart = DayPart.DAY


class DaysIn(Wire):
    """Days as they were; days that are not named stay as they are."""

    model_config = like(days=[{"on": "2026-09-14", "kind": "attended"}])

    days: Annotated[list[DayIn], Field(max_length=400)]


class ApprovalIn(Wire):
    """From and to which day, both counted, the recorded days are approved."""

    model_config = like(**{"from": "2026-09-14", "to": "2026-10-09"})

    first: Annotated[Day, Field(alias="from")]
    last: Annotated[Day, Field(alias="to")]


class DaysDone(Wire):
    """What a call about days did, and how far the placement is."""

    model_config = like(changed=20, days_approved=34.5, days_required=100)

    changed: int
    """Records that are new, different or newly approved."""
    days_approved: float
    days_required: int


class DayView(Wire):
    """One day record."""

    model_config = like(
        on="2026-09-14",
        part="day",
        kind="attended",
        submitted_at="2026-09-14T16:30:00Z",
        approved_at=None,
    )

    on: date
    part: DayPart
    kind: DayKind
    submitted_at: Instant
    approved_at: Instant | None


class DayList(Wire):
    """All day records of a placement, in order."""

    items: Annotated[list[DayView], up_to(1000)]


class CorrectionIn(Wire):
    """What a day on record really was, and why it is corrected."""

    model_config = like(on="2026-09-15", part="day", kind="sick", reason_code="recorded_by_mistake")

    on: Day
    part: DayPart = DayPart.DAY
    kind: DayKind
    reason_code: Code


class DayVersionView(Wire):
    """What a record said before it was changed."""

    model_config = like(
        on="2026-09-15",
        part="day",
        kind="attended",
        submitted_at="2026-09-15T16:30:00Z",
        approved_at="2026-09-18T10:00:00Z",
        replaced_at="2026-09-21T09:00:00Z",
        replaced_by="test-client",
        reason_code="recorded_by_mistake",
        number=1,
    )

    number: int
    """Grows with each change."""
    on: date
    part: DayPart
    kind: DayKind
    submitted_at: Instant
    approved_at: Instant | None
    replaced_at: Instant
    replaced_by: str
    reason_code: str | None


class DayFilter(Wire):
    """Which placements under way: all that fit every member given."""

    round_id: UUID | None = None
    organisation_id: UUID | None = None
    educator_id: UUID | None = None


class BulkApprovalIn(ApprovalIn):
    """Whose recorded days are approved: the placements named, or those that fit the filter."""

    model_config = like(placement_ids=[SAMPLE_ID], filter=None, **{"from": "2026-09-14", "to": "2026-10-09"})

    placement_ids: Annotated[list[UUID], Field(min_length=1, max_length=AT_ONCE)] | None = None
    filter: DayFilter | None = None


class ApprovalOutcome(Wire):
    """What became of one placement's days."""

    placement_id: UUID
    approved: int
    refused: str | None
    """Why none was approved, as a code: the same codes as for one placement; `not_found` where the caller sees none."""


class BulkApproval(Wire):
    """What an approval over many placements did."""

    model_config = like(approved=20, items=[{"placement_id": SAMPLE_ID, "approved": 20, "refused": None}])

    approved: int
    items: Annotated[list[ApprovalOutcome], up_to(AT_ONCE)]


_VERSIONS = TypeAdapter(list[DayVersionView])


@router.get("/placements/{placement_id}/days", operation_id="list_placement_days", response_model=DayList)
async def list_days(placement_id: Id, wired: Wired, principal: Reader) -> Response:
    """All day records of a placement, in order."""
    binds = {**reader(principal), "id": placement_id}
    async with wired.db.read() as connection:
        if (await connection.execute(reading.SINGLE, binds)).one_or_none() is None:
            raise NotFound("placement")
        rows = (await connection.execute(reading.DAYS, binds)).all()
    return answer(DayList(items=[DayView.model_validate(row._mapping) for row in rows]))


@router.put("/placements/{placement_id}/days", operation_id="record_placement_days", response_model=DaysDone)
async def record_days(placement_id: Id, body: DaysIn, wired: Wired, principal: Writer) -> Response:
    """Record many days at once; saying the same again changes nothing, and an approved day stays as it is."""
    records = [DayRecord(day.on, day.kind, day.part) for day in body.days]
    async with wired.db.begin() as session:
        placement = await hold_placement(session, reader(principal), placement_id)
        actor = Actor(principal.subject, stands_for(principal, placement))
        changed = await placement_days.record(session, placement, records, actor, now=wired.clock.now())
        progress = await progress_of(session, placement_id)
    done = DaysDone(
        changed=changed, days_approved=progress.days_approved, days_required=placement.days_required
    )
    return answer(done)


@router.post(
    "/placements/{placement_id}/days/approval", operation_id="approve_placement_days", response_model=DaysDone
)
async def approve_days(
    placement_id: Id, body: ApprovalIn, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Approve the recorded days of a stretch; they count from now on."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await hold_placement(session, reader(principal), placement_id)
        actor = Actor(principal.subject, stands_for(principal, placement))
        now = wired.clock.now()
        changed = await placement_days.approve(session, placement, body.first, body.last, actor, now=now)
        approved = (await progress_of(session, placement_id)).days_approved
        done = DaysDone(changed=changed, days_approved=approved, days_required=placement.days_required)
        return await key.keep(session, answer(done))


@router.post(
    "/placements/{placement_id}/days/corrections",
    operation_id="record_day_correction",
    response_model=DaysDone,
)
async def correct_day(
    placement_id: Id, body: CorrectionIn, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Say what a day on record really was. It is approved as it is now; what stood there is kept in the history."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await hold_placement(session, reader(principal), placement_id)
        actor = Actor(principal.subject, stands_for(principal, placement))
        day = DayRecord(body.on, body.kind, body.part)
        await placement_days.correct(
            session, placement, day, actor, reason_code=body.reason_code, now=wired.clock.now()
        )
        approved = (await progress_of(session, placement_id)).days_approved
        done = DaysDone(changed=1, days_approved=approved, days_required=placement.days_required)
        return await key.keep(session, answer(done))


@router.get(
    "/placements/{placement_id}/days/history",
    operation_id="list_day_versions",
    response_model=Page[DayVersionView],
)
async def list_versions(placement_id: Id, call: ListCall, wired: Wired, principal: Reader) -> Response:
    """What day records said before they were changed, oldest change first."""
    binds = {**reader(principal), "id": placement_id}
    return await page(
        call, wired.db, reading.DAY_VERSIONS, binds, _VERSIONS, filters={}, key="number", start=0
    )


@router.post("/day-approvals", operation_id="approve_days_in_bulk", response_model=BulkApproval)
async def approve_in_bulk(body: BulkApprovalIn, wired: Wired, principal: Writer, key: Key) -> Response:
    """Approve the recorded days of many placements at once, each as far as it is the caller's to approve."""
    if (body.placement_ids is None) == (body.filter is None):
        raise Invalid([Fault("/placement_ids", "ids_or_filter", "Give either placement_ids or a filter.")])
    filters = body.filter.model_dump(exclude_none=True) if body.filter else None
    chosen = Chosen(body.placement_ids, filters)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        outcomes = await approve_many(
            session, principal, reader(principal), chosen, body.first, body.last, now=wired.clock.now()
        )
        items = [ApprovalOutcome.model_validate(outcome) for outcome in outcomes]
        done = BulkApproval(approved=sum(item.approved for item in items), items=items)
        return await key.keep(session, answer(done))
