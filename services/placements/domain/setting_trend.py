"""Whether a setting's quality is falling: its last three rounds beside the three before.

Each finding compares two shares with n and interval. `clear` means that the intervals do not touch; anything less is
`early`: worth a conversation, proof of nothing. The policy of escalation has thresholds of its own and judges for itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.placements.domain.intervals import Share, share_of
from services.placements.domain.small_numbers import FEWEST, safe
from services.placements.domain.surveys import SurveyCell, SurveyQuestion, SurveyTally, tally

ROLLING = 3
"""Rounds that are looked at together."""

NOTABLE = 0.10
"""A share that has changed by less is not mentioned."""

NOTABLE_FALL = 0.5
"""A mean of the survey that has fallen by less is not mentioned."""

FEWEST_EVENTS = 2
"""One breakdown, one red review or one concern alone is no trend."""


class Evidence(StrEnum):
    """What has got worse."""

    SURVEY_MEAN = "survey_mean"
    SURVEY_GOOD = "survey_good"
    REVIEWS_RED = "reviews_red"
    BREAKDOWNS = "breakdowns"
    CONCERNS = "concerns"


class Strength(StrEnum):
    """How sure it is."""

    EARLY = "early"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class SettingRound:
    """What happened in one setting in one round: placements that began, and of them those that ended early or had concerns.

    `reviews` are moderated ones, `red` those with a red light overall. `concerns` counts placements with one that reached
    stage one or more on the general route.
    """

    setting_id: UUID
    round_id: UUID
    academic_year: str
    starts_on: date
    placements: int
    ended_early: int
    reviews: int
    red: int
    concerns: int


@dataclass(frozen=True, slots=True)
class Window:
    """Up to three rounds of a setting together. `survey` is None where it cannot be told (fewer than five answers)."""

    round_ids: tuple[UUID, ...]
    placements: int
    breakdowns: Share
    reviews_red: Share
    concerns: Share
    survey: SurveyTally | None

    def good(self) -> Share | None:
        """How many called the placement good or very good over all."""
        if self.survey is None:
            return None
        return share_of(self.survey.good[SurveyQuestion.OVERALL], self.survey.n)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that has got worse, before and now; means where it is a mean, shares else."""

    evidence: Evidence
    strength: Strength
    now: Share
    before: Share
    mean_now: float | None = None
    mean_before: float | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """A setting's last three rounds, the three before, and what has got worse."""

    now: Window | None
    before: Window | None
    findings: tuple[Finding, ...]


def trend(rounds: Iterable[SettingRound], cells: Iterable[SurveyCell]) -> Trend:
    """The trend of one setting from all its rounds and all its survey cells."""
    known = sorted(rounds, key=lambda each: (each.starts_on, each.round_id))
    answers = list(cells)
    last, earlier = known[-ROLLING:], known[-2 * ROLLING : -ROLLING]
    told_now = _may_be_told([each.round_id for each in last], answers)
    both = [each.round_id for each in (*earlier, *last)]
    told_before = _may_be_told([each.round_id for each in earlier], answers) and _may_be_told(both, answers)
    now = _window(last, answers, told=told_now)
    before = _window(earlier, answers, told=told_before)
    found = tuple(_compare(now, before)) if now and before else ()
    return Trend(now, before, found)


def _window(rounds: Sequence[SettingRound], cells: Sequence[SurveyCell], *, told: bool) -> Window | None:
    if not rounds:
        return None
    ids = tuple(each.round_id for each in rounds)
    placements = sum(each.placements for each in rounds)
    return Window(
        round_ids=ids,
        placements=placements,
        breakdowns=share_of(sum(each.ended_early for each in rounds), placements),
        reviews_red=share_of(sum(each.red for each in rounds), sum(each.reviews for each in rounds)),
        concerns=share_of(sum(each.concerns for each in rounds), placements),
        survey=tally(cell for cell in cells if cell.round_id in ids) if told else None,
    )


def _may_be_told(round_ids: Sequence[UUID], cells: Sequence[SurveyCell]) -> bool:
    """Whether these rounds' answers can be shown beside those of whole academic years, which the survey report shows.

    What lies within the rounds but in no whole year, and what lies in the years but not in the rounds, is nobody or enough.
    """
    here = sum(cell.n for cell in cells if cell.round_id in round_ids)
    years = {cell.academic_year for cell in cells if cell.round_id in round_ids}
    cut = {cell.academic_year for cell in cells if cell.round_id not in round_ids}
    whole = sum(cell.n for cell in cells if cell.academic_year in years - cut)
    touched = sum(cell.n for cell in cells if cell.academic_year in years)
    return here >= FEWEST and safe(here - whole) and safe(touched - here)


def _compare(now: Window, before: Window) -> Iterable[Finding]:
    for evidence, here, there in (
        (Evidence.REVIEWS_RED, now.reviews_red, before.reviews_red),
        (Evidence.BREAKDOWNS, now.breakdowns, before.breakdowns),
        (Evidence.CONCERNS, now.concerns, before.concerns),
    ):
        if here.count >= FEWEST_EVENTS and _rise(there, here) >= NOTABLE:
            yield Finding(evidence, _strength(higher=here, lower=there), here, there)
    good, was_good = now.good(), before.good()
    if now.survey and before.survey and good and was_good:
        mean, was = now.survey.mean(SurveyQuestion.OVERALL), before.survey.mean(SurveyQuestion.OVERALL)
        strength = _strength(higher=was_good, lower=good)
        if _rise(good, was_good) >= NOTABLE:
            yield Finding(Evidence.SURVEY_GOOD, strength, good, was_good)
        if was - mean >= NOTABLE_FALL:
            yield Finding(Evidence.SURVEY_MEAN, strength, good, was_good, mean, was)


def _rise(before: Share, now: Share) -> float:
    """By how much a share grew; nothing is known to have grown where there is nothing to compare with."""
    return now.share - before.share if now.share is not None and before.share is not None else 0.0


def _strength(*, higher: Share, lower: Share) -> Strength:
    return Strength.CLEAR if higher.clearly_above(lower) else Strength.EARLY
