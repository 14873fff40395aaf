"""Reading placements with all that their calendar, progress and next steps follow from: one statement for any number.

The database gathers each placement's records as JSON; what they mean is worked out by the pure rules.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Integer, Uuid, and_, bindparam, case, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.life import (
    OVER,
    Around,
    Life,
    Observed,
    Reported,
    ReviewSoFar,
    Supervised,
    ended_on,
    rests_of,
)
from services.placements.domain.named_steps import SupervisionKind, minima_of
from services.placements.domain.progress import Recorded
from services.placements.domain.schedule import (
    Hosts,
    Pattern,
    Stretch,
    Terms,
    closed_elsewhere,
    single_days,
)
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
from services.placements.models.placements import Placement, PlacementDay
from services.placements.queries.life_columns import LIFE, NOTHING_TO_A_TUTOR, SURVEYED
from services.placements.queries.visibility import ORGANISATION, PERSON, PLACEMENTS
from shared.calendar import ENGLAND
from shared.db import Database
from shared.errors import NotFound
from shared.http.paging import START
from shared.statements import Statement, ready

AT_ONCE = 200
"""Placements that one statement reads."""

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


_SOMEBODYS = bindparam("assignee", type_=Uuid())
_ONE = ready(select(*LIFE).where(PLACEMENTS, Placement.id == bindparam("id", type_=Uuid())))


def _next(columns: Iterable[Any], *conditions: ColumnElement[bool]) -> Any:
    """Placements in order, some at a time, after one of them."""
    there = Placement.id > bindparam("p_after", type_=Uuid())
    statement = select(*columns).where(PLACEMENTS, *conditions, there).order_by(Placement.id)
    return ready(statement.limit(bindparam("p_limit", type_=Integer)))


def _with_steps_due(person: Any, at_university: ColumnElement[bool], coordinated: ColumnElement[bool]) -> Any:
    """Those under way around a person; and of a student, those lately over about which they have not answered the survey.

    Where they are the tutor and nothing else, the records that no step of a tutor follows from are left out.
    """
    more_than_tutor = or_(
        Placement.student_id == person,
        Placement.educator_id == person,
        Placement.on_site_supervisor_person_id == person,
    )
    by_records = or_(more_than_tutor, at_university)
    columns = [
        case((by_records, column), else_=_NONE).label(column.name)
        if column.name in NOTHING_TO_A_TUTOR
        else column
        for column in LIFE
    ]
    asked = and_(
        Placement.status.in_([status.value for status in OVER]), Placement.student_id == person, ~SURVEYED
    )
    return _next(
        columns,
        or_(more_than_tutor, Placement.tutor_person_id == person, coordinated),
        or_(Placement.status.in_(_UNDER_WAY), asked),
    )


_NONE = func.jsonb_build_array()
_RUNNING = _next(LIFE, Placement.status == PlacementStatus.ACTIVE.value)
_APPROVED = (
    select(func.count())
    .where(PlacementDay.placement_id == Placement.id, PlacementDay.approved_at.is_not(None))
    .correlate(Placement)
    .scalar_subquery()
)
_AT_UNIVERSITY = Placement.university_id == ORGANISATION
_COORDINATED = and_(
    _AT_UNIVERSITY,
    or_(Placement.status != PlacementStatus.ACTIVE.value, Placement.days_required <= _APPROVED),
)
"""Nothing in an active placement is due from its coordinator before enough days are approved; a record gives one at most."""
_OF_CALLER = _with_steps_due(PERSON, _AT_UNIVERSITY, _COORDINATED)
_OF_PERSON = _with_steps_due(_SOMEBODYS, false(), false())
_BY_IDS: Statement = (
    select(*LIFE)
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


async def lives_around(
    db: Database, binds: Mapping[str, object], assignee: UUID | None
) -> AsyncIterator[Life]:
    """The lives of the placements a person has to do with and in which steps are due, as far as the caller sees them.

    Without a person, those of the caller: their own, and when they act for a university those of its placements in which
    something is due from a coordinator. However many there are, only some are held at a time. They have the records that what
    is due from that person follows from.
    """
    statement = _OF_CALLER if assignee is None else _OF_PERSON
    asked = {**binds, "assignee": assignee, "p_after": START, "p_limit": AT_ONCE}
    while True:
        rows = await db.rows(statement, asked)
        for row in rows:
            yield _life(dict(zip(statement.columns, row, strict=True)))
        if len(rows) < AT_ONCE:
            return
        asked["p_after"] = rows[-1][0]


async def lives_of(session: AsyncSession, placement_ids: Sequence[UUID]) -> list[Life]:
    """The lives of these placements, whoever asks."""
    rows = await session.execute(_BY_IDS, {"ids": list(placement_ids)})
    return [_life(row._mapping) for row in rows]


def _life(row: Mapping[Any, Any]) -> Life:
    level = PlacementLevel(row["placement_level"])
    steps = [(PlacementStatus(status), _day(day)) for status, day in row["transitions"]]
    return Life(
        id=row["id"],
        status=PlacementStatus(row["status"]),
        level=level,
        minima=minima_of(level, row["supervision_minutes"], row["observations_required"]),
        terms=_terms(row, steps),
        agreed_end_on=row["ends_on"],
        ended_on=ended_on(steps),
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
        is_surveyed=row["surveyed"],
    )


def _terms(row: Mapping[Any, Any], steps: Iterable[tuple[PlacementStatus, date]]) -> Terms:
    latest = row["starts_on"] + _YEARS
    closures = [(who and UUID(who), Stretch(_day(first), _day(last))) for who, first, last in row["closures"]]
    return Terms(
        starts_on=row["starts_on"],
        days_required=row["days_required"],
        pattern=Pattern(frozenset(row["weekdays"]), frozenset(row["half_days"])),
        leave=single_days((Stretch(_day(first), _day(last)) for first, last in row["leave"]), latest),
        elsewhere=closed_elsewhere(closures, _hosts(row), latest),
        rests=rests_of(steps),
        calendar=ENGLAND.with_closures(single_days((stretch for _, stretch in closures), latest)),
    )


def _hosts(row: Mapping[Any, Any]) -> Hosts:
    starts_on, ends_on = row["second_starts_on"], row["second_ends_on"]
    return Hosts(
        row["organisation_id"],
        row["second_organisation_id"],
        frozenset(row["second_weekdays"] or ()),
        Stretch(starts_on, ends_on) if starts_on else None,
    )


def _domains(codes: Iterable[str]) -> frozenset[PcfDomain]:
    return frozenset(map(PcfDomain, codes))


def _day(text: str) -> date:
    return date.fromisoformat(text)
