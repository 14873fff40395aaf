"""The rows of the files that can be imported: the columns of each kind, as `api.md` of the design names them."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints

from services.educators.domain.codes import (
    NUMBER_PATTERN,
    AwardedStage,
    Directorate,
    Employment,
    LearnerKind,
    Mode,
    PepsStage,
    PlacementLevel,
    RegisterStatus,
    Restriction,
    RoleKind,
    SupportRole,
)
from shared.http.wire import Day, FromText, Name

STUDENT = "student"
"""The learner kind of a student on placement; all others are other professional learners."""

Number = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_upper=True, max_length=20, pattern=NUMBER_PATTERN.replace("SW", "[Ss][Ww]")
    ),
    Field(examples=["SW12345"]),
]
"""A Social Work England number: SW and up to six digits without a leading zero; small letters are forgiven."""


class EducatorRow(FromText):
    """One educator of a file."""

    external_id: Name
    social_work_england_number: Number
    full_name: Name
    organisation: Name
    """The external id of the organisation."""

    mode: Mode = Mode.ON_SITE
    employment: Employment = Employment.EMPLOYED
    peps_stage: PepsStage
    qualified_on: Day | None = None
    registered_on: Day | None = None
    max_concurrent: Annotated[int, Field(ge=0, le=50)] | None = None
    directorate: Directorate | None = None
    locality: Name | None = None


class EvidenceRow(FromText):
    """One record about one educator. `KEY` are the columns that tell two records of one educator apart."""

    KEY: ClassVar[tuple[str, ...]]

    educator_number: Number

    @property
    def key(self) -> tuple[object, ...]:
        """What tells two rows of one file apart."""
        return (self.educator_number, *(getattr(self, name) for name in self.KEY))

    @property
    def given(self) -> dict[str, Any]:
        """The cells that are not empty: an empty one leaves what is known as it is."""
        whole = self.whole
        return {name: whole[name] for name in whole if name in self.model_fields_set or name in self.KEY}

    @property
    def whole(self) -> dict[str, Any]:
        """Every column of the record, with what is meant by an empty cell where nothing is known yet."""
        return {name: value for name, value in self if name != "educator_number"}


class SupportEpisodeRow(EvidenceRow):
    """One learner with one educator. `learner_kind` is `student` or the kind of another professional learner."""

    KEY: ClassVar[tuple[str, ...]] = ("learner_kind", "placement_level", "started_on", "role")

    learner_kind: LearnerKind | Literal["student"] = "student"
    placement_level: PlacementLevel | None = None
    started_on: Day
    ended_on: Day | None = None
    days: Annotated[int, Field(ge=0, le=1000)] | None = None
    role: SupportRole = SupportRole.EDUCATOR_OF_RECORD

    @property
    def of_student(self) -> bool:
        """A student on placement, not another learner."""
        return self.learner_kind == STUDENT

    @property
    def whole(self) -> dict[str, Any]:
        """The columns of a student's stay, or those of another learner's."""
        not_theirs = {"learner_kind"} if self.of_student else {"placement_level", "days", "role"}
        return {name: value for name, value in super().whole.items() if name not in not_theirs}


class LearnerEpisodeRow(EvidenceRow):
    """One other professional learner with one educator."""

    KEY: ClassVar[tuple[str, ...]] = ("learner_kind", "started_on")

    learner_kind: LearnerKind
    started_on: Day
    ended_on: Day | None = None
    assessed_against_pcf: bool = True


class QualificationRow(EvidenceRow):
    """A PEPS stage that was awarded; each is awarded once."""

    KEY: ClassVar[tuple[str, ...]] = ("stage",)

    stage: AwardedStage
    awarding_body: Name
    awarded_on: Day


class ActiveRoleRow(EvidenceRow):
    """A practice-education role, held for a time or held still."""

    KEY: ClassVar[tuple[str, ...]] = ("role_kind", "started_on")

    role_kind: RoleKind
    started_on: Day
    ended_on: Day | None = None


class CpdRow(EvidenceRow):
    """Something an educator learnt."""

    KEY: ClassVar[tuple[str, ...]] = ("on", "title")

    on: Day
    title: Name
    hours: Annotated[float, Field(ge=0, le=999)] | None = None
    peer_reflection: bool = False


class ManagerCheckInRow(EvidenceRow):
    """A manager's word on an educator's caseload and suitability, on a day."""

    KEY: ClassVar[tuple[str, ...]] = ("on",)

    on: Day
    confirmed: bool


class RegistrationCheckRow(EvidenceRow):
    """What the regulator's public register said on a day."""

    KEY: ClassVar[tuple[str, ...]] = ("checked_on",)

    checked_on: Day
    status: RegisterStatus
    registered_until: Day | None = None
    restriction: Restriction = Restriction.NONE


class UnavailabilityRow(EvidenceRow):
    """Days on which an educator takes no student; without a last one, until further notice."""

    KEY: ClassVar[tuple[str, ...]] = ("starts_on",)

    starts_on: Day
    ends_on: Day | None = None


class DevelopmentPlanRow(EvidenceRow):
    """A plan for an educator's own practice, open until it is closed. What it says is kept elsewhere."""

    KEY: ClassVar[tuple[str, ...]] = ("opened_on",)

    opened_on: Day
    closed_on: Day | None = None
