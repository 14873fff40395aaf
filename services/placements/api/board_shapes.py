"""What a board pack holds, and how it is made from what was counted."""

from collections import defaultdict
from datetime import datetime
from typing import Annotated

from services.placements.api.destinations import DestinationCounts, destination_report
from services.placements.api.setting_quality import SettingInDecline, in_decline
from services.placements.api.shares import SHARE, ShareWithInterval
from services.placements.api.surveys import SurveyTallyView
from services.placements.api.team_duty import OrganisationDuty, ReasonCount, team_duty
from services.placements.domain.intervals import share_of
from services.placements.domain.review_templates import Section
from services.placements.domain.setting_trend import trend
from services.placements.domain.small_numbers import FEWEST
from services.placements.domain.surveys import SurveyCell, SurveyTally, tally
from services.placements.domain.vocabulary import Appetite, PlacementStatus, Rag
from services.placements.queries.board_pack import BoardFacts
from services.placements.queries.setting_quality import BEGAN
from shared.http.wire import Instant, Wire, like, up_to


class MatchingPart(Wire):
    """The open requests of the year, and of those in published rounds how many have which place."""

    requests: int
    placed: ShareWithInterval
    first_preference: ShareWithInterval
    first_or_second_preference: ShareWithInterval


class StatusCount(Wire):
    """How many placements stand so."""

    status: PlacementStatus
    placements: int


class PlacementsPart(Wire):
    """The placements of the year; breakdowns are those that ended early, of those that began."""

    by_status: Annotated[list[StatusCount], up_to(8)]
    breakdowns: ShareWithInterval


class AppetiteCount(Wire):
    """How many settings stated this appetite, and the places they think of."""

    appetite: Appetite
    settings: int
    places: int


class CapacityPart(Wire):
    """What settings stated, and what is offered."""

    stated: ShareWithInterval
    """Settings that stated anything, of all."""
    appetites: Annotated[list[AppetiteCount], up_to(4)]
    places_offered: int


class SectionLights(Wire):
    """The confirmed lights of one section of the QAMP reviews."""

    section: str
    green: int
    amber: int
    red: int


class SurveyYear(Wire):
    """One year's survey, so that the years can be compared; null where fewer than five answered."""

    academic_year: str
    answers: SurveyTallyView | None


class ConcernsPart(Wire):
    """Concerns about the year's placements. Hours run from opening to the first acknowledgement."""

    opened: int
    closed: int
    placements: ShareWithInterval
    """Placements with a concern, of those that began."""
    acknowledged: ShareWithInterval
    hours_median: float | None
    hours_p90: float | None


class DutyPart(Wire):
    """Frontline teams that took a student."""

    took: ShareWithInterval
    organisations: Annotated[list[OrganisationDuty], up_to(1000)]
    reasons: Annotated[list[ReasonCount], up_to(16)]


class BoardPackView(Wire):
    """An academic year on one page."""

    model_config = like(
        academic_year="2026-27",
        as_of="2027-07-01T09:00:00Z",
        matching={
            "requests": 25,
            "placed": SHARE,
            "first_preference": SHARE,
            "first_or_second_preference": SHARE,
        },
        placements={"by_status": [{"status": "completed", "placements": 24}], "breakdowns": SHARE},
        capacity={
            "stated": SHARE,
            "appetites": [{"appetite": "actively_offering", "settings": 12, "places": 20}],
            "places_offered": 30,
        },
        reviews=[{"section": "support", "green": 20, "amber": 4, "red": 1}],
        survey_years=[{"academic_year": "2026-27", "answers": None}],
        concerns={
            "opened": 3,
            "closed": 2,
            "placements": SHARE,
            "acknowledged": SHARE,
            "hours_median": 5.5,
            "hours_p90": 20.0,
        },
        team_duty={"took": SHARE, "organisations": [], "reasons": []},
        destinations=None,
        declines=[],
    )

    academic_year: str
    as_of: Instant
    matching: MatchingPart
    placements: PlacementsPart
    capacity: CapacityPart
    reviews: Annotated[list[SectionLights], up_to(20)]
    survey_years: Annotated[list[SurveyYear], up_to(6)]
    """This year last, with up to five before it."""
    concerns: ConcernsPart
    team_duty: DutyPart
    destinations: DestinationCounts | None
    declines: Annotated[list[SettingInDecline], up_to(20_000)]


