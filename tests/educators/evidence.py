"""Evidence for tests of the rules: records with defaults, and days written shortly."""

from datetime import date
from typing import Any
from uuid import UUID

from services.educators.domain.codes import (
    ConflictKind,
    Employment,
    LearnerKind,
    Mode,
    PepsStage,
    PlacementLevel,
    RegisterStatus,
    ReturnStepKind,
    RoleKind,
    SupportRole,
)
from services.educators.domain.evidence import (
    ActiveRole,
    CpdRecord,
    DeclaredConflict,
    DevelopmentPlan,
    Educator,
    Evidence,
    LearnerEpisode,
    ManagerCheckIn,
    RegistrationCheck,
    ReturnStep,
    SupportEpisode,
    Unavailability,
    Waiver,
)
from shared.ids import new_id

TODAY = date(2026, 9, 7)


def day(text: str) -> date:
    return date.fromisoformat(text)


def an_educator(**changes: Any) -> Educator:
    known: dict[str, Any] = {
        "id": new_id(),
        "social_work_england_number": "SW1234",
        "peps_stage": PepsStage.STAGE_2,
        "mode": Mode.ON_SITE,
        "employment": Employment.EMPLOYED,
        "qualified_on": date(2010, 7, 1),
    }
    return Educator(**{**known, **changes})


def a_student(ended: str | None, **changes: Any) -> SupportEpisode:
    """One student with full responsibility, whose last day was `ended`; still there when it is None."""
    known: dict[str, Any] = {
        "id": new_id(),
        "placement_level": PlacementLevel.FINAL,
        "role": SupportRole.EDUCATOR_OF_RECORD,
        "started_on": date(2014, 1, 6),
        "ended_on": day(ended) if ended else None,
    }
    return SupportEpisode(**{**known, **changes})


def a_learner(ended: str | None, **changes: Any) -> LearnerEpisode:
    known: dict[str, Any] = {
        "id": new_id(),
        "kind": LearnerKind.ASYE,
        "started_on": date(2014, 1, 6),
        "ended_on": day(ended) if ended else None,
    }
    return LearnerEpisode(**{**known, **changes})


def a_role(ended: str | None, **changes: Any) -> ActiveRole:
    known: dict[str, Any] = {
        "id": new_id(),
        "kind": RoleKind.TEACHES_PROGRAMME,
        "started_on": date(2014, 1, 6),
        "ended_on": day(ended) if ended else None,
    }
    return ActiveRole(**{**known, **changes})


def some_cpd(on: str, **changes: Any) -> CpdRecord:
    return CpdRecord(**{"id": new_id(), "on": day(on), **changes})


def a_check_in(on: str, *, confirmed: bool = True) -> ManagerCheckIn:
    return ManagerCheckIn(new_id(), day(on), confirmed)


def a_register_check(on: str, **changes: Any) -> RegistrationCheck:
    known: dict[str, Any] = {"id": new_id(), "checked_on": day(on), "status": RegisterStatus.REGISTERED}
    return RegistrationCheck(**{**known, **changes})


def a_step(kind: str, on: str) -> ReturnStep:
    return ReturnStep(new_id(), ReturnStepKind(kind), day(on))


def away(starts: str, ends: str | None) -> Unavailability:
    return Unavailability(new_id(), day(starts), day(ends) if ends else None)


def a_plan(opened: str, closed: str | None = None) -> DevelopmentPlan:
    return DevelopmentPlan(new_id(), day(opened), day(closed) if closed else None)


def a_tie(student_id: UUID, kind: ConflictKind = ConflictKind.KIN) -> DeclaredConflict:
    return DeclaredConflict(new_id(), kind, student_id)


def evidence(
    *,
    students: tuple[SupportEpisode, ...] = (),
    learners: tuple[LearnerEpisode, ...] = (),
    roles: tuple[ActiveRole, ...] = (),
    cpd: tuple[CpdRecord, ...] = (),
    known_on: date = TODAY,
    check_ins: tuple[ManagerCheckIn, ...] = (),
    checks: tuple[RegistrationCheck, ...] = (),
    returns: tuple[ReturnStep, ...] = (),
    away: tuple[Unavailability, ...] = (),
    plans: tuple[DevelopmentPlan, ...] = (),
    conflicts: tuple[DeclaredConflict, ...] = (),
    waivers: tuple[Waiver, ...] = (),
) -> Evidence:
    return Evidence(
        known_on,
        students,
        learners,
        roles,
        cpd,
        check_ins,
        checks,
        return_steps=returns,
        unavailabilities=away,
        development_plans=plans,
        conflicts=conflicts,
        waivers=waivers,
    )


def good_evidence(**changes: Any) -> Evidence:
    """A student last spring, CPD this summer: current on 7 September 2026 and for a year from the CPD."""
    known: dict[str, Any] = {"students": (a_student("2026-04-30"),), "cpd": (some_cpd("2026-06-15"),)}
    return evidence(**{**known, **changes})
