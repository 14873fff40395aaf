"""A small model of one concern, written from the text of the policy and sharing nothing with the engine but the calendar."""

from dataclasses import dataclass, field
from datetime import datetime

from shared.calendar import ENGLAND

EARLY, ONE, TWO, PANEL = "early_conversation", "stage_one", "stage_two", "placement_panel"
ABOVE = {EARLY: ONE, ONE: TWO, TWO: PANEL}
DUE = {
    EARLY: {None: {"acknowledge": 2, "held": 5}, "held": {"note": 2, "review": 10}},
    ONE: {None: {"meeting": 8}, "meeting": {"plan": 3}, "plan": {"plan_review": 10}},
    PANEL: {None: {"papers": 10, "panel": 15}, "panel": {"letter": 3}, "letter": {"review": 5}},
    "immediate": {
        None: {"decision": 1, "welfare_contact": 1, "meeting": 5},
        "meeting": {"plan": 3},
        "plan": {"plan_review": 10},
    },
}
DUE[TWO] = DUE[ONE]
RISES = {"acknowledge", "held", "review", "meeting", "plan_review"}
"""Missed below the panel, these lead to the next level; the others are chased, a plan at the end too."""
GAPS = (1, 2, 2)
"""Working days between the rungs of the ladder: 0, +1, +3, +5; then every 5."""
MEETINGS = {"held", "meeting", "panel"}
BY_DECISION = {"review", "plan_review"}


@dataclass
class Waiting:
    """A step that waits to be done: first planned for, due at, and how often it was chased."""

    planned: datetime
    due: datetime
    rung: int = 0


@dataclass
class Model:
    """What the policy's text says about one concern."""

    now: datetime
    level: str = EARLY
    status: str = "open"
    immediate: bool = False
    waiting: dict[str, Waiting] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    held_until: datetime | None = None
    snoozed: bool = False
    closed_at: datetime | None = None
    entered: int = 0

    def within(self, days: int) -> datetime:
        return ENGLAND.due_at(self.now, days)

    def table(self) -> dict:
        return DUE["immediate" if self.immediate and self.level == TWO else self.level]

    def enter(self, level: str) -> None:
        self.level, self.status, self.held_until, self.snoozed = level, "open", None, False
        self.waiting, self.undone, self.closed_at = {}, set(), None
        self.entered += 1
        self.begin(None)

    def begin(self, after: str | None) -> None:
        for step, days in self.table().get(after, {}).items():
            self.wait(step, self.within(days))

    def wait(self, step: str, planned: datetime, rung: int = 0) -> None:
        due = max(planned, self.held_until) if self.held_until else planned
        self.waiting[step] = Waiting(planned, due, rung)
        self.undone.add(step)

    def engine(self) -> None:
        """Whatever is due leads on: to one level at most, or to people being told."""
        due = {step: each for step, each in self.waiting.items() if each.due <= self.now}
        if any(self.leads_on(step, each) for step, each in due.items()):
            self.enter(ABOVE[self.level])
            return
        if self.held_until and self.held_until <= self.now:
            self.held_until, self.status = None, "open"
        for step, each in due.items():
            gap = GAPS[each.rung] if each.rung < len(GAPS) else 5
            self.wait(step, self.within(gap), each.rung + 1)

    def leads_on(self, step: str, each: Waiting) -> bool:
        at_top = step == "plan" and each.rung >= len(GAPS)
        return self.level in ABOVE and (step in RISES or at_top)

    def red(self) -> None:
        """A new red: to stage two from stage one; in a conversation less time, never more."""
        if self.level == ONE:
            self.enter(TWO)
        elif self.level == EARLY:
            for step, days in (("acknowledge", 1), ("held", 3)):
                each = self.waiting.get(step)
                if each and self.within(days) < each.planned:
                    self.wait(step, self.within(days))

    def safety(self) -> None:
        if not self.immediate:
            self.immediate = True
            at_panel = self.level == PANEL
            self.enter(PANEL if at_panel else TWO)
            if at_panel:  # a panel takes weeks: what cannot wait is due beside it
                self.wait("decision", self.within(1))
                self.wait("welfare_contact", self.within(1))

    def longest(self, wanted: datetime) -> datetime:
        """Nothing is held off for more than five working days after it was planned."""
        bounds = [ENGLAND.due_at(each.planned, 5) for each in self.waiting.values() if each.due < wanted]
        return min([wanted, *bounds])

    def hold(self, days: int, status: str) -> bool:
        until = self.longest(self.within(days))
        if until <= self.now:
            return False
        if status == "acknowledged":
            self.waiting.pop("acknowledge", None)
            self.undone.discard("acknowledge")
        self.held_until, self.status = until, status
        for each in self.waiting.values():
            each.due = max(each.due, until)
        return True

    def done(self, step: str) -> None:
        for name in {step} | ({"acknowledge"} if step in MEETINGS else set()):
            self.waiting.pop(name, None)
            self.undone.discard(name)
        self.begin(step)

    def close(self) -> None:
        self.closed_at, self.status, self.waiting, self.undone = self.now, "closed", {}, set()
        self.held_until = None

    def reopen(self) -> None:
        self.immediate = False
        self.enter(self.level)