YEARS = 6
"""Years of surveys that are shown together."""


def board_pack(academic_year: str, facts: BoardFacts, as_of: datetime) -> BoardPackView:
    """The pack from what was counted."""
    duty = team_duty(academic_year, facts.teams)
    trends = {each.setting_id: trend(each.rounds, each.cells) for each in facts.histories}
    return BoardPackView(
        academic_year=academic_year,
        as_of=as_of,
        matching=_matching(facts),
        placements=PlacementsPart(
            by_status=[
                StatusCount(status=status, placements=facts.statuses[status])
                for status in PlacementStatus
                if status in facts.statuses
            ],
            breakdowns=ShareWithInterval.of(
                share_of(facts.statuses.get(PlacementStatus.ENDED_EARLY, 0), _began(facts))
            ),
        ),
        capacity=_capacity(facts),
        reviews=_reviews(facts),
        survey_years=_survey_years(academic_year, [c for each in facts.histories for c in each.cells]),
        concerns=_concerns(facts),
        team_duty=DutyPart(took=duty.took, organisations=duty.organisations, reasons=duty.reasons),
        destinations=destination_report(academic_year, facts.destinations).counts,
        declines=in_decline(trends, dict(facts.settings)),
    )


def _began(facts: BoardFacts) -> int:
    return sum(n for status, n in facts.statuses.items() if status in BEGAN)


def _matching(facts: BoardFacts) -> MatchingPart:
    known = facts.matched
    n = known["in_published_rounds"]
    return MatchingPart(
        requests=known["requests"],
        placed=ShareWithInterval.of(share_of(known["placed"], n)),
        first_preference=ShareWithInterval.of(share_of(known["first"], n)),
        first_or_second_preference=ShareWithInterval.of(share_of(known["first_or_second"], n)),
    )


def _capacity(facts: BoardFacts) -> CapacityPart:
    stated = sum(settings for settings, _ in facts.appetites.values())
    return CapacityPart(
        stated=ShareWithInterval.of(share_of(stated, facts.capacity["settings"])),
        appetites=[
            AppetiteCount(appetite=each, settings=facts.appetites[each][0], places=facts.appetites[each][1])
            for each in Appetite
            if each in facts.appetites
        ],
        places_offered=facts.capacity["places_offered"],
    )


def _reviews(facts: BoardFacts) -> list[SectionLights]:
    told = {section for section, _ in facts.lights}
    in_order = [each.value for each in Section if each.value in told]
    return [
        SectionLights(
            section=section,
            green=facts.lights.get((section, Rag.GREEN.value), 0),
            amber=facts.lights.get((section, Rag.AMBER.value), 0),
            red=facts.lights.get((section, Rag.RED.value), 0),
        )
        for section in [*in_order, *sorted(told.difference(in_order))]
    ]


def _survey_years(academic_year: str, cells: list[SurveyCell]) -> list[SurveyYear]:
    by_year: defaultdict[str, list[SurveyCell]] = defaultdict(list)
    for cell in cells:
        by_year[cell.academic_year].append(cell)
    told: dict[str, SurveyTally] = {year: tally(by_year[year]) for year in {academic_year, *by_year}}
    years = sorted(year for year in told if year <= academic_year)[-YEARS:]
    return [
        SurveyYear(
            academic_year=year,
            answers=SurveyTallyView.of(told[year]) if told[year].n >= FEWEST else None,
        )
        for year in years
    ]


def _concerns(facts: BoardFacts) -> ConcernsPart:
    known = facts.concerns
    return ConcernsPart(
        opened=known["opened"],
        closed=known["closed"],
        placements=ShareWithInterval.of(share_of(known["placements"], _began(facts))),
        acknowledged=ShareWithInterval.of(share_of(known["acknowledged"], known["opened"])),
        hours_median=known["hours_median"],
        hours_p90=known["hours_p90"],
    )
