"""The policy: what counts how much, who owns which level, what is due when, and who is told. All of it is data.

Days are working days of England unless a step counts in placement days. `reading.read_policy` reads and checks a policy; a
concern keeps the one with which it was opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.placements.domain.escalation.codes import (
    DONE_BY_MEETING,
    ClockUnit,
    Missed,
    PlacementSide,
    Recipient,
    RuleCode,
    StepCode,
    Template,
    Why,
    is_higher,
)
from services.placements.domain.escalation.telling import Limits
from services.placements.domain.vocabulary import ConcernAbout, ConcernLevel, Severity

Fact = int | float | bool | str | None
Facts = Mapping[str, Fact]
"""What was noticed, as numbers, codes and yes or no. Never a name, a reflection or a demographic field."""

GENERAL = "general"
"""The route of every concern that has none of its own."""

OWN = "own"
"""The route of what is the student's own: nobody around the placement reads of it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a fact with a bound. A fact that is not known passes none."""

    fact: str
    how: str
    """`at_least`, `above`, `below` or `is`."""
    bound: int | float | bool | str

    def holds(self, facts: Facts) -> bool:
        """Whether the fact passes."""
        value = facts.get(self.fact)
        if value is None:
            return False
        if self.how == "is":
            return value == self.bound
        if isinstance(value, str) or isinstance(self.bound, str):
            return False
        return {"at_least": value >= self.bound, "above": value > self.bound, "below": value < self.bound}[
            self.how
        ]


Case = tuple[Comparison, ...]
"""Comparisons that must all hold. An empty case always does."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A message that a signal sends by itself, without a concern."""

    who: tuple[Recipient, ...]
    template: Template


@dataclass(frozen=True, slots=True)
class Rule:
    """When something noticed is a signal, and how heavy. A severity holds when any of its cases does; the heaviest wins."""

    code: RuleCode
    about: ConcernAbout | None
    """What it says is struggling; None when whoever notices it says so."""
    cases: Mapping[Severity, tuple[Case, ...]]
    telling: Mapping[Severity, Telling]
    opens_at: ConcernLevel | None = None
    """A level to which a red one leads by itself, above the usual one."""
    is_immediate: bool = False

    def severity(self, facts: Facts) -> Severity | None:
        """How heavy these facts weigh; None when they are no signal at all."""
        for severity in (Severity.RED, Severity.AMBER, Severity.NONE):
            if any(all(each.holds(facts) for each in case) for case in self.cases.get(severity, ())):
                return severity
        return None


@dataclass(frozen=True, slots=True)
class StepRule:
    """Something due at a level: within how many days of what, and what follows when it is not done."""

    code: StepCode
    within: int
    unit: ClockUnit
    after: StepCode | None
    """The step whose completion starts the clock; None when entering the level does."""
    if_missed: Missed
    why: Why | None
    """Why the concern rises when this is missed."""
    is_optional: bool = False
    """Planned only when a person asks for it."""
    within_after_red: int | None = None
    """Fewer days from a red that is noticed while the step is due; it is never due later than before."""


@dataclass(frozen=True, slots=True)
class LevelRule:
    """One level: whose it is, who is told on entering it, who may decide there, and what is due."""

    code: ConcernLevel
    owner: Recipient
    owner_by_about: Mapping[ConcernAbout, Recipient]
    told: tuple[Recipient, ...]
    decides: frozenset[Recipient]
    steps: tuple[StepRule, ...]
    next: ConcernLevel | None
    notice_days: int = 0
    """Working days of notice the student has before the meeting; the student may shorten it."""
    rises_on_new_red: bool = False
    """Whether a red that is new while the concern stands here leads to the next level."""

    def step(self, code: StepCode) -> StepRule | None:
        """The rule of a step of this level."""
        return next((step for step in self.steps if step.code is code), None)

    @property
    def asked_at_once(self) -> tuple[StepRule, ...]:
        """What is due on entering it without anybody having to meet."""
        return tuple(s for s in self.steps if s.after is None and s.code not in DONE_BY_MEETING)

    def with_safety(self, immediate: "LevelRule") -> "LevelRule":
        """The same level for a matter of safety that came up here: those of the immediate way hear and may decide too.

        What that way asks for at once belongs here as well, and begins when the concern becomes immediate.
        """
        asked = tuple(replace(s, is_optional=True) for s in immediate.asked_at_once if not self.step(s.code))
        told = tuple(dict.fromkeys((*self.told, *immediate.told)))
        return replace(self, told=told, decides=self.decides | immediate.decides, steps=(*self.steps, *asked))


@dataclass(frozen=True, slots=True)
class Route:
    """Who deals with concerns that must not go the usual way, such as discrimination: never the side it is about."""

    owner: Recipient
    told: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True)
class Compressed:
    """The shorter way for a placement that ends before the full one would: it begins at a level, with fewer days there."""

    level: ConcernLevel
    within: Mapping[StepCode, int]

    def shortened(self, rule: LevelRule) -> LevelRule:
        """The rule of its level with the fewer days; never with more."""
        steps = (
            replace(step, within=min(step.within, self.within.get(step.code, step.within)))
            for step in rule.steps
        )
        return replace(rule, steps=tuple(steps))


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the overdue ladder: working days after the due instant, and who is told then."""

    after: int
    tell: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy. Numbers of days are working days."""

    name: str
    version: int
    points: Mapping[Severity, int]
    signals_expire_after: int
    opening_points: int
    reopen_within: int
    """Cool-down: a signal so soon after closing reopens the same concern."""
    second_opening_within: int
    acknowledge_days: int
    acknowledge_at_most: int
    snooze_at_most: int
    snoozes_per_level: int
    extensions: int
    """How often the review of a level may be put off by a decision to continue."""
    ladder: tuple[Rung, ...]
    ladder_then_every: int
    leads: Mapping[Recipient, Recipient]
    routes: Mapping[ConcernAbout, Route]
    rules: Mapping[RuleCode, Rule]
    levels: Mapping[ConcernLevel, LevelRule]
    immediate: LevelRule
    """What replaces the steps of `stage_two` when a concern is immediate, and who is told."""
    compressed: Compressed | None = None
    limits: Limits = field(default_factory=Limits)

    def level(self, code: ConcernLevel, *, immediate: bool = False, compressed: bool = False) -> LevelRule:
        """The rule of a level; `watch` has none. For an immediate concern, that of the immediate way, or of both above it."""
        if immediate and code is self.immediate.code:
            return self.immediate
        rule = self.levels[code]
        if immediate and is_higher(code, self.immediate.code):
            return rule.with_safety(self.immediate)
        if compressed and self.compressed is not None and code is self.compressed.level:
            return self.compressed.shortened(rule)
        return rule

    def route_of(self, about: ConcernAbout, side: PlacementSide | None = None) -> str:
        """On which route a signal about this travels: its own, one kept from the side it is about, or the general one."""
        if side is not None:
            return f"{about}:{side}"
        return str(about) if about in self.routes else GENERAL

    def owner(self, level: LevelRule, about: ConcernAbout) -> Recipient:
        """Whose a concern about this is at a level."""
        route = self.routes.get(about)
        return route.owner if route else level.owner_by_about.get(about, level.owner)

    def told(self, level: LevelRule, about: ConcernAbout) -> tuple[Recipient, ...]:
        """Who is told when a concern about this enters a level; always the student, the owner first."""
        route = self.routes.get(about)
        return tuple(dict.fromkeys((self.owner(level, about), *(route.told if route else level.told))))
