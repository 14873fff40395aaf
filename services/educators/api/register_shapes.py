"""What the register looks like on the wire, and by what it is narrowed."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID
from services.educators.domain.codes import (
    Basis,
    CurrencyStatus,
    Directorate,
    Employment,
    Mode,
    PepsStage,
    RuleCode,
)
from services.educators.domain.lapse import LapseCause
from shared.http.wire import Day, Name, Wire, like, up_to

_LINE = {
    "id": SAMPLE_ID,
    "organisation_id": SAMPLE_OTHER_ID,
    "mode": "on_site",
    "peps_stage": "stage_2",
    "status": "current",
    "full_name": "Amara Fielding",
    "directorate": "adults",
    "locality": "North",
    "basis": "A",
    "current_until": "2027-06-15",
    "lapses_on": "2027-08-15",
    "lapses_by": "cpd",
    "last_student_on": "2026-04-30",
    "waivers": [
        {
            "id": SAMPLE_ID,
            "rule_code": "manager_check_in",
            "placement_id": SAMPLE_OTHER_ID,
            "expires_on": "2026-12-18",
        }
    ],
    "as_at": "2026-09-07",
}
EXPORTED = {
    **_LINE,
    "social_work_england_number": "SW12345",
    "employment": "employed",
    "qualified_on": "2014-07-01",
    "max_concurrent": 1,
}
"""A line of the export, for the documentation."""


class WaiverShort(Wire):
    """A rule that is set aside for an educator until a day, for one placement or for all."""

    id: UUID
    rule_code: RuleCode
    placement_id: UUID | None
    expires_on: Day


class RegisterLine(Wire):
    """One educator of the register; of another organisation's, only what matching needs, the rest is null."""

    model_config = like(**_LINE)

    id: UUID
    organisation_id: UUID
    mode: Mode
    peps_stage: PepsStage
    status: CurrencyStatus
    full_name: str | None
    directorate: Directorate | None
    locality: str | None
    basis: Basis | None
    current_until: Day | None
    lapses_on: Day | None
    """The first day of being lapsed unless new evidence comes; null for those who are not current."""

    lapses_by: LapseCause | None
    """For want of what they would lapse: work with students and learners, or CPD."""

    last_student_on: Day | None
    """The last day with a student as educator of record; today's while one is there, null where there never was one."""

    waivers: Annotated[list[WaiverShort], up_to(100)]
    """Those that are approved and not over; of others' educators none is shown."""

    as_at: Day | None
    """The day for which all this was computed; today's comes with the nightly sweep."""


class ExportLine(RegisterLine):
    """One educator of the register as it is exported."""

    model_config = like(**EXPORTED)

    social_work_england_number: str | None
    employment: Employment | None
    qualified_on: Day | None
    max_concurrent: int | None


class MonthForecast(Wire):
    """One month to come."""

    month: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]
    lapsing: int
    """Educators who lapse in this month unless new evidence comes."""

    by_practice: int
    """Those among them who lapse for want of a student, a learner or a role."""

    by_cpd: int
    """Those among them who lapse for want of CPD."""


class StatusCount(Wire):
    """How many educators have a status."""

    status: CurrencyStatus
    educators: int


class Forecast(Wire):
    """Who is current today, and how many lapse in each month to come. Educators of the caller's sight only."""

    model_config = like(
        as_at="2026-09-07",
        statuses=[{"status": "current", "educators": 41}, {"status": "lapsed", "educators": 6}],
        months=[
            {"month": "2026-09", "lapsing": 2, "by_practice": 0, "by_cpd": 2},
            {"month": "2026-10", "lapsing": 0, "by_practice": 0, "by_cpd": 0},
        ],
    )

    as_at: Day
    statuses: Annotated[list[StatusCount], up_to(10)]
    months: Annotated[list[MonthForecast], up_to(60)]


class ValueCount(Wire):
    """How many educators have a value; null is where nothing is known."""

    value: str | None
    educators: int


class Summary(Wire):
    """How many educators there are, by each thing by which the register can be narrowed."""

    model_config = like(
        as_at="2026-09-07",
        educators=47,
        by_status=[{"value": "current", "educators": 41}, {"value": "lapsed", "educators": 6}],
        by_organisation_id=[{"value": SAMPLE_OTHER_ID, "educators": 47}],
        by_directorate=[{"value": "adults", "educators": 30}, {"value": None, "educators": 17}],
        by_peps_stage=[{"value": "stage_2", "educators": 47}],
        by_locality=[{"value": "North", "educators": 47}],
        by_mode=[{"value": "on_site", "educators": 47}],
    )

    as_at: Day
    educators: int
    by_status: Annotated[list[ValueCount], up_to(10)]
    by_organisation_id: Annotated[list[ValueCount], up_to(10_000)]
    by_directorate: Annotated[list[ValueCount], up_to(10)]
    by_peps_stage: Annotated[list[ValueCount], up_to(10)]
    by_locality: Annotated[list[ValueCount], up_to(10_000)]
    by_mode: Annotated[list[ValueCount], up_to(10)]


Status = Annotated[CurrencyStatus | None, Query(description="Only this currency.")]
Organisation = Annotated[UUID | None, Query(description="Only this organisation.")]
OwnDirectorate = Annotated[
    Directorate | None, Query(description="Only this directorate, among educators you see whole.")
]
Stage = Annotated[PepsStage | None, Query(description="Only this stage.")]
Locality = Annotated[Name | None, Query(description="Only this locality, among educators you see whole.")]
WorkingMode = Annotated[Mode | None, Query(description="Only educators who usually work like this.")]
