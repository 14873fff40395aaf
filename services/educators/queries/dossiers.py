"""Everything the rules look at, for many educators in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Date,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.types import TypeEngine

from services.educators.domain import evidence as known
from services.educators.domain.codes import (
    Employment,
    EpisodeEnd,
    LearnerKind,
    Mode,
    PepsStage,
    PlacementLevel,
    RegisterStatus,
    Restriction,
    RoleKind,
    SupportRole,
)
from services.educators.domain.currency import Currency, currency
from services.educators.domain.parameters import Parameters
from services.educators.models.educators import Educator
from services.educators.models.evidence import (
    ActiveRole,
    CpdRecord,
    LearnerEpisode,
    ManagerCheckIn,
    RegistrationCheck,
    SupportEpisode,
)
from services.educators.queries.visibility import EDUCATORS, PARTNERSHIP, WHOLE

_STAGE_2 = 2
IDS = bindparam("ids", type_=ARRAY(Uuid()))
_MENTORS = select(Educator.mentor_educator_id).where(EDUCATORS, Educator.id == func.any(IDS))


@dataclass(frozen=True, slots=True)
class Dossier:
    """One educator with all their evidence. `whole`: the caller may see it, and not only that they are there."""

    educator: known.Educator
    evidence: known.Evidence
    whole: bool


class Dossiers:
    """The dossiers of several educators and of those who mentor them."""

    def __init__(self, found: Mapping[UUID, Dossier], parameters: Parameters) -> None:
        self._found = found
        self._parameters = parameters
        self._mentors: dict[tuple[UUID, date], bool] = {}

    def get(self, educator_id: UUID) -> Dossier | None:
        """The dossier of one educator, if there is such an educator in the partnership."""
        return self._found.get(educator_id)

    def mentor_current(self, educator: known.Educator, as_at: date) -> bool:
        """Whether a Stage 2 educator is named as this educator's mentor and is current on the day."""
        mentor_id = educator.mentor_educator_id
        mentor = self._found.get(mentor_id) if mentor_id else None
        if mentor_id is None or mentor is None or mentor.educator.peps_stage.held < _STAGE_2:
            return False
        key = (mentor_id, as_at)
        if key not in self._mentors:
            stage = mentor.educator.peps_stage
            self._mentors[key] = currency(stage, mentor.evidence, self._parameters, as_at).is_current
        return self._mentors[key]

    def currency_of(self, educator_id: UUID, as_at: date) -> Currency:
        """The currency of an educator who is here, on any day."""
        dossier = self._found[educator_id]
        mentored = self.mentor_current(dossier.educator, as_at)
        stage = dossier.educator.peps_stage
        return currency(stage, dossier.evidence, self._parameters, as_at, mentor_current=mentored)


_EDUCATORS = select(
    Educator.id,
    Educator.social_work_england_number,
    Educator.peps_stage,
    Educator.mode,
    Educator.employment,
    Educator.qualified_on,
    Educator.max_concurrent,
    Educator.mentor_educator_id,
    WHOLE.label("whole"),
).where(EDUCATORS, or_(Educator.id == func.any(IDS), Educator.id.in_(_MENTORS)))

_EPISODES = select(
    SupportEpisode.educator_id,
    SupportEpisode.id,
    SupportEpisode.placement_level,
    SupportEpisode.role,
    SupportEpisode.started_on,
    SupportEpisode.ended_on,
    SupportEpisode.expected_end_on,
    SupportEpisode.days,
    SupportEpisode.planned_days,
    SupportEpisode.midway_reported,
    SupportEpisode.ending,
).where(SupportEpisode.educator_id == func.any(IDS), SupportEpisode.withdrawn_at.is_(None))


_FACTS: Mapping[str, TypeEngine[Any]] = {
    "code": Text(),
    "other_code": Text(),
    "first_on": Date(),
    "second_on": Date(),
    "third_on": Date(),
    "flag": Boolean(),
    "other_flag": Boolean(),
}
"""The common shape of records of all kinds, so that one statement reads them."""


def _shape(what: str, model: Any, **facts: Any) -> Any:
    """One kind of record in the common shape; facts it does not have are null."""
    columns = [cast(facts.get(name, null()), kind).label(name) for name, kind in _FACTS.items()]
    of_these = (model.partnership_id == PARTNERSHIP) & (model.educator_id == func.any(IDS))
    shape = select(literal(what).label("what"), model.educator_id, model.id, *columns)
    return shape.where(of_these, model.withdrawn_at.is_(None))


