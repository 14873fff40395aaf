"""The team duty: every frontline team takes a student each year. Which did, which did not, and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, organisations_only
from services.placements.api.shapes import SAMPLE_ID, AcademicYear
from services.placements.api.shares import SHARE, ShareWithInterval
from services.placements.domain.intervals import share_of
from services.placements.domain.vocabulary import Appetite, CapacityReason, Directorate
from services.placements.queries.team_duty import frontline_teams
from services.placements.queries.visibility import reader
from shared.http.wire import Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["reports"])


class TeamView(Wire):
    """A frontline team: students it took in the year, and what it had said about its capacity (null: nothing)."""

    setting_id: UUID
    name: str
    organisation_id: UUID
    directorate: Directorate
    students: int
    appetite: Appetite | None
    reasons: Annotated[list[CapacityReason], up_to(11)] | None


class ReasonCount(Wire):
    """How many teams without a student gave a reason. Without one, their appetite; `not_stated` without either."""

    reason: str
    teams: int


class OrganisationDuty(Wire):
    """How many frontline teams of an organisation took a student."""

    organisation_id: UUID
    took: ShareWithInterval


class TeamDutyView(Wire):
    """The duty of the frontline teams in one academic year: taken with the first student whose place is confirmed."""

    model_config = like(
        academic_year="2026-27",
        took=SHARE,
        organisations=[{"organisation_id": SAMPLE_ID, "took": SHARE}],
        reasons=[{"reason": "no_educator", "teams": 1}],
        teams=[
            {
                "setting_id": SAMPLE_ID,
                "name": "Children in Care Team",
                "organisation_id": SAMPLE_ID,
                "directorate": "childrens",
                "students": 0,
                "appetite": "not_offering",
                "reasons": ["no_educator"],
            }
        ],
    )

    academic_year: str
    took: ShareWithInterval
    organisations: Annotated[list[OrganisationDuty], up_to(1000)]
    reasons: Annotated[list[ReasonCount], up_to(16)]
    """Why teams did not, the most frequent first; a team may have several."""
    teams: Annotated[list[TeamView], up_to(20_000)]


@router.get("/reports/team-duty", operation_id="get_team_duty", response_model=TeamDutyView)
async def get_team_duty(
    wired: Wired,
    principal: Reader,
    academic_year: Annotated[AcademicYear, Query(description="The academic year of the rounds.")],
) -> Response:
    """Every frontline team: did it take a student, and if not, why. A host sees its own teams, the office all."""
    organisations_only(principal)
    async with wired.db.read() as connection:
        teams = await frontline_teams(connection, {**reader(principal), "academic_year": academic_year})
    return answer(team_duty(academic_year, teams))


def team_duty(academic_year: str, teams: Sequence[Mapping[str, Any]]) -> TeamDutyView:
    """The report from the teams as they were read."""
    there = Counter(team["organisation_id"] for team in teams)
    took = Counter(team["organisation_id"] for team in teams if team["students"])
    without = [team for team in teams if not team["students"]]
    why = Counter(
        reason for team in without for reason in team["reasons"] or [team["appetite"] or "not_stated"]
    )
    return TeamDutyView(
        academic_year=academic_year,
        took=ShareWithInterval.of(share_of(took.total(), there.total())),
        organisations=[
            OrganisationDuty(organisation_id=id_, took=ShareWithInterval.of(share_of(took[id_], n)))
            for id_, n in there.items()
        ],
        reasons=[
            ReasonCount(reason=reason, teams=n)
            for reason, n in sorted(why.items(), key=lambda each: (-each[1], each[0]))
        ],
        teams=[TeamView.model_validate(dict(team)) for team in teams],
    )
