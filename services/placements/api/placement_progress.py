"""Days and reports of a placement: what travels, and the routes."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, Writer
from services.placements.api.resources import Id
from services.placements.api.shapes import like
from services.placements.domain.days import DayRecord
from services.placements.domain.vocabulary import DayKind, DayPart, Recommendation, ReportKind
from services.placements.operations import placement_days, reports
from services.placements.operations.lifecycle import Actor
from services.placements.queries import placements as reading
from services.placements.queries.placements import hold_placement, progress_of, stands_for
from services.placements.queries.visibility import reader
from services.placements.wiring import Wiring
from shared.auth.principal import Principal
from shared.errors import NotFound
from shared.http.wire import Day, Instant, Wire, up_to
from shared.http.writing import IdempotencyKey, Key, answer

router = APIRouter(prefix="/v1", tags=["placement days and reports"])


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


class MidwayReportIn(Wire):
    """What the midway report recommends: `on_course` or `at_risk`."""

    model_config = like(recommendation="on_course")

    recommendation: Recommendation


class FinalReportIn(Wire):
    """What the final report recommends: `pass`, `fail` or `incomplete`."""

    model_config = like(recommendation="pass")

    recommendation: Recommendation


class ReportView(Wire):
    """A report that was made."""

    model_config = like(kind="midway", recommendation="on_course", recorded_at="2026-12-01T10:00:00Z")

    kind: ReportKind
    recommendation: Recommendation
    recorded_at: Instant


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
    "/placements/{placement_id}/midway-report",
    operation_id="make_midway_report",
    response_model=ReportView,
    status_code=201,
)
async def make_midway_report(
    placement_id: Id, body: MidwayReportIn, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Record that the midway report was made."""
    return await _report(wired, principal, placement_id, ReportKind.MIDWAY, body.recommendation, key)


@router.post(
    "/placements/{placement_id}/final-report",
    operation_id="make_final_report",
    response_model=ReportView,
    status_code=201,
)
async def make_final_report(
    placement_id: Id, body: FinalReportIn, wired: Wired, principal: Writer, key: Key
) -> Response:
    """Record that the final report was made."""
    return await _report(wired, principal, placement_id, ReportKind.FINAL, body.recommendation, key)


async def _report(  # noqa: PLR0917 - what both reports need
    wired: Wiring,
    principal: Principal,
    placement_id: Id,
    kind: ReportKind,
    recommendation: Recommendation,
    key: IdempotencyKey,
) -> Response:
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        placement = await hold_placement(session, reader(principal), placement_id)
        actor = Actor(principal.subject, stands_for(principal, placement))
        made = await reports.make(session, placement, kind, recommendation, actor, now=wired.clock.now())
        view = ReportView(kind=kind, recommendation=recommendation, recorded_at=made.recorded_at)
        return await key.keep(session, answer(view, status=201))
