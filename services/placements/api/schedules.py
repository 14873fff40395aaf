"""The calendar of a placement, how far it is, and who is behind: what travels, and the routes."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.life import Life
from services.placements.domain.named_steps import SupervisionKind
from services.placements.domain.progress import Standing, WhyBehind, standing
from services.placements.domain.schedule import NeverEnds
from services.placements.domain.vocabulary import PcfDomain, Recommendation, ReportKind
from services.placements.queries.lives import life_seen, lives_running
from services.placements.queries.visibility import reader
from shared.calendar import london_day
from shared.http.paging import START, ListCall
from shared.http.reading import page_of
from shared.http.wire import Page, Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["schedules and progress"])

_AT_ONCE = 200
_CHUNKS = 5
_SHORT = {"planned_end_on": "2027-02-12", "forecast_end_on": "2027-02-19", "behind_by": 5.0}


class PlannedDayView(Wire):
    """One planned day: `number` of the placement day from 1, `credit` 1 or a half."""

    on: date
    number: int
    credit: float


class ScheduleView(Wire):
    """The planned days of a placement, less bank holidays, closures, agreed leave and rests."""

    model_config = like(
        placement_id=SAMPLE_ID,
        days_required=100,
        **_SHORT,
        days=[{"on": "2026-09-14", "number": 1, "credit": 1.0}],
    )

    placement_id: UUID
    days_required: int
    planned_end_on: date
    """The last planned day."""
    forecast_end_on: date
    """The last day as things stand: days that were missed are made up at the end."""
    behind_by: float
    days: Annotated[list[PlannedDayView], up_to(800)]


class Reasons(Wire):
    """Days lost so far, by why."""

    sickness: float = 0.0
    authorised_absence: float = 0.0
    unauthorised_absence: float = 0.0
    not_recorded: float = 0.0
    """Planned days more than four weeks old that nobody has recorded."""
    other_days: float = 0.0


class SupervisionSoFar(Wire):
    """Formal supervision against the minimum that the student's programme asks for in five placement days."""

    minutes: int
    minutes_agreed: int
    last_on: date | None


class ObservationsSoFar(Wire):
    """Direct observations against plan."""

    made: int
    required: int
    required_by_midway: int


class ReportSoFar(Wire):
    """A report that was made."""

    kind: ReportKind
    recommendation: Recommendation


class ProgressView(Wire):
    """How far a placement is: its days, its named steps, and the PCF domains touched so far."""

    model_config = like(
        placement_id=SAMPLE_ID,
        days_required=100,
        planned_so_far=40.0,
        approved=34.5,
        awaiting_approval=0.5,
        unrecorded=0,
        **_SHORT,
        reasons={"sickness": 5.0},
        learning_agreement_held_on="2026-09-25",
        supervision={"minutes": 480, "minutes_agreed": 480, "last_on": "2026-11-06"},
        observations={"made": 1, "required": 3, "required_by_midway": 2},
        reports=[{"kind": "midway", "recommendation": "on_course"}],
        pcf_domains={domain.value: 1 for domain in PcfDomain},
    )

    placement_id: UUID
    days_required: int
    planned_so_far: float
    approved: float
    """Only approved days count."""
    awaiting_approval: float
    unrecorded: int
    """Planned days up to today without a record."""
    behind_by: float
    planned_end_on: date
    forecast_end_on: date
    reasons: Reasons
    learning_agreement_held_on: date | None
    supervision: SupervisionSoFar
    observations: ObservationsSoFar
    reports: Annotated[list[ReportSoFar], up_to(2)]
    pcf_domains: dict[PcfDomain, int]
    """How often each domain was touched by a supervision, an observation or a report."""


class BehindView(Wire):
    """A placement behind its plan, and why."""

    model_config = like(
        placement_id=SAMPLE_ID, student_id=SAMPLE_ID, **_SHORT, reasons={"sickness": 4.0, "not_recorded": 1.0}
    )

    placement_id: UUID
    student_id: UUID
    behind_by: float
    planned_end_on: date
    forecast_end_on: date
    reasons: Reasons


