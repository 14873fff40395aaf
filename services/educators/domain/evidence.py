"""What is known about an educator: who they are, and the records on which every judgement rests.

The records are named tuples because thousands are built from database rows for one batch of decisions.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

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

    @property
    def says_nothing_of_practice(self) -> bool:
        """No student, learner, role or CPD was ever recorded: an import that still waits for its evidence."""
        return not (self.support_episodes or self.learner_episodes or self.active_roles or self.cpd_records)
