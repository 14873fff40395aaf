"""Reading placements with all that their calendar, progress and next steps follow from: one statement for any number.

The database gathers each placement's records as JSON; what they mean is worked out by the pure rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Date, Integer, Uuid, and_, bindparam, cast, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.life import (
    Around,
    Life,
    Observed,
    Reported,
    ReviewSoFar,
    Supervised,
    rests_of,
)
from services.placements.domain.named_steps import SupervisionKind
from services.placements.domain.progress import Recorded
from services.placements.domain.schedule import Pattern, Stretch, Terms, single_days
from services.placements.domain.vocabulary import (
    Checkpoint,
    DayKind,
    DayPart,
    PcfDomain,
    PlacementLevel,
    PlacementStatus,
    Recommendation,
    ReportKind,
    Respondent,
)
from services.placements.models.closures import Closure
from services.placements.models.leave import Leave
from services.placements.models.named_steps import LearningAgreement, Observation, Supervision
from services.placements.models.placements import Placement, PlacementDay, PlacementTransition
from services.placements.models.reports import Report
from services.placements.models.reviews import Review, ReviewResponse
from services.placements.queries.visibility import ORGANISATION, PERSON_IN_PLACEMENT, PLACEMENTS
from shared.calendar import ENGLAND
from shared.db import Database
from shared.errors import NotFound
from shared.statements import Statement, ready

MOST = 500
"""Placements one person has to do with, at most, when their tasks are gathered."""

_YEARS = timedelta(days=1100)
_UNDER_WAY = tuple(
    each.value
    for each in (
        PlacementStatus.CONFIRMED,
        PlacementStatus.ACTIVE,
        PlacementStatus.PAUSED,
        PlacementStatus.SUSPENDED,
    )
)


def _gathered(*columns: Any, where: ColumnElement[bool], order: Any, name: str) -> Any:
    """A list of lists: one for each row that belongs to the placement."""
    row = aggregate_order_by(func.jsonb_build_array(*columns), order)
    return (
        select(func.coalesce(func.jsonb_agg(row), func.jsonb_build_array()))
        .where(where)
        .correlate(Placement)
        .scalar_subquery()
        .label(name)
    )


def _london(column: Any) -> Any:
    return cast(func.timezone("Europe/London", column), Date)


_CONCERNED = or_(
    Closure.organisation_id.is_(None),
    Closure.organisation_id == Placement.university_id,
    Closure.organisation_id == Placement.organisation_id,
    Closure.organisation_id == Placement.second_organisation_id,
)
_ANSWERED = (
    select(func.coalesce(func.jsonb_agg(ReviewResponse.respondent), func.jsonb_build_array()))
    .where(ReviewResponse.review_id == Review.id)
    .correlate(Review)
    .scalar_subquery()
)
_COLUMNS = (
    Placement.id,
    Placement.status,
    Placement.placement_level,
    Placement.starts_on,
    Placement.days_required,
    Placement.weekdays,
    Placement.half_days,
    Placement.student_id,
    Placement.educator_id,
    Placement.on_site_supervisor_person_id,
    Placement.tutor_person_id,
    Placement.university_id,
    _gathered(
        Closure.starts_on,
        Closure.ends_on,
        where=and_(
            Closure.partnership_id == Placement.partnership_id,
            _CONCERNED,
            Closure.ends_on >= Placement.starts_on,
        ),
        order=Closure.id,
        name="closures",
    ),
    _gathered(
        Leave.starts_on, Leave.ends_on, where=Leave.placement_id == Placement.id, order=Leave.id, name="leave"
    ),
    _gathered(
        PlacementTransition.to_status,
        func.coalesce(PlacementTransition.effective_on, _london(PlacementTransition.at)),
        where=PlacementTransition.placement_id == Placement.id,
        order=PlacementTransition.id,
        name="transitions",
    ),
    _gathered(
        PlacementDay.on,
        PlacementDay.part,
        PlacementDay.kind,
        PlacementDay.approved_at.is_not(None),
        _london(PlacementDay.submitted_at),
        where=PlacementDay.placement_id == Placement.id,
        order=PlacementDay.on,
        name="days",
    ),
    _gathered(
        LearningAgreement.held_on,
        LearningAgreement.signed_by,
        where=LearningAgreement.placement_id == Placement.id,
        order=LearningAgreement.id,
        name="agreements",
    ),
    _gathered(
        Supervision.on,
        Supervision.minutes,
        Supervision.kind,
        Supervision.pcf_domains,
        where=Supervision.placement_id == Placement.id,
        order=Supervision.on,
        name="supervisions",
    ),
    _gathered(
        Observation.on,
        Observation.pcf_domains,
        where=Observation.placement_id == Placement.id,
        order=Observation.on,
        name="observations",
    ),
    _gathered(
        Review.id,
        Review.checkpoint,
        Review.due_on,
        Review.moderated_at.is_not(None),
        _ANSWERED,
        where=Review.placement_id == Placement.id,
        order=Review.due_on,
        name="reviews",
    ),
    _gathered(
        Report.kind,
        Report.recommendation,
        Report.pcf_domains,
        where=Report.placement_id == Placement.id,
        order=Report.id,
        name="reports",
    ),
)
_SEEN = select(*_COLUMNS).where(PLACEMENTS)
_SOMEBODYS = bindparam("assignee", type_=Uuid())

_ONE = ready(_SEEN.where(Placement.id == bindparam("id", type_=Uuid())))
_RUNNING = ready(
    _SEEN.where(
        Placement.status == PlacementStatus.ACTIVE.value, Placement.id > bindparam("p_after", type_=Uuid())
    )
    .order_by(Placement.id)
    .limit(bindparam("p_limit", type_=Integer))
)


def _those(condition: ColumnElement[bool]) -> Any:
    ordered = _SEEN.where(condition, Placement.status.in_(_UNDER_WAY)).order_by(Placement.id)
    return ready(ordered.limit(MOST))


_OF_CALLER = _those(or_(PERSON_IN_PLACEMENT, Placement.university_id == ORGANISATION))
_OF_PERSON = _those(
    or_(
        Placement.student_id == _SOMEBODYS,
        Placement.educator_id == _SOMEBODYS,
        Placement.tutor_person_id == _SOMEBODYS,
        Placement.on_site_supervisor_person_id == _SOMEBODYS,
    )
)
_BY_IDS: Statement = (
    select(*_COLUMNS)
    .where(Placement.id == func.any(bindparam("ids", type_=ARRAY(Uuid()))))
    .order_by(Placement.id)
)


async def life_seen(db: Database, binds: Mapping[str, object], placement_id: UUID) -> Life:
    """The life of one placement, if the caller sees it."""
    rows = await db.rows(_ONE, {**binds, "id": placement_id})
    if not rows:
        raise NotFound("placement")
    return _life(dict(zip(_ONE.columns, rows[0], strict=True)))


async def lives_running(db: Database, binds: Mapping[str, object], after: UUID, limit: int) -> list[Life]:
    """The lives of the active placements the caller sees, in order, after one of them."""
    rows = await db.rows(_RUNNING, {**binds, "p_after": after, "p_limit": limit})
    return [_life(dict(zip(_RUNNING.columns, row, strict=True))) for row in rows]


async def lives_around(db: Database, binds: Mapping[str, object], assignee: UUID | None) -> list[Life]:
    """The lives of the placements under way that a person has to do with, as far as the caller sees them.

    Without a person, those of the caller: their own, and their university's when they act for one.
    """
    statement = _OF_CALLER if assignee is None else _OF_PERSON
    rows = await db.rows(statement, {**binds, "assignee": assignee})
    return [_life(dict(zip(statement.columns, row, strict=True))) for row in rows]


async def lives_of(session: AsyncSession, placement_ids: Sequence[UUID]) -> list[Life]:
    """The lives of these placements, whoever asks."""
    rows = await session.execute(_BY_IDS, {"ids": list(placement_ids)})
    return [_life(row._mapping) for row in rows]


def _life(row: Mapping[Any, Any]) -> Life:
    return Life(
        id=row["id"],
        status=PlacementStatus(row["status"]),
        level=PlacementLevel(row["placement_level"]),
        terms=_terms(row),
        around=Around(
            row["student_id"],
            row["educator_id"],
            row["on_site_supervisor_person_id"],
            row["tutor_person_id"],
            row["university_id"],
        ),
        records=[
            Recorded(_day(on), DayPart(part), DayKind(kind), approved, _day(submitted))
            for on, part, kind, approved, submitted in row["days"]
        ],
        agreement_held_on=next((_day(held_on) for held_on, _ in row["agreements"]), None),
        signed_by=frozenset(who for _, signed in row["agreements"] for who in signed),
        supervisions=[
            Supervised(_day(on), minutes, SupervisionKind(kind), _domains(domains))
            for on, minutes, kind, domains in row["supervisions"]
        ],
        observations=[Observed(_day(on), _domains(domains)) for on, domains in row["observations"]],
        reviews=[
            ReviewSoFar(UUID(id_), Checkpoint(at), _day(due), frozenset(map(Respondent, answered)), moderated)
            for id_, at, due, moderated, answered in row["reviews"]
        ],
        reports={
            ReportKind(kind): Reported(Recommendation(recommendation), _domains(domains))
            for kind, recommendation, domains in row["reports"]
        },
    )


def _terms(row: Mapping[Any, Any]) -> Terms:
    latest = row["starts_on"] + _YEARS
    closed = single_days(_stretches(row["closures"]), latest)
    return Terms(
        starts_on=row["starts_on"],
        days_required=row["days_required"],
        pattern=Pattern(frozenset(row["weekdays"]), frozenset(row["half_days"])),
        leave=single_days(_stretches(row["leave"]), latest),
        rests=rests_of((PlacementStatus(status), _day(day)) for status, day in row["transitions"]),
        calendar=ENGLAND.with_closures(closed),
    )


def _stretches(rows: Iterable[tuple[str, str]]) -> list[Stretch]:
    return [Stretch(_day(first), _day(last)) for first, last in rows]


def _domains(codes: Iterable[str]) -> frozenset[PcfDomain]:
    return frozenset(map(PcfDomain, codes))


def _day(text: str) -> date:
    return date.fromisoformat(text)
