"""Where a concern goes: opened by signals, raised by what was missed or by new signals, lowered by people only.

This is the transition table of concerns. What is not allowed here does not happen.
"""

from dataclasses import dataclass
from datetime import datetime

from services.placements.domain.escalation.codes import (
    Missed,
    Outcome,
    Recipient,
    RuleCode,
    StepCode,
    Why,
    is_higher,
)
from services.placements.domain.escalation.policy import LevelRule, Policy, StepRule
from services.placements.domain.signals import Signal, Standing
from services.placements.domain.vocabulary import ConcernAbout, ConcernLevel, Severity
from shared.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Rise:
    """The concern enters a higher level."""

    level: ConcernLevel
    why: Why
    rule: RuleCode | None = None
    is_immediate: bool = False


@dataclass(frozen=True, slots=True)
class Chase:
    """People are told that something is due or overdue; the next rung comes `next_after` working days later."""

    tell: tuple[Recipient, ...]
    next_after: int


@dataclass(frozen=True, slots=True)
class Resume:
    """An acknowledgement or a snooze ran out: the concern is open again, and those who relied on it are told."""


@dataclass(frozen=True, slots=True)
class Rest:
    """There is nothing more to be done by the engine."""


Consequence = Rise | Chase | Resume | Rest
"""What follows from a step that was not done in time."""


@dataclass(frozen=True, slots=True)
class State:
    """A concern as these rules see it."""

    level: ConcernLevel
    about: ConcernAbout
    is_immediate: bool = False
    is_compressed: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last concern of the placement on the same route, now closed."""

    opened_at: datetime
    closed_at: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Opening:
    """A concern is to be opened at a level, or (with `reopens`) the earlier one again at the level it had reached."""

    level: ConcernLevel
    why: Why
    rule: RuleCode
    about: ConcernAbout
    is_immediate: bool = False
    reopens: bool = False


def rule_of(policy: Policy, state: State) -> LevelRule:
    """The rule of the level at which the concern stands."""
    return policy.level(state.level, immediate=state.is_immediate, compressed=state.is_compressed)


def on_missed(policy: Policy, state: State, step: StepCode, rung: int) -> Consequence:
    """What follows when a step is not done by its instant; `rung` is how often it was chased before."""
    level = rule_of(policy, state)
    if step in (StepCode.ACKNOWLEDGEMENT_ENDS, StepCode.SNOOZE_ENDS):
        return Resume()
    if step is StepCode.NOBODY_REACHED:
        return Rise(level.next, Why.NOBODY_REACHED) if level.next else Rest()
    rule = level.step(step)
    if rule is None:
        return Rest()
    return _missed(policy, level, rule, rung)


def _missed(policy: Policy, level: LevelRule, step: StepRule, rung: int) -> Consequence:
    top = len(policy.ladder) - 1
    ladder_ends = step.if_missed is Missed.LADDER_THEN_NEXT_LEVEL and rung >= top
    if level.next and step.why and (step.if_missed is Missed.NEXT_LEVEL or ladder_ends):
        return Rise(level.next, step.why)
    here = policy.ladder[min(rung, top)]
    gap = policy.ladder[rung + 1].after - here.after if rung < top else policy.ladder_then_every
    return Chase(here.tell, gap)


def on_signal(policy: Policy, state: State, signal: Signal, *, new_red: bool) -> Rise | None:
    """Whether a signal raises the open concern to which it attaches. Only reds do."""
    if signal.severity is not Severity.RED:
        return None
    rule = policy.rules.get(signal.rule)
    if rule is None:
        return None
    if rule.is_immediate and not state.is_immediate:
        target = max(state.level, policy.immediate.code, key=list(ConcernLevel).index)
        return Rise(target, Why.IMMEDIATE, signal.rule, is_immediate=True)
    if rule.opens_at and is_higher(rule.opens_at, state.level):
        return Rise(rule.opens_at, Why.RULE_OPENS_HIGHER, signal.rule)
    level = rule_of(policy, state)
    if new_red and level.rises_on_new_red and level.next:
        return Rise(level.next, Why.NEW_RED, signal.rule)
    return None


def opening(
    policy: Policy,
    now: Standing,
    signal: Signal,
    *,
    earlier: Earlier | None,
    at: datetime,
    calendar: Calendar,
) -> Opening | None:
    """Whether a signal opens a concern where none is open: by points, by a red, or again within the cool-down.

    A concern that people found to be a false alarm does not make the next one heavier.
    """
    if policy.points[signal.severity] == 0 or now.heaviest is None:
        return None
    counted = earlier if earlier and earlier.outcome is not Outcome.FALSE_ALARM else None
    rule = policy.rules[signal.rule]
    red = signal.severity is Severity.RED
    if red and rule.is_immediate:
        return Opening(policy.immediate.code, Why.IMMEDIATE, signal.rule, signal.about, is_immediate=True)
    if counted and at <= calendar.due_at(counted.closed_at, policy.reopen_within):
        return Opening(ConcernLevel.EARLY_CONVERSATION, Why.REOPENED, signal.rule, signal.about, reopens=True)
    if not red and now.points < policy.opening_points:
        return None
    level, why = ConcernLevel.EARLY_CONVERSATION, Why.RED if red else Why.POINTS
    if red and rule.opens_at:
        level, why = rule.opens_at, Why.RULE_OPENS_HIGHER
    elif counted and at <= calendar.due_at(counted.opened_at, policy.second_opening_within):
        level, why = ConcernLevel.STAGE_ONE, Why.OPENED_AGAIN
    return Opening(level, why, signal.rule, now.heaviest.about)
