"""What is known about an educator: who they are, and the records on which every judgement rests.

The records are named tuples because thousands are built from database rows for one batch of decisions.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

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


@dataclass(frozen=True, slots=True)
class Educator:
    """A practice educator as the rules see one: no name and no organisation."""

    id: UUID
    social_work_england_number: str
    peps_stage: PepsStage
    mode: Mode = Mode.ON_SITE
    employment: Employment = Employment.EMPLOYED
    qualified_on: date | None = None
    """The day they qualified as a social worker; unknown for some imports."""

    max_concurrent: int | None = None
    """Their own number of students at once; none means the usual one for their mode."""

    mentor_educator_id: UUID | None = None
    """The Stage 2 educator named to mentor them, and to ratify what they may not judge alone."""


class SupportEpisode(NamedTuple):
    """One student with one educator. `ended_on` is the last served day; without it the episode is running."""

    id: UUID
    placement_level: PlacementLevel
    role: SupportRole
    started_on: date
    ended_on: date | None = None
    expected_end_on: date | None = None
    days: int | None = None
    planned_days: int | None = None
    midway_reported: bool = False
    ending: EpisodeEnd | None = None
    student_id: UUID | None = None
    """Known for our own placements; imports rarely say."""


class LearnerEpisode(NamedTuple):
    """One other professional learner with one educator (ASYE, apprentice, returner, educator in training)."""

    id: UUID
    kind: LearnerKind
    started_on: date
    ended_on: date | None = None
    assessed_against_pcf: bool = True


class ActiveRole(NamedTuple):
    """A practice-education role held for a time, or held still."""

    id: UUID
    kind: RoleKind
    started_on: date
    ended_on: date | None = None


class CpdRecord(NamedTuple):
    """A day on which an educator learnt something; only practice education counts towards currency."""

    id: UUID
    on: date
    practice_education: bool = True
    peer_reflection: bool = False


class ManagerCheckIn(NamedTuple):
    """A manager's word on caseload and suitability."""

    id: UUID
    on: date
    confirmed: bool


class RegistrationCheck(NamedTuple):
    """What the public register said on a day."""

    id: UUID
    checked_on: date
    status: RegisterStatus
    registered_until: date | None = None
    restriction: Restriction = Restriction.NONE
    restriction_reviewed_on: date | None = None


class Qualification(NamedTuple):
    """A PEPS stage that was awarded on a day."""

    id: UUID
    stage: AwardedStage
    awarded_on: date


class ReturnStep(NamedTuple):
    """One step of coming back to practice education after currency lapsed."""

    id: UUID
    kind: ReturnStepKind
    on: date


class Unavailability(NamedTuple):
    """Days on which an educator takes no student; without a last day, until further notice."""

    id: UUID
    starts_on: date
    ends_on: date | None = None


class DevelopmentPlan(NamedTuple):
    """An agreed plan for an educator's own practice; open until it is closed."""

    id: UUID
    opened_on: date
    closed_on: date | None = None


class DeclaredConflict(NamedTuple):
    """A tie that keeps an educator from assessing one student."""

    id: UUID
    kind: ConflictKind
    student_id: UUID


class Waiver(NamedTuple):
    """An approved waiver of one rule: for one placement, or for every one that begins before it expires."""

    id: UUID
    rule_code: RuleCode
    expires_on: date
    placement_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All records of one educator. `known_on` is the day they were read: whatever lies after it is only planned."""

    known_on: date
    support_episodes: tuple[SupportEpisode, ...] = ()
    learner_episodes: tuple[LearnerEpisode, ...] = ()
    active_roles: tuple[ActiveRole, ...] = ()
    cpd_records: tuple[CpdRecord, ...] = ()
    manager_check_ins: tuple[ManagerCheckIn, ...] = ()
    registration_checks: tuple[RegistrationCheck, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    return_steps: tuple[ReturnStep, ...] = ()
    unavailabilities: tuple[Unavailability, ...] = ()
    development_plans: tuple[DevelopmentPlan, ...] = ()
    conflicts: tuple[DeclaredConflict, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    practice_on_record: bool = False
    """Something of practice is on record, even where it has no bearing on the day that is asked about."""

    @property
    def says_nothing_of_practice(self) -> bool:
        """No student, learner, role, return or CPD was ever recorded: an import that still waits for its evidence."""
        return not (
            self.practice_on_record
            or self.support_episodes
            or self.learner_episodes
            or self.active_roles
            or self.cpd_records
            or self.return_steps
        )
