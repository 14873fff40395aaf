"""The match of a round in numbers: what travels, and the route."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, office_only
from services.placements.api.shapes import SAMPLE_ID
from services.placements.queries.matching_reports import Group, read_matching_report
from services.placements.queries.visibility import reader
from shared.http.wire import Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["reports"])

_COUNTS = {
    "requests": 36,
    "placed": 31,
    "first_preference": 19,
    "second_preference": 7,
    "other_preference": 3,
    "outside_list": 2,
    "travel_median": 32.0,
    "travel_p90": 61.5,
    "journeys_over_review": 1,
}


class Counts(Wire):
    """Open requests and the places they have in the published result as it stands. Journeys are minutes one way."""

    requests: int
    placed: int
    first_preference: int
    second_preference: int
    other_preference: int
    outside_list: int
    travel_median: float | None
    travel_p90: float | None
    journeys_over_review: int
    """So long that a person looks at them."""


class SeasonCounts(Wire):
    """How the round went after it was published."""

    frontline_teams: int
    """Frontline teams that offer a place."""

    frontline_teams_covered: int
    """Those of them that have a student."""

    declined: int
    withdrawn: int
    superseded: int
    """Proposals that a repair or a swap replaced after host and university had been asked."""

    cancelled: int
    """Places that both sides had accepted, and whose placement was cancelled; they count as none above."""

    repairs_confirmed: int
    swaps_made: int
    host_hours_to_answer: float | None
    """The median of hours from being asked to accepting or declining."""

    university_hours_to_answer: float | None


class GroupCounts(Wire):
    """One group; its counts are null where it is too small to be shown (n < 5), or would give such a one away."""

    key: str
    counts: Counts | None


class Groups(Wire):
    """The same numbers group by group."""

    by: Group
    items: Annotated[list[GroupCounts], up_to(500)]


class MatchingReportView(Wire):
    """The match of one round in numbers."""

    model_config = like(
        round_id=SAMPLE_ID,
        overall=_COUNTS,
        season={
            "frontline_teams": 20,
            "frontline_teams_covered": 18,
            "declined": 2,
            "withdrawn": 0,
            "superseded": 1,
            "cancelled": 0,
            "repairs_confirmed": 1,
            "swaps_made": 0,
            "host_hours_to_answer": 26.5,
            "university_hours_to_answer": 30.0,
        },
        groups=[{"by": "university", "items": [{"key": SAMPLE_ID, "counts": None}]}],
    )

    round_id: UUID
    overall: Counts
    season: SeasonCounts
    groups: Annotated[list[Groups], up_to(4)]
    """By university for every reader, since fairness between them is an aim; all else with `students.sensitive:read`."""


@router.get("/reports/matching", operation_id="get_matching_report", response_model=MatchingReportView)
async def get_matching_report(
    wired: Wired, principal: Reader, round_id: Annotated[UUID, Query(description="The round.")]
) -> Response:
    """Placed, preferences, journeys, teams covered, fairness between groups, changes after publication, time to answer."""
    office_only(principal)
    by = list(Group) if principal.has("students.sensitive:read") else [Group.UNIVERSITY]
    async with wired.db.read() as connection:
        report = await read_matching_report(connection, reader(principal), round_id, by)
    return answer(
        MatchingReportView(
            round_id=round_id,
            overall=Counts.model_validate(report.overall),
            season=SeasonCounts.model_validate(report.round),
            groups=[
                Groups(by=group, items=[GroupCounts.model_validate(each) for each in items])
                for group, items in report.groups.items()
            ],
        )
    )
