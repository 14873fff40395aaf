"""The records that can matter on one day: of thousands on file, those on which the rules' answers can rest.

PostgreSQL leaves out what a later record of the same kind outdoes whatever the parameters are: of CPD, check-ins and looks
at the register only the latest counts; of students, learners and roles that ended, the one that ended last, after those of
which it depends on the parameters whether they count. Whatever still runs is read. A test compares the answers with those
from all records.
"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    Date,
    Integer,
    Select,
    SQLColumnExpression,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from services.educators.domain.codes import EpisodeEnd, SupportRole, WaiverState
from services.educators.models.circumstances import (
    DeclaredConflict,
    DevelopmentPlan,
    ReturnStep,
    Unavailability,
)
from services.educators.models.educators import Educator
from services.educators.models.evidence import (
    ActiveRole,
    CpdRecord,
    LearnerEpisode,
    ManagerCheckIn,
    Qualification,
    RegistrationCheck,
    SupportEpisode,
)
from services.educators.models.waivers import Waiver

IDS = bindparam("ids", type_=ARRAY(Uuid()))
"""Whose records are read."""

_AS_AT = bindparam("as_at", type_=Date())
_KNOWN_ON = bindparam("known_on", type_=Date())
_STUDENT = bindparam("student", type_=Uuid())
_begun = func.least(_AS_AT, _KNOWN_ON)

_COLUMNS: dict[str, Any] = {
    "code": Text(),
    "other_code": Text(),
    "first_on": Date(),
    "second_on": Date(),
    "third_on": Date(),
    "flag": Boolean(),
    "other_id": Uuid(),
    "days": Integer(),
    "planned_days": Integer(),
    "ending": Text(),
}
"""The common shape of records of all kinds, so that one statement reads them."""


def _counting(model: Any) -> list[SQLColumnExpression[bool]]:
    """What was withdrawn counts for nothing. Waivers end by a state of their own."""
    return [] if model is Waiver else [model.withdrawn_at.is_(None)]


def _shaped(model: Any, facts: dict[str, Any]) -> list[Any]:
    columns = [cast(facts.get(name, null()), kind).label(name) for name, kind in _COLUMNS.items()]
    return [model.id.label("id"), *columns]


def _all(what: str, model: Any, *where: SQLColumnExpression[bool], **facts: Any) -> Select[Any]:
    """The records of one kind of which the condition is true."""
    whose = model.educator_id.label("educator_id")
    columns = [literal(what).label("what"), whose, *_shaped(model, facts)]
    return select(*columns).where(model.educator_id == func.any(IDS), *_counting(model), *where)


def _latest(what: str, model: Any, day: Any, *where: SQLColumnExpression[bool], **facts: Any) -> Select[Any]:
    """Of each educator's records of one kind the latest known; each is found by an index on its day."""
    whose = func.unnest(IDS).column_valued("whose")
    mine = and_(model.educator_id == whose, *_counting(model), *where)
    first = (
        select(*_shaped(model, facts)).where(mine).order_by(day.desc(), model.id.desc()).limit(1).lateral()
    )
    return select(literal(what).label("what"), whose.label("educator_id"), first).join(first, true())


def _lasting(
    what: str, model: Any, sure: SQLColumnExpression[bool], *where: SQLColumnExpression[bool], **facts: Any
) -> Select[Any]:
    """What runs, and of what ended the latest: down to the first record that is `sure` to count, which outdoes all before."""
    ended = model.ended_on.is_not(None)
    order = (func.least(model.ended_on, _AS_AT).desc(), model.id.desc())
    outdone = (
        func.count()
        .filter(and_(ended, sure))
        .over(partition_by=model.educator_id, order_by=(ended, *order), rows=(None, -1))
    )
    found = _all(what, model, model.started_on <= _begun, *where, **facts).add_columns(
        outdone.label("outdone")
    )
    rows = found.subquery()
    return select(*(each for each in rows.c if each.key != "outdone")).where(rows.c.outdone == 0)


