"""Reading surveys: one's own answers, and everybody's counted."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Integer, bindparam, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.types import Text

from services.placements.domain.surveys import SurveyCell, SurveyQuestion, SurveyRating
from services.placements.models.placements import Placement
from services.placements.models.programmes import Programme
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.models.students import Student
from services.placements.models.surveys import SurveyResponse
from services.placements.queries.visibility import OWN_DECLARATIONS, PARTNERSHIP
from shared.http.reading import listing

OWN = listing(
    select(
        SurveyResponse.id,
        SurveyResponse.placement_id,
        *(getattr(SurveyResponse, question.value) for question in SurveyQuestion),
        SurveyResponse.would_apply_here,
        SurveyResponse.would_recommend,
        SurveyResponse.submitted_at,
    )
    .join(Student, Student.id == SurveyResponse.student_id)
    .where(OWN_DECLARATIONS, SurveyResponse.placement_id == bindparam("placement_id")),
    SurveyResponse.id,
)
"""What the caller has answered about a placement of theirs; nobody else's answers are ever read one by one."""

_SCALE = cast(array([literal(rating.value) for rating in SurveyRating]), ARRAY(Text()))
_GOOD = (SurveyRating.GOOD.value, SurveyRating.VERY_GOOD.value)


def _sums() -> list[ColumnElement[int]]:
    columns: list[ColumnElement[int]] = []
    for question in SurveyQuestion:
        answered = getattr(SurveyResponse, question.value)
        score = cast(func.array_position(_SCALE, answered), Integer)
        columns.append(func.sum(score).label(f"{question.value}_sum"))
        columns.append(func.count().filter(answered.in_(_GOOD)).label(f"{question.value}_good"))
    return columns


_BY = (
    Placement.round_id,
    Round.academic_year,
    Placement.setting_id,
    Setting.organisation_id,
    Setting.directorate,
    func.coalesce(Programme.route, literal("none", literal_execute=True)),
)
_CELLS = (
    select(
        *_BY[:-1],
        _BY[-1].label("programme_route"),
        func.count().label("n"),
        *_sums(),
        func.count().filter(SurveyResponse.would_apply_here).label("would_apply"),
        func.count().filter(SurveyResponse.would_recommend).label("would_recommend"),
    )
    .select_from(SurveyResponse)
    .join(Placement, Placement.id == SurveyResponse.placement_id)
    .join(Round, Round.id == Placement.round_id)
    .join(Setting, Setting.id == Placement.setting_id)
    .join(Student, Student.id == SurveyResponse.student_id)
    .outerjoin(Programme, Programme.id == Student.programme_id)
    .where(SurveyResponse.partnership_id == PARTNERSHIP)
    .group_by(*_BY)
    .order_by(Placement.round_id, Placement.setting_id)
)
_OF_SETTINGS = _CELLS.where(Placement.setting_id.in_(bindparam("setting_ids", expanding=True)))
_OF_YEAR = _CELLS.where(Round.academic_year == bindparam("academic_year"))


async def survey_cells(
    connection: AsyncConnection | AsyncSession, binds: Mapping[str, object]
) -> list[SurveyCell]:
    """All answers of the partnership, counted; of some settings (`setting_ids`) or of one `academic_year` where bound."""
    statement = _OF_SETTINGS if "setting_ids" in binds else _OF_YEAR if "academic_year" in binds else _CELLS
    return [
        SurveyCell(
            round_id=row.round_id,
            academic_year=row.academic_year,
            setting_id=row.setting_id,
            organisation_id=row.organisation_id,
            directorate=row.directorate,
            programme_route=row.programme_route,
            n=row.n,
            sums={q: getattr(row, f"{q.value}_sum") for q in SurveyQuestion},
            good={q: getattr(row, f"{q.value}_good") for q in SurveyQuestion},
            would_apply=row.would_apply,
            would_recommend=row.would_recommend,
        )
        for row in await connection.execute(statement, dict(binds))
    ]