_RECORDS = union_all(
    _shape(
        "learner",
        LearnerEpisode,
        code=LearnerEpisode.learner_kind,
        first_on=LearnerEpisode.started_on,
        second_on=LearnerEpisode.ended_on,
        flag=LearnerEpisode.assessed_against_pcf,
    ),
    _shape(
        "role",
        ActiveRole,
        code=ActiveRole.role_kind,
        first_on=ActiveRole.started_on,
        second_on=ActiveRole.ended_on,
    ),
    _shape(
        "cpd",
        CpdRecord,
        first_on=CpdRecord.on,
        flag=CpdRecord.practice_education,
        other_flag=CpdRecord.peer_reflection,
    ),
    _shape("check_in", ManagerCheckIn, first_on=ManagerCheckIn.on, flag=ManagerCheckIn.confirmed),
    _shape(
        "check",
        RegistrationCheck,
        code=RegistrationCheck.status,
        other_code=RegistrationCheck.restriction,
        first_on=RegistrationCheck.checked_on,
        second_on=RegistrationCheck.registered_until,
        third_on=RegistrationCheck.restriction_reviewed_on,
    ),
)

_LEVELS = {level.value: level for level in PlacementLevel}
_ROLES = {role.value: role for role in SupportRole}


async def dossiers(
    connection: AsyncConnection | AsyncSession,
    reader: Mapping[str, object],
    ids: Collection[UUID],
    parameters: Parameters,
    known_on: date,
) -> Dossiers:
    """The dossiers of these educators and of their mentors, as known on a day: three statements, however many they are."""
    rows = (await connection.execute(_EDUCATORS, {**reader, "ids": list(ids)})).all()
    whose = {"p_partnership": reader["p_partnership"], "ids": [row.id for row in rows]}
    episodes: dict[UUID, list[known.SupportEpisode]] = defaultdict(list)
    for episode in await connection.execute(_EPISODES, whose):
        episodes[episode[0]].append(_episode(episode))
    records: dict[tuple[str, UUID], list[Any]] = defaultdict(list)
    for row in await connection.execute(_RECORDS, whose):
        records[row.what, row.educator_id].append(_BUILD[row.what](row))
    found = {
        row.id: Dossier(_educator(row), _evidence(row.id, episodes, records, known_on), row.whole)
        for row in rows
    }
    return Dossiers(found, parameters)


def _evidence(
    educator_id: UUID,
    episodes: Mapping[UUID, Iterable[known.SupportEpisode]],
    records: Mapping[tuple[str, UUID], Iterable[Any]],
    known_on: date,
) -> known.Evidence:
    return known.Evidence(
        known_on=known_on,
        support_episodes=tuple(episodes.get(educator_id, ())),
        learner_episodes=tuple(records.get(("learner", educator_id), ())),
        active_roles=tuple(records.get(("role", educator_id), ())),
        cpd_records=tuple(records.get(("cpd", educator_id), ())),
        manager_check_ins=tuple(records.get(("check_in", educator_id), ())),
        registration_checks=tuple(records.get(("check", educator_id), ())),
    )


def _educator(row: Any) -> known.Educator:
    return known.Educator(
        id=row.id,
        social_work_england_number=row.social_work_england_number,
        peps_stage=PepsStage(row.peps_stage),
        mode=Mode(row.mode),
        employment=Employment(row.employment),
        qualified_on=row.qualified_on,
        max_concurrent=row.max_concurrent,
        mentor_educator_id=row.mentor_educator_id,
    )


def _episode(row: Any) -> known.SupportEpisode:
    _, id_, level, role, started, ended, expected, days, planned, midway, ending = row
    return known.SupportEpisode(
        id_,
        _LEVELS[level],
        _ROLES[role],
        started,
        ended,
        expected,
        days,
        planned,
        midway,
        EpisodeEnd(ending) if ending else None,
    )


def _learner(row: Any) -> known.LearnerEpisode:
    return known.LearnerEpisode(row.id, LearnerKind(row.code), row.first_on, row.second_on, row.flag)


def _role(row: Any) -> known.ActiveRole:
    return known.ActiveRole(row.id, RoleKind(row.code), row.first_on, row.second_on)


def _cpd(row: Any) -> known.CpdRecord:
    return known.CpdRecord(row.id, row.first_on, row.flag, row.other_flag)


def _check_in(row: Any) -> known.ManagerCheckIn:
    return known.ManagerCheckIn(row.id, row.first_on, row.flag)


def _check(row: Any) -> known.RegistrationCheck:
    status, restriction = RegisterStatus(row.code), Restriction(row.other_code)
    return known.RegistrationCheck(row.id, row.first_on, status, row.second_on, restriction, row.third_on)


_BUILD = {"learner": _learner, "role": _role, "cpd": _cpd, "check_in": _check_in, "check": _check}