_OF_RECORD = SupportEpisode.role == SupportRole.EDUCATOR_OF_RECORD.value
_student = {
    "code": SupportEpisode.placement_level,
    "other_code": SupportEpisode.role,
    "first_on": SupportEpisode.started_on,
    "second_on": SupportEpisode.ended_on,
    "third_on": SupportEpisode.expected_end_on,
    "flag": SupportEpisode.midway_reported,
    "other_id": SupportEpisode.student_id,
    "days": SupportEpisode.days,
    "planned_days": SupportEpisode.planned_days,
    "ending": SupportEpisode.ending,
}
_RAN_TO_ITS_END = [EpisodeEnd.COMPLETED.value, EpisodeEnd.FAILED.value]
_surely_responsible = or_(
    SupportEpisode.ended_on > _AS_AT,
    SupportEpisode.midway_reported,
    SupportEpisode.ending.in_(_RAN_TO_ITS_END),
    SupportEpisode.days.is_(None),
    and_(SupportEpisode.planned_days > 0, 2 * SupportEpisode.days >= SupportEpisode.planned_days),
)
_earlier = aliased(Qualification)
_awarded_by_then = exists().where(
    _earlier.educator_id == Qualification.educator_id,
    _earlier.stage == Qualification.stage,
    _earlier.awarded_on <= _AS_AT,
    _earlier.withdrawn_at.is_(None),
)

RECORDS = union_all(
    _lasting("student", SupportEpisode, _surely_responsible, _OF_RECORD, **_student),
    _all(
        "student",
        SupportEpisode,
        _OF_RECORD,
        SupportEpisode.student_id == _STUDENT,
        SupportEpisode.ending.in_(_RAN_TO_ITS_END),
        **_student,
    ),
    _lasting(
        "learner",
        LearnerEpisode,
        true(),
        LearnerEpisode.assessed_against_pcf,
        code=LearnerEpisode.learner_kind,
        first_on=LearnerEpisode.started_on,
        second_on=LearnerEpisode.ended_on,
    ),
    _lasting(
        "role",
        ActiveRole,
        true(),
        code=ActiveRole.role_kind,
        first_on=ActiveRole.started_on,
        second_on=ActiveRole.ended_on,
    ),
    _latest(
        "cpd",
        CpdRecord,
        CpdRecord.on,
        CpdRecord.withdrawn_at.is_(None),
        CpdRecord.practice_education,
        CpdRecord.on <= _begun,
        first_on=CpdRecord.on,
        flag=CpdRecord.peer_reflection,
    ),
    _latest(
        "check_in",
        ManagerCheckIn,
        ManagerCheckIn.on,
        ManagerCheckIn.on <= _KNOWN_ON,
        first_on=ManagerCheckIn.on,
        flag=ManagerCheckIn.confirmed,
    ),
    _latest(
        "check",
        RegistrationCheck,
        RegistrationCheck.checked_on,
        RegistrationCheck.checked_on <= _KNOWN_ON,
        code=RegistrationCheck.status,
        other_code=RegistrationCheck.restriction,
        first_on=RegistrationCheck.checked_on,
        second_on=RegistrationCheck.registered_until,
        third_on=RegistrationCheck.restriction_reviewed_on,
    ),
    _all(
        "award",
        Qualification,
        Qualification.awarded_on > _AS_AT,
        ~_awarded_by_then,
        code=Qualification.stage,
        first_on=Qualification.awarded_on,
    ),
    _all("return_step", ReturnStep, ReturnStep.on <= _begun, code=ReturnStep.step, first_on=ReturnStep.on),
    _all(
        "unavailability",
        Unavailability,
        or_(Unavailability.ends_on.is_(None), Unavailability.ends_on >= _AS_AT),
        first_on=Unavailability.starts_on,
        second_on=Unavailability.ends_on,
    ),
    _all(
        "plan",
        DevelopmentPlan,
        or_(DevelopmentPlan.closed_on.is_(None), DevelopmentPlan.closed_on > _AS_AT),
        first_on=DevelopmentPlan.opened_on,
        second_on=DevelopmentPlan.closed_on,
    ),
    _all(
        "conflict",
        DeclaredConflict,
        DeclaredConflict.student_id == _STUDENT,
        code=DeclaredConflict.kind,
        other_id=DeclaredConflict.student_id,
    ),
    _all(
        "waiver",
        Waiver,
        Waiver.state == WaiverState.APPROVED.value,
        Waiver.expires_on >= _AS_AT,
        code=Waiver.rule_code,
        first_on=Waiver.expires_on,
        other_id=Waiver.placement_id,
    ),
)
"""What can matter on the day `as_at`, as known on `known_on`, about a placement of `student` (or of nobody in particular)."""

PRACTICE_ON_RECORD = or_(
    *(
        exists().where(model.educator_id == Educator.id, model.withdrawn_at.is_(None))
        for model in (SupportEpisode, CpdRecord, LearnerEpisode, ActiveRole, ReturnStep)
    )
)
"""Whether anything of an educator's practice was ever recorded."""
