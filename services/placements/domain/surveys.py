"""The survey a student answers at the end of a placement, and what may be told of many answers together.

Five-point scales, as the partnerships publish them: a share counts `good` and `very_good` ("96% rate support good or very
good"), a mean runs from 1 (`very_poor`) to 5 (`very_good`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

OPENS_BEFORE_THE_END = timedelta(days=14)
"""A student can answer from two weeks before the last day."""

ASKED_FOR = timedelta(days=90)
"""How long after a placement its student is still asked for answers."""


class SurveyRating(StrEnum):
    """How good something was, worst first."""

    VERY_POOR = "very_poor"
    POOR = "poor"
    FAIR = "fair"
    GOOD = "good"
    VERY_GOOD = "very_good"


class SurveyQuestion(StrEnum):
    """What is rated."""

    OVERALL = "overall"
    SUPPORT = "support"
    SUPERVISION = "supervision"
    LEARNING_OPPORTUNITIES = "learning_opportunities"
    INDUCTION = "induction"
    INCLUSION = "inclusion"


class SurveyGrouping(StrEnum):
    """By what the answers of a year are told apart."""

    ORGANISATION = "organisation"
    SETTING = "setting"
    DIRECTORATE = "directorate"
    PROGRAMME_ROUTE = "programme_route"


@dataclass(frozen=True, slots=True)
class SurveyCell:
    """The answers of one round in one setting by students of one route, counted; the smallest thing that is ever added up.

    `sums` and `good` are by question; `would_apply` and `would_recommend` count those who said yes.
    """

    round_id: UUID
    academic_year: str
    setting_id: UUID
    organisation_id: UUID
    directorate: str
    programme_route: str
    n: int
    sums: Mapping[SurveyQuestion, int]
    good: Mapping[SurveyQuestion, int]
    would_apply: int
    would_recommend: int

    def group(self, by: SurveyGrouping) -> str:
        """The group the cell belongs to."""
        groups = {
            SurveyGrouping.ORGANISATION: str(self.organisation_id),
            SurveyGrouping.SETTING: str(self.setting_id),
            SurveyGrouping.DIRECTORATE: self.directorate,
            SurveyGrouping.PROGRAMME_ROUTE: self.programme_route,
        }
        return groups[by]


@dataclass(frozen=True, slots=True)
class SurveyTally:
    """Many answers together."""

    n: int
    sums: Mapping[SurveyQuestion, int]
    good: Mapping[SurveyQuestion, int]
    would_apply: int
    would_recommend: int

    def mean(self, question: SurveyQuestion) -> float:
        """The mean of the scores, 1 to 5."""
        return self.sums[question] / self.n


def tally(cells: Iterable[SurveyCell]) -> SurveyTally:
    """Add cells up."""
    known = list(cells)
    return SurveyTally(
        n=sum(cell.n for cell in known),
        sums={q: sum(cell.sums[q] for cell in known) for q in SurveyQuestion},
        good={q: sum(cell.good[q] for cell in known) for q in SurveyQuestion},
        would_apply=sum(cell.would_apply for cell in known),
        would_recommend=sum(cell.would_recommend for cell in known),
    )


def opens_on(ends_on: date) -> date:
    """From which day the survey of a placement that ends on this day can be answered."""
    return ends_on - OPENS_BEFORE_THE_END
