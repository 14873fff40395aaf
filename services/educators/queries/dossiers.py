"""Everything the rules look at on one day, for many educators in two statements."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.educators.domain import evidence as known
from services.educators.domain.codes import (
    AwardedStage,
    ConflictKind,
    Employment,
    EpisodeEnd,
    LearnerKind,
    Mode,
    PepsStage,
    PlacementLevel,
    RegisterStatus,
    Restriction,
    ReturnStepKind,
    RoleKind,
    RuleCode,
    SupportRole,
)
from services.educators.domain.currency import Currency, currency
from services.educators.domain.parameters import Parameters
from services.educators.models.educators import Educator
from services.educators.queries.records import IDS, PRACTICE_ON_RECORD, RECORDS
from services.educators.queries.visibility import EDUCATORS, WHOLE

_STAGE_2 = 2
_MENTORS = select(Educator.mentor_educator_id).where(EDUCATORS, Educator.id == func.any(IDS))


@dataclass(frozen=True, slots=True)
class Dossier:
    """One educator with the evidence that can matter. `whole`: the caller may see it, and not only that they are there."""

    educator: known.Educator
    evidence: known.Evidence
    whole: bool


class Dossiers:
    """The dossiers of several educators and of those who mentor them, for one day."""

    def __init__(self, found: Mapping[UUID, Dossier], parameters: Parameters, as_at: date) -> None:
        self._found = found
        self._parameters = parameters
        self._as_at = as_at
        self._seniors: dict[UUID, bool] = {}

    def get(self, educator_id: UUID) -> Dossier | None:
        """The dossier of one educator, if there is such an educator in the partnership."""
        return self._found.get(educator_id)

    def under(self, parameters: Parameters) -> "Dossiers":
        """The same dossiers, to be judged with other parameters."""
        return Dossiers(self._found, parameters, self._as_at)

    def senior(self, educator_id: UUID | None) -> bool:
        """Whether this is an educator of Stage 2 who is current on the day: who may mentor, and ratify."""
        dossier = self._found.get(educator_id) if educator_id else None
        if educator_id is None or dossier is None or dossier.educator.peps_stage.held < _STAGE_2:
            return False
        if educator_id not in self._seniors:
            found = currency(dossier.educator.peps_stage, dossier.evidence, self._parameters, self._as_at)
            self._seniors[educator_id] = found.is_current
        return self._seniors[educator_id]

    def currency_of(self, educator_id: UUID) -> Currency:
        """The currency of an educator who is here."""
        dossier = self._found[educator_id]
        mentored = self.senior(dossier.educator.mentor_educator_id)
        stage = dossier.educator.peps_stage
        return currency(stage, dossier.evidence, self._parameters, self._as_at, mentor_current=mentored)


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
    PRACTICE_ON_RECORD.label("practised"),
).where(EDUCATORS, or_(Educator.id == func.any(IDS), Educator.id.in_(_MENTORS)))

_Records = Mapping[str, list[Any]]


async def dossiers(
    connection: AsyncConnection | AsyncSession,
    reader: Mapping[str, object],
    ids: Collection[UUID],
    parameters: Parameters,
    *,
    as_at: date,
    known_on: date,
    student_id: UUID | None = None,
) -> Dossiers:
    """The dossiers of these educators and of their mentors for one day, as known on another, in two statements.

    `student_id`: of ties to students only those with this one are in them, and their placements that ran to the end.
    """
    rows = (await connection.execute(_EDUCATORS, {**reader, "ids": list(ids)})).all()
    asked = {"ids": [row.id for row in rows], "as_at": as_at, "known_on": known_on, "student": student_id}
    records: dict[UUID, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in await connection.execute(RECORDS, asked):
        records[row.educator_id][row.what].append(_BUILD[row.what](row))
    found = {
        row.id: Dossier(
            _educator(row), _evidence(records.get(row.id, {}), row.practised, known_on), row.whole
        )
        for row in rows
    }
    return Dossiers(found, parameters, as_at)


def _evidence(records: _Records, practised: bool, known_on: date) -> known.Evidence:  # noqa: FBT001 - a column
    def of(what: str) -> tuple[Any, ...]:
        return tuple(records.get(what, ()))

    return known.Evidence(
        known_on=known_on,
        support_episodes=of("student"),
        learner_episodes=of("learner"),
        active_roles=of("role"),
        cpd_records=of("cpd"),
        manager_check_ins=of("check_in"),
        registration_checks=of("check"),
        qualifications=of("award"),
        return_steps=of("return_step"),
        unavailabilities=of("unavailability"),
        development_plans=of("plan"),
        conflicts=of("conflict"),
        waivers=of("waiver"),
        practice_on_record=practised,
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


def _student(row: Any) -> known.SupportEpisode:
    return known.SupportEpisode(
        row.id,
        PlacementLevel(row.code),
        SupportRole(row.other_code),
        row.first_on,
        row.second_on,
        row.third_on,
        row.days,
        row.planned_days,
        row.flag,
        EpisodeEnd(row.ending) if row.ending else None,
        row.other_id,
    )


def _check(row: Any) -> known.RegistrationCheck:
    status, restriction = RegisterStatus(row.code), Restriction(row.other_code)
    return known.RegistrationCheck(row.id, row.first_on, status, row.second_on, restriction, row.third_on)


_BUILD: Mapping[str, Callable[[Any], Any]] = {
    "student": _student,
    "learner": lambda row: known.LearnerEpisode(row.id, LearnerKind(row.code), row.first_on, row.second_on),
    "role": lambda row: known.ActiveRole(row.id, RoleKind(row.code), row.first_on, row.second_on),
    "cpd": lambda row: known.CpdRecord(row.id, row.first_on, peer_reflection=row.flag),
    "check_in": lambda row: known.ManagerCheckIn(row.id, row.first_on, row.flag),
    "check": _check,
    "award": lambda row: known.Qualification(row.id, AwardedStage(row.code), row.first_on),
    "return_step": lambda row: known.ReturnStep(row.id, ReturnStepKind(row.code), row.first_on),
    "unavailability": lambda row: known.Unavailability(row.id, row.first_on, row.second_on),
    "plan": lambda row: known.DevelopmentPlan(row.id, row.first_on, row.second_on),
    "conflict": lambda row: known.DeclaredConflict(row.id, ConflictKind(row.code), row.other_id),
    "waiver": lambda row: known.Waiver(row.id, RuleCode(row.code), row.first_on, row.other_id),
}
