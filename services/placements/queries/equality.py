"""Equality monitoring: one's own declaration, and outcomes counted beside the declarations. Nothing else reads these."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Text, and_, bindparam, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.placements.domain.proposals import LIVE
from services.placements.domain.vocabulary import (
    PlacementStatus,
    Recommendation,
    ReportKind,
    RequestStatus,
)
from services.placements.models.concerns import Concern
from services.placements.models.equality import EqualityDeclaration
from services.placements.models.placements import Placement
from services.placements.models.proposals import Proposal
from services.placements.models.reports import Report
from services.placements.models.requests import Request
from services.placements.models.rounds import Round
from services.placements.models.students import Student
from services.placements.queries.setting_quality import BEGAN
from services.placements.queries.visibility import OWN_DECLARATIONS, PARTNERSHIP
from shared.errors import NotFound

CHARACTERISTICS = ("ethnic_group", "disability", "gender", "age_band", "caring_responsibilities")
"""What a student may declare."""

SINGLE = (
    select(
        EqualityDeclaration.student_id,
        *(getattr(EqualityDeclaration, name) for name in CHARACTERISTICS),
        EqualityDeclaration.updated_at,
        EqualityDeclaration.version,
    )
    .join(Student, Student.id == EqualityDeclaration.student_id)
    .where(OWN_DECLARATIONS, Student.id == bindparam("student_id"))
)
"""What the caller has declared."""

_SELF = select(Student).where(OWN_DECLARATIONS, Student.id == bindparam("student_id")).with_for_update()


async def hold_oneself(
    session: AsyncSession, binds: Mapping[str, object], student_id: UUID
) -> tuple[Student, EqualityDeclaration | None]:
    """The caller's own student record, held, and their declaration."""
    student = (await session.execute(_SELF, {**binds, "student_id": student_id})).scalar_one_or_none()
    if student is None:
        raise NotFound("student")
    known = select(EqualityDeclaration).where(EqualityDeclaration.student_id == student_id)
    return student, (await session.execute(known)).scalar_one_or_none()


_YEAR = Round.academic_year == bindparam("academic_year", type_=Text())


def _number(what: Any, label: str) -> Any:
    return func.count().filter(what).label(label)


_MATCHES = (
    select(
        Request.student_id,
        func.count().label("requests"),
        _number(Proposal.id.is_not(None), "placed"),
        _number(
            and_(Proposal.preference_rank.in_((1, 2)), ~Proposal.outside_list), "first_or_second_preference"
        ),
    )
    .join(Round, Round.id == Request.round_id)
    .outerjoin(
        Proposal,
        and_(
            Proposal.request_id == Request.id,
            Proposal.run_id == Round.published_run_id,
            Proposal.status.in_(LIVE),
        ),
    )
    .where(
        Request.partnership_id == PARTNERSHIP,
        _YEAR,
        Round.published_run_id.is_not(None),
        Request.status == RequestStatus.OPEN.value,
    )
    .group_by(Request.student_id)
    .subquery()
)
_TROUBLED = select(Concern.placement_id).where(Concern.partnership_id == PARTNERSHIP).distinct().subquery()
_FINALS = and_(Report.placement_id == Placement.id, Report.kind == ReportKind.FINAL.value)
_STAYS = (
    select(
        Placement.student_id,
        func.count().label("placements"),
        _number(Placement.status == PlacementStatus.ENDED_EARLY.value, "ended_early"),
        _number(_TROUBLED.c.placement_id.is_not(None), "concerns"),
        _number(Report.id.is_not(None), "final_reports"),
        _number(Report.recommendation == Recommendation.PASS.value, "passed"),
    )
    .join(Round, Round.id == Placement.round_id)
    .outerjoin(_TROUBLED, _TROUBLED.c.placement_id == Placement.id)
    .outerjoin(Report, _FINALS)
    .where(Placement.partnership_id == PARTNERSHIP, _YEAR, Placement.status.in_(BEGAN))
    .group_by(Placement.student_id)
    .subquery()
)
_COUNTS = tuple(column for part in (_MATCHES, _STAYS) for column in part.c if column.name != "student_id")
_OUTCOMES = (
    select(
        *(getattr(EqualityDeclaration, name) for name in CHARACTERISTICS),
        *(cast(func.coalesce(column, 0), Integer).label(column.name) for column in _COUNTS),
    )
    .select_from(Student)
    .outerjoin(EqualityDeclaration, EqualityDeclaration.student_id == Student.id)
    .outerjoin(_MATCHES, _MATCHES.c.student_id == Student.id)
    .outerjoin(_STAYS, _STAYS.c.student_id == Student.id)
    .where(
        Student.partnership_id == PARTNERSHIP,
        or_(_MATCHES.c.student_id.is_not(None), _STAYS.c.student_id.is_not(None)),
    )
)


async def outcomes(connection: AsyncConnection, binds: Mapping[str, object]) -> list[dict[str, Any]]:
    """For each student of the `academic_year`, without saying who: the declared groups and the outcomes, counted."""
    return [dict(row._mapping) for row in await connection.execute(_OUTCOMES, dict(binds))]
