"""A small model of one concern, written from the text of the policy and sharing nothing with the engine but the calendar."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from shared.calendar import ENGLAND, LONDON, Calendar, london_day

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
DUE["shorter"] = {None: {"meeting": 5}, "meeting": {"plan": 3}, "plan": {"plan_review": 5}}
ON_PLACEMENT = "plan_review"
"""This one counts in placement days, here every working day; a day that is closed is none to begin with."""
RISES = {"acknowledge", "held", "review", "meeting", "plan_review"}
"""Missed below the panel, these lead to the next level; the others are chased, a plan at the end too."""
GAPS = (1, 2, 2)
"""Working days between the rungs of the ladder: 0, +1, +3, +5; then every 5."""
MEETINGS = {"held", "meeting", "panel"}
BY_DECISION = {"review", "plan_review"}


@dataclass
class Waiting:
    """A step that waits to be done: counted from when for how long, first planned for, due at, and how often chased."""

    begun: datetime
    days: int
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
    extended: set[str] = field(default_factory=set)
    held_until: datetime | None = None
    snoozed: bool = False
    closed_at: datetime | None = None
    entered: int = 0
    calendar: Calendar = ENGLAND
    little_left: bool = False
    """Whether the whole way takes longer than the twenty days that the placement has."""
    offered: bool = False
    shorter: bool = False
    unreached: bool = False
    """Whether neither the coordinator, whose stage two is, nor their deputy can be reached."""
    nobody_at: datetime | None = None
    """When the engine goes on because nobody is reached."""

    def within(self, days: int) -> datetime:
        return self.calendar.due_at(self.now, days)

    def counted(self, step: str, begun: datetime, days: int, rung: int = 0) -> datetime:
        if step != ON_PLACEMENT or rung:
            return self.calendar.due_at(begun, days)
        day = london_day(begun)
        while days:
            day += timedelta(days=1)
            days -= self.calendar.is_working_day(day)
        return self.calendar.due_at(datetime.combine(day, time(12), LONDON), 0)

    def table(self) -> dict:
        if self.shorter and self.level == ONE:
            return DUE["shorter"]
        return DUE["immediate" if self.immediate and self.level == TWO else self.level]

    def enter(self, level: str) -> None:
        self.level, self.status, self.held_until, self.snoozed = level, "open", None, False
        self.waiting, self.undone, self.extended, self.closed_at = {}, set(), set(), None
        self.entered += 1
        self.begin(None)
        self.nobody_at = self.now if self.unreached and level == TWO else None

    def begin(self, after: str | None) -> None:
        for step, days in self.table().get(after, {}).items():
            self.wait(step, days)

    def wait(self, step: str, days: int, rung: int = 0) -> None:
        planned = self.counted(step, self.now, days, rung)
        self.waiting[step] = Waiting(self.now, days, planned, self.not_before_held(planned), rung)
        self.undone.add(step)

    def not_before_held(self, planned: datetime) -> datetime:
        return max(planned, self.held_until) if self.held_until else planned

    def engine(self) -> None:
        """Whatever is due leads on: to one level at most, or to people being told. Where nobody is reached, to one more."""
        due = {step: each for step, each in self.waiting.items() if each.due <= self.now}
        if any(self.leads_on(step, each) for step, each in due.items()):
            self.enter(ABOVE[self.level])
        elif not self.nobody_at or self.nobody_at > self.now:
            self.resume_and_chase(due)
        if self.nobody_at and self.nobody_at <= self.now:
            self.enter(PANEL)

    def resume_and_chase(self, due: dict[str, Waiting]) -> None:
        if self.held_until and self.held_until <= self.now:
            self.held_until, self.status = None, "open"
        for step, each in due.items():
            self.wait(step, GAPS[each.rung] if each.rung < len(GAPS) else 5, each.rung + 1)

    def leads_on(self, step: str, each: Waiting) -> bool:
        at_top = step == "plan" and each.rung >= len(GAPS)
        return self.level in ABOVE and (step in RISES or at_top)

    def red(self) -> None:
        """A new red: to stage two from stage one; in a conversation less time, never more."""
        if self.level == ONE:
            self.enter(TWO)
        elif self.level == EARLY:
            self.shorten({"acknowledge": 1, "held": 3})

    def shorten(self, within: dict[str, int]) -> None:
        for step, days in within.items():
            each = self.waiting.get(step)
            if each and not each.rung and self.counted(step, self.now, days) < each.planned:
                self.wait(step, days)

    def safety(self) -> None:
        if not self.immediate:
            self.immediate = True
            at_panel = self.level == PANEL
            self.enter(PANEL if at_panel else TWO)
            if at_panel:  # a panel takes weeks: what cannot wait is due beside it
                self.wait("decision", 1)
                self.wait("welfare_contact", 1)

    def longest(self, wanted: datetime) -> datetime:
        """Nothing is held off for more than five working days after it was planned."""
        bounds = [
            self.calendar.due_at(each.planned, 5) for each in self.waiting.values() if each.due < wanted
        ]
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
        self.nobody_at = self.nobody_at and max(self.nobody_at, until)
        return True

    def done(self, step: str) -> None:
        for name in {step} | ({"acknowledge"} if step in MEETINGS else set()):
            self.waiting.pop(name, None)
            self.undone.discard(name)
        self.begin(step)

    def close(self) -> None:
        self.closed_at, self.status, self.waiting, self.undone = self.now, "closed", {}, set()
        self.held_until = self.nobody_at = None

    def put_off(self) -> bool:
        """A review is put off once: its time begins again."""
        (step,) = self.undone & BY_DECISION
        if step in self.extended:
            return False
        self.extended.add(step)
        self.wait(step, next(steps[step] for steps in self.table().values() if step in steps))
        return True

    def closed_on(self, days: Iterable[date]) -> None:
        """Deadlines follow the calendar; nothing falls due without a whole working day's warning."""
        self.calendar = ENGLAND.with_closures(days)
        for step, each in self.waiting.items():
            due = self.counted(step, each.begun, each.days, each.rung)
            planned = due if due >= each.planned else max(due, min(each.planned, self.within(1)))
            if planned != each.planned:
                each.planned, each.due = planned, self.not_before_held(planned)

    @property
    def may_shorten(self) -> bool:
        return self.level in {EARLY, ONE} and not self.immediate and not self.shorter

    def offer(self) -> None:
        """Somebody looks at what is left of the placement: each night, and when a concern opens."""
        self.offered |= self.little_left and self.closed_at is None and self.may_shorten

    def take_shorter_way(self) -> bool:
        if not (self.offered and self.may_shorten):
            return False
        self.shorter = True
        if self.level == EARLY:
            self.enter(ONE)
        else:
            self.shorten({"meeting": 5, "plan": 3, "plan_review": 5})
        return True

    def reopen(self) -> None:
        self.immediate = False
        self.enter(self.level)
        self.offer()
