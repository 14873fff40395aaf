"""Judging the escalation itself, from what became of concerns: is help in time, and which rules cry wolf.

Fewer breakdowns alone are no success: confident educators also fail students, rightly. Shares come with their
intervals, because most groups are small.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import quantiles
from uuid import UUID

from services.placements.domain.escalation.codes import Outcome
from services.placements.domain.intervals import Share, share_of
from services.placements.domain.vocabulary import ConcernAbout

ENOUGH = 30
"""Closed concerns of a rule from which on its share of false alarms says something."""

TOO_MANY = 0.5
"""A rule more than half of whose concerns were false alarms is flagged."""

_ENDED = frozenset({Outcome.ENDED_NO_FAULT, Outcome.FAILED})


@dataclass(frozen=True, slots=True)
class Judged:
    """One concern as it is judged. `on_time` of its `due` steps were done by their first instant."""

    rule: str
    about: ConcernAbout
    setting_id: UUID
    outcome: Outcome | None
    opened_at: datetime
    acknowledged_at: datetime | None
    was_at_stage_two: bool
    was_at_panel: bool
    was_reopened: bool
    due: int
    on_time: int


@dataclass(frozen=True, slots=True)
class RuleJudged:
    """How often a rule's concerns were false alarms, among those people closed."""

    rule: str
    false_alarms: Share
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """All of it. Hours are hours of the clock, from opening to the first acknowledgement."""

    median_hours_to_acknowledge: float | None
    slowest_tenth_hours: float | None
    acknowledged: Share
    on_time: Share
    reopened: Share
    averted: Share
    failed_with_full_process: Share
    ended_early_by_about: dict[str, int]
    rules: tuple[RuleJudged, ...]
    by_setting: dict[UUID, Share]


def judge(concerns: Sequence[Judged]) -> Judgement:
    """Judge the concerns. `averted`: closed without ever having reached stage two."""
    closed = [each for each in concerns if each.outcome is not None]
    hours = [
        (each.acknowledged_at - each.opened_at).total_seconds() / 3600
        for each in concerns
        if each.acknowledged_at is not None
    ]
    failed = [each for each in closed if each.outcome is Outcome.FAILED]
    ended = [each.about.value for each in closed if each.outcome in _ENDED]
    return Judgement(
        median_hours_to_acknowledge=_quantile(hours, 50),
        slowest_tenth_hours=_quantile(hours, 90),
        acknowledged=share_of(len(hours), len(concerns)),
        on_time=share_of(sum(each.on_time for each in concerns), sum(each.due for each in concerns)),
        reopened=_of(concerns, (each.was_reopened for each in concerns)),
        averted=_of(closed, (not each.was_at_stage_two for each in closed)),
        failed_with_full_process=_of(failed, (each.was_at_panel for each in failed)),
        ended_early_by_about={about: ended.count(about) for about in sorted(set(ended))},
        rules=tuple(_rule(rule, closed) for rule in sorted({each.rule for each in closed})),
        by_setting=_by_setting(concerns),
    )


def _of(concerns: Sequence[Judged], which: Iterable[bool]) -> Share:
    return share_of(sum(which), len(concerns))


def _rule(rule: str, closed: Sequence[Judged]) -> RuleJudged:
    outcomes = [each.outcome for each in closed if each.rule == rule]
    false_alarms = share_of(outcomes.count(Outcome.FALSE_ALARM), len(outcomes))
    return RuleJudged(
        rule, false_alarms, len(outcomes) >= ENOUGH and false_alarms.count > TOO_MANY * len(outcomes)
    )


def _by_setting(concerns: Sequence[Judged]) -> dict[UUID, Share]:
    """Of each setting: how many of its concerns reached stage two."""
    rose: dict[UUID, list[bool]] = {}
    for each in concerns:
        rose.setdefault(each.setting_id, []).append(each.was_at_stage_two)
    return {setting: share_of(sum(which), len(which)) for setting, which in rose.items()}


def _quantile(values: Sequence[float], percent: int) -> float | None:
    if not values:
        return None
    many = [*values, *values] if len(values) == 1 else values
    return round(quantiles(many, n=100, method="inclusive")[percent - 1], 1)
