"""How long the way through the levels is. On a short placement it can be longer than what is left of the placement."""

from collections.abc import Collection, Sequence
from datetime import datetime

from services.placements.domain.escalation.codes import DONE_BY_MEETING, ENGINES_OWN, StepCode, is_higher
from services.placements.domain.escalation.policy import LevelRule, Policy, StepRule
from services.placements.domain.escalation.timing import Planned, due_at
from services.placements.domain.escalation.transitions import State, rule_of
from shared.calendar import Calendar


def path_ends_at(
    policy: Policy, state: State, due: Sequence[Planned], calendar: Calendar, weekdays: Collection[int]
) -> datetime:
    """When the panel would meet, if every step from here on took all its time and nothing was resolved before.

    `due` is what is due at the present level, and must not be empty.
    """
    walk = _Walk(calendar, weekdays)
    level = rule_of(policy, state)
    end = max(
        walk.after(level, step.step, step.due_at)
        for step in due
        if _counts(level, step.step) or len(due) == 1
    )
    while level.next is not None:
        level = policy.level(level.next)
        end = walk.after(level, None, end)
    return end


def can_shorten(policy: Policy, state: State) -> bool:
    """Whether there is a shorter way from here: at or below the level it begins with, not taken yet, and not immediate."""
    shorter = policy.compressed
    if shorter is None or state.is_immediate or state.is_compressed:
        return False
    return not is_higher(state.level, shorter.level)


def _counts(level: LevelRule, step: StepCode) -> bool:
    """A panel ends the way: what is due beside it or after it does not make it longer."""
    if step in ENGINES_OWN:
        return False
    return level.next is not None or step in DONE_BY_MEETING


class _Walk:
    def __init__(self, calendar: Calendar, weekdays: Collection[int]) -> None:
        self._calendar = calendar
        self._weekdays = weekdays

    def after(self, level: LevelRule, step: StepCode | None, at: datetime) -> datetime:
        """When everything is done that begins with a step's end at an instant, or with entering the level."""
        begun = [each for each in level.steps if each.after is step and self._is_on_the_way(level, each)]
        return max(
            (
                self.after(level, each.code, due_at(each, at, self._calendar, self._weekdays))
                for each in begun
            ),
            default=at,
        )

    @staticmethod
    def _is_on_the_way(level: LevelRule, step: StepRule) -> bool:
        return not step.is_optional and _counts(level, step.code)
