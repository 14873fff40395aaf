"""The rows of the files that can be imported: the columns of each kind, as `api.md` of the design names them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.educators.domain.codes import (
    NUMBER_PATTERN,
    Directorate,
    Employment,
    LearnerKind,
    Mode,
    PepsStage,
    PlacementLevel,
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


class SupportEpisodeRow(FromText):
    """One learner with one educator. `learner_kind` is `student` or the kind of another professional learner."""

    educator_number: Number
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
    def key(self) -> tuple[str, str, str | None, date, str]:
        """What tells two learners of one file apart."""
        return (self.educator_number, self.learner_kind, self.placement_level, self.started_on, self.role)

    @property
    def days_of_stay(self) -> dict[str, date | None]:
        """The first and the last day, as they are stored."""
        return {"started_on": self.started_on, "ended_on": self.ended_on}


class CpdRow(FromText):
    """Something an educator learnt."""

    educator_number: Number
    on: Day
    title: Name
    hours: Annotated[float, Field(ge=0, le=999)] | None = None
    peer_reflection: bool = False

    @property
    def key(self) -> tuple[str, date, str]:
        """What tells two records of one file apart."""
        return (self.educator_number, self.on, self.title)
