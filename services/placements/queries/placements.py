"""Reading placements: as callers see them, and as the operations need them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.placements.domain.days import CREDIT
from services.placements.domain.vocabulary import ReportKind
from services.placements.models.placements import DayVersion, Placement, PlacementDay, PlacementTransition
from services.placements.models.reports import Report
from services.placements.models.settings import Setting
from services.placements.models.students import Student
from services.placements.queries.visibility import PLACEMENTS, acting_for
from shared.auth.principal import Principal
from shared.errors import NotFound, StaleVersion
from shared.http.lists import Filtered, equal
from shared.imports.external_ids import external_ids_of

_CREDIT: ColumnElement[float] = case(
    *(
        (and_(PlacementDay.kind == kind.value, PlacementDay.part == part.value), literal(days))
        for (kind, part), days in CREDIT.items()
    ),
    else_=literal(0.0),
)

DAYS_APPROVED = (
    select(func.coalesce(func.sum(_CREDIT), 0.0))
    .where(PlacementDay.placement_id == Placement.id, PlacementDay.approved_at.is_not(None))
    .correlate(Placement)
    .scalar_subquery()
)
"""Credit of the placement's approved days."""

_HAS_MIDWAY = exists().where(Report.placement_id == Placement.id, Report.kind == ReportKind.MIDWAY.value)
_HAS_FINAL = exists().where(Report.placement_id == Placement.id, Report.kind == ReportKind.FINAL.value)

_VISIBLE = (
    select(
        Placement.id,
        Placement.round_id,
        Placement.proposal_id,
        Placement.student_id,
        func.json_build_object(
            "id",
            Student.id,
            "full_name",
            Student.full_name,
            "programme_id",
            Student.programme_id,
            "external_ids",
            external_ids_of("student", Student.id),
        ).label("student"),
        Placement.university_id,
        Placement.organisation_id,
        Placement.setting_id,
        func.json_build_object(
            "setting_name",
            Setting.name,
            "locality",
            Setting.locality,
            "service_area",
            Setting.service_area,
            "directorate",
            Setting.directorate,
            "latitude",
            Setting.latitude,
            "longitude",
            Setting.longitude,
        ).label("where"),
        Placement.educator_id,
        Placement.tutor_person_id,
        Placement.on_site_supervisor_person_id,
        Placement.placement_level,
        Placement.is_statutory,
        Placement.status,
        Placement.starts_on,
        Placement.ends_on,
        Placement.weekdays,
        Placement.half_days,
        Placement.second_setting_id,
        Placement.second_organisation_id,
        Placement.second_starts_on,
        Placement.second_ends_on,
        Placement.second_weekdays,
        Placement.days_required,
        DAYS_APPROVED.label("days_approved"),
        Placement.updated_at,
        Placement.version,
    )
    .join(Student, Student.id == Placement.student_id)
    .join(Setting, Setting.id == Placement.setting_id)
    .where(PLACEMENTS)
)

SINGLE = _VISIBLE.where(Placement.id == bindparam("id"))
"""One placement the caller sees."""

LIST = Filtered(
    _VISIBLE,
    Placement.id,
    **equal(
        Placement.round_id,
        Placement.status,
        Placement.student_id,
        Placement.educator_id,
        Placement.organisation_id,
        Placement.university_id,
    ),
)
"""The placements the caller sees."""

DAYS = (
    select(
        PlacementDay.on,
        PlacementDay.part,
        PlacementDay.kind,
        PlacementDay.submitted_at,
        PlacementDay.approved_at,
    )
    .join(Placement, Placement.id == PlacementDay.placement_id)
    .where(PLACEMENTS, Placement.id == bindparam("id"))
    .order_by(PlacementDay.on, PlacementDay.part)
    .limit(1000)
)
"""All day records of one placement, at most two a day; a placement has at most some hundred."""

DAY_VERSIONS = (
    select(
        DayVersion.number,
        DayVersion.on,
        DayVersion.part,
        DayVersion.kind,
        DayVersion.submitted_at,
        DayVersion.approved_at,
        DayVersion.replaced_at,
        DayVersion.replaced_by,
        DayVersion.reason_code,
    )
    .join(Placement, Placement.id == DayVersion.placement_id)
    .where(
        PLACEMENTS, Placement.id == bindparam("id"), DayVersion.number > bindparam("p_after", type_=Integer)
    )
    .order_by(DayVersion.number)
    .limit(bindparam("p_limit", type_=Integer))
)
"""What day records of one placement said before they were changed."""

TRANSITIONS = (
    select(
        PlacementTransition.from_status,
        PlacementTransition.to_status,
        PlacementTransition.step,
        PlacementTransition.by_subject.label("by"),
        PlacementTransition.reason_code,
        PlacementTransition.note,
        PlacementTransition.effective_on,
        PlacementTransition.changed,
        PlacementTransition.at,
    )
    .join(Placement, Placement.id == PlacementTransition.placement_id)
    .where(PLACEMENTS, Placement.id == bindparam("id"))
    .order_by(PlacementTransition.id)
    .limit(200)
)
"""The steps a placement has taken, in order."""

_HELD = select(Placement).where(PLACEMENTS, Placement.id == bindparam("id")).with_for_update(key_share=True)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a placement is: credit of its approved days, and which reports were made."""

    days_approved: float
    midway_reported: bool
    final_reported: bool


async def hold_placement(
    session: AsyncSession, binds: dict[str, object], placement_id: UUID, *, seen: int | None = None
) -> Placement:
    """The placement, locked until the transaction ends, if the caller sees it and it is at the version they saw."""
    found = (await session.execute(_HELD, {**binds, "id": placement_id})).scalar_one_or_none()
    if found is None:
        raise NotFound("placement")
    if seen is not None and seen != found.version:
        raise StaleVersion
    return found


async def progress_of(session: AsyncSession | AsyncConnection, placement_id: UUID) -> Progress:
    """How far the placement is."""
    statement = select(DAYS_APPROVED, _HAS_MIDWAY, _HAS_FINAL).where(Placement.id == placement_id)
    return Progress(*(await session.execute(statement)).one())


async def last_step_on(session: AsyncSession, placement_id: UUID) -> date | None:
    """The day from which the placement's last step holds."""
    statement = (
        select(PlacementTransition.effective_on)
        .where(PlacementTransition.placement_id == placement_id)
        .order_by(PlacementTransition.id.desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def status_of(connection: AsyncConnection, placement_id: UUID) -> str | None:
    """The placement's status just now."""
    statement = select(Placement.status).where(Placement.id == placement_id)
    return (await connection.execute(statement)).scalar_one_or_none()


def stands_for(principal: Principal, placement: Placement) -> frozenset[str]:
    """In which capacities the caller has to do with a placement: office, university, host, student, educator, ..."""
    organisation = acting_for(principal)
    person = principal.person_id
    relations = {
        "office": principal.partnership_wide,
        "university": organisation is not None and organisation == placement.university_id,
        "host": organisation is not None
        and organisation in (placement.organisation_id, placement.second_organisation_id),
        "student": person is not None and person == placement.student_id,
        "educator": person is not None and person == placement.educator_id,
        "tutor": person is not None and person == placement.tutor_person_id,
        "supervisor": person is not None and person == placement.on_site_supervisor_person_id,
    }
    return frozenset(name for name, holds in relations.items() if holds)
