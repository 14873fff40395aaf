"""The PEPS pipeline: who is where on the way to Stage 2, with whom, since when, and what holds them up."""

from datetime import date

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import aliased

from services.educators.domain.codes import CurrencyStatus, PepsStage
from services.educators.domain.months import add_months
from services.educators.domain.pipeline import (
    LONG_AT_STAGE_1_MONTHS,
    LONG_IN_TRAINING_MONTHS,
    PipelineStep,
    StuckBecause,
)
from services.educators.models.circumstances import ReturnStep
from services.educators.models.educators import Educator
from services.educators.models.evidence import Qualification
from services.educators.queries.visibility import EDUCATORS, WHOLE
from shared.http.lists import Filtered, equal

_LONG_TRAINING = bindparam("p_long_training", type_=Date())
_LONG_STAGE_1 = bindparam("p_long_stage_1", type_=Date())

_FULL = [PepsStage.STAGE_2.value, PepsStage.LEGACY_EQUIVALENT.value]
_TRAINING = [PepsStage.IN_TRAINING_STAGE_1.value, PepsStage.IN_TRAINING_STAGE_2.value]
_CURRENT = [CurrencyStatus.CURRENT.value, CurrencyStatus.EXPIRING.value]

_mentor = aliased(Educator, name="mentor")

_STEPPED_BACK = (
    select(ReturnStep.id)
    .where(ReturnStep.educator_id == Educator.id, ReturnStep.withdrawn_at.is_(None))
    .exists()
)
_returner = and_(
    Educator.currency_status == CurrencyStatus.LAPSED.value,
    Educator.peps_stage.not_in([PepsStage.NONE.value, PepsStage.IN_TRAINING_STAGE_1.value]),
    or_(Educator.mentor_educator_id.is_not(None), _STEPPED_BACK),
)
_step = case(
    (_returner, literal(PipelineStep.RETURNER.value)),
    (Educator.peps_stage.in_(_FULL), literal(PipelineStep.STAGE_2.value)),
    else_=Educator.peps_stage,
)
_AWARDED = (
    select(func.max(Qualification.awarded_on))
    .where(
        Qualification.educator_id == Educator.id,
        Qualification.withdrawn_at.is_(None),
        or_(
            Qualification.stage == Educator.peps_stage,
            and_(Qualification.stage.in_(_FULL), Educator.peps_stage.in_(_FULL)),
        ),
    )
    .scalar_subquery()
)
_since = func.coalesce(_AWARDED, Educator.peps_stage_since)
_needs_mentor = or_(_returner, Educator.peps_stage.in_(_TRAINING))
_mentor_is_full = _mentor.peps_stage.in_(_FULL)
_mentor_is_current = _mentor.currency_status.in_(_CURRENT)
_STUCK: dict[StuckBecause, ColumnElement[bool]] = {
    StuckBecause.NO_MENTOR: and_(_needs_mentor, _mentor.id.is_(None)),
    StuckBecause.MENTOR_NOT_STAGE_2: and_(_needs_mentor, ~_mentor_is_full),
    StuckBecause.MENTOR_NOT_CURRENT: and_(_needs_mentor, ~_mentor_is_current),
    StuckBecause.LONG_IN_TRAINING: and_(
        ~_returner, Educator.peps_stage.in_(_TRAINING), _since < _LONG_TRAINING
    ),
    StuckBecause.LONG_AT_STAGE_1: and_(
        ~_returner, Educator.peps_stage == PepsStage.STAGE_1.value, _since < _LONG_STAGE_1
    ),
}
_reasons: list[ColumnElement[str]] = [
    case((because, literal(code.value))) for code, because in _STUCK.items()
]
_named_mentor = case(
    (
        _mentor.id.is_not(None),
        func.json_build_object(
            "educator_id",
            _mentor.id,
            "full_name",
            _mentor.full_name,
            "is_stage_2",
            _mentor_is_full,
            "is_current",
            _mentor_is_current,
        ),
    )
)

LIST = Filtered(
    select(
        Educator.id.label("educator_id"),
        Educator.organisation_id,
        Educator.full_name,
        _step.label("step"),
        _since.label("since"),
        _named_mentor.label("mentor"),
        func.array_remove(array(_reasons), null()).label("stuck_because"),
    )
    .select_from(Educator)
    .outerjoin(_mentor, _mentor.id == Educator.mentor_educator_id)
    .where(EDUCATORS, WHOLE, Educator.peps_stage != PepsStage.NONE.value),
    Educator.id,
    **equal(Educator.organisation_id),
    step=_step == bindparam("step"),
    stuck=or_(*_STUCK.values()).is_(true()) == bindparam("stuck", type_=Boolean()),
)
"""The caller's educators on the way, with the reasons why they do not get on."""

_COUNTED = (
    select(_step.label("step"), or_(*_STUCK.values()).is_(true()).label("stuck"))
    .select_from(Educator)
    .outerjoin(_mentor, _mentor.id == Educator.mentor_educator_id)
    .where(EDUCATORS, WHOLE, Educator.peps_stage != PepsStage.NONE.value)
    .subquery("counted")
)
COUNTS = select(
    _COUNTED.c.step, func.count().label("educators"), func.count().filter(_COUNTED.c.stuck).label("stuck")
).group_by(_COUNTED.c.step)
"""How many of the caller's educators are at each step, and how many of them do not get on."""

_mentee = aliased(Educator, name="mentee")
_MENTEES = (
    select(
        func.count().label("mentees"),
        func.count().filter(_mentee.peps_stage.in_(_TRAINING)).label("in_training"),
    )
    .where(_mentee.mentor_educator_id == Educator.id, _mentee.partnership_id == Educator.partnership_id)
    .lateral("mentees")
)
MENTORS = Filtered(
    select(
        Educator.id.label("educator_id"),
        Educator.organisation_id,
        Educator.full_name,
        Educator.peps_stage.in_(_FULL).label("is_stage_2"),
        Educator.currency_status.in_(_CURRENT).label("is_current"),
        cast(_MENTEES.c.mentees, Educator.version.type).label("mentees"),
        cast(_MENTEES.c.in_training, Educator.version.type).label("mentees_in_training"),
    )
    .join(_MENTEES, true())
    .where(EDUCATORS, WHOLE, _MENTEES.c.mentees > 0),
    Educator.id,
    **equal(Educator.organisation_id),
)
"""The caller's educators who mentor somebody, and how many."""


def measured_on(today: date) -> dict[str, object]:
    """From which days on somebody has been at a step for too long."""
    return {
        "p_long_training": add_months(today, -LONG_IN_TRAINING_MONTHS),
        "p_long_stage_1": add_months(today, -LONG_AT_STAGE_1_MONTHS),
    }