_BEHIND = TypeAdapter(list[BehindView])


@router.get(
    "/placements/{placement_id}/schedule",
    operation_id="get_placement_schedule",
    response_model=ScheduleView,
)
async def get_schedule(placement_id: Id, wired: Wired, principal: Reader) -> Response:
    """The planned days of a placement, its planned end, and its end as things stand."""
    life = await life_seen(wired.db, reader(principal), placement_id)
    where = standing(life.terms, life.records, london_day(wired.clock.now()))
    shown = ScheduleView(
        placement_id=life.id,
        days_required=life.terms.days_required,
        planned_end_on=where.planned_end_on,
        forecast_end_on=where.forecast_end_on,
        behind_by=where.behind_by,
        days=[PlannedDayView(on=day.on, number=day.number, credit=day.credit) for day in where.planned],
    )
    return answer(shown)


@router.get(
    "/placements/{placement_id}/progress",
    operation_id="get_placement_progress",
    response_model=ProgressView,
)
async def get_progress(placement_id: Id, wired: Wired, principal: Reader) -> Response:
    """How far a placement is, and what is behind it if it is late."""
    life = await life_seen(wired.db, reader(principal), placement_id)
    return answer(_progress(life, standing(life.terms, life.records, london_day(wired.clock.now()))))


@router.get("/placements/behind", operation_id="list_placements_behind", response_model=Page[BehindView])
async def list_behind(call: ListCall, wired: Wired, principal: Reader) -> Response:
    """The active placements that are behind their plan, and why.

    A page may hold fewer than `limit` while more follow: one call looks at a thousand placements at most.
    """
    today = london_day(wired.clock.now())
    binds, after = reader(principal), call.after({}, START)
    found: list[BehindView] = []
    more = True
    for _ in range(_CHUNKS):
        lives = await lives_running(wired.db, binds, after, _AT_ONCE)
        for life in lives:
            after = life.id
            late = _behind(life, today)
            if late is not None:
                found.append(late)
            if len(found) == call.limit:
                break
        more = len(lives) == _AT_ONCE or bool(lives and after != lives[-1].id)
        if not more or len(found) == call.limit:
            break
    return page_of(call, _BEHIND.dump_json(found), after if more else None, {})


def _behind(life: Life, today: date) -> BehindView | None:
    try:
        where = standing(life.terms, life.records, today)
    except NeverEnds:
        return None
    if not where.behind:
        return None
    return BehindView(
        placement_id=life.id,
        student_id=life.around.student_id,
        behind_by=where.behind_by,
        planned_end_on=where.planned_end_on,
        forecast_end_on=where.forecast_end_on,
        reasons=_reasons(where),
    )


def _reasons(where: Standing) -> Reasons:
    return Reasons(**{WhyBehind(why).value: halves / 2 for why, halves in where.reasons.items()})


def _progress(life: Life, where: Standing) -> ProgressView:
    formal = [each for each in life.supervisions if each.kind is SupervisionKind.FORMAL]
    return ProgressView(
        placement_id=life.id,
        days_required=life.terms.days_required,
        planned_so_far=where.planned_so_far / 2,
        approved=where.approved / 2,
        awaiting_approval=where.awaiting / 2,
        unrecorded=len(where.unrecorded),
        behind_by=where.behind_by,
        planned_end_on=where.planned_end_on,
        forecast_end_on=where.forecast_end_on,
        reasons=_reasons(where),
        learning_agreement_held_on=life.agreement_held_on,
        supervision=SupervisionSoFar(
            minutes=sum(each.minutes for each in formal),
            minutes_agreed=life.minima.minutes_in(where.planned_so_far / 2),
            last_on=life.last_formal_supervision,
        ),
        observations=ObservationsSoFar(
            made=len(life.observations),
            required=life.minima.observations,
            required_by_midway=life.minima.observations_by_midway,
        ),
        reports=[
            ReportSoFar(kind=kind, recommendation=made.recommendation) for kind, made in life.reports.items()
        ],
        pcf_domains=life.domains_touched,
    )
