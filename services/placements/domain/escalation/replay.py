"""A term's record once more, under a policy that may be another: what would have opened, risen, and been told, and when.

The rules are the engine's own; nothing is written. People did what they did with the concerns that there were: a concern of
the replay takes over the acts of the recorded one that is nearest to it, as long after its opening as they were then. With
a concern that has none nobody can know what people would have done: it is opened and told, and then left alone.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid5

from services.placements.domain.escalation import timing
from services.placements.domain.escalation.codes import (
    DONE_BY_DECISION,
    DONE_BY_MEETING,
    ENGINES_OWN,
    Act,
    Outcome,
    Recipient,
    RuleCode,
    StepCode,
    Template,
    Why,
    is_higher,
)
from services.placements.domain.escalation.courses import Course, NotedFacts, PersonsAct
from services.placements.domain.escalation.policy import LevelRule, Policy, StepRule
from services.placements.domain.escalation.recipients import find, reachable
from services.placements.domain.escalation.replayed import Message, Replayed, ReplayedStep
from services.placements.domain.escalation.timing import Planned, due_at, on_done, on_entering
from services.placements.domain.escalation.transitions import (
    Chase,
    Opening,
    Resume,
    Rise,
    State,
    on_missed,
    on_signal,
    opening,
    rule_of,
)
from services.placements.domain.signals import Signal, is_new_red, standing
from services.placements.domain.vocabulary import ConcernLevel

NEAR = timedelta(days=42)
"""How far apart a concern of the replay and a recorded one may have opened and still be one and the same: 30 working days."""


class Replay:
    """One placement's course under a policy, from the first thing noticed until `until`."""

    def __init__(self, policy: Policy, course: Course, until: datetime) -> None:
        self._policy = policy
        self._course = course
        self._until = until
        self._signals: dict[tuple[RuleCode, str], tuple[Signal, str]] = {}
        self.left = list(course.recorded)
        self._acts: list[tuple[datetime, int, Replayed, PersonsAct]] = []
        self.concerns: list[Replayed] = []
        self.messages: list[Message] = []

    def run(self) -> "Replay":
        """Everything in its order: what is noticed, what people do, and what falls due in between."""
        for noted in self._course.noted:
            if noted.at > self._until:
                break
            self._go_on_until(noted.at)
            self._notice(noted)
        self._go_on_until(self._until)
        return self

    def _go_on_until(self, at: datetime) -> None:
        while True:
            due = min(((s.due_at, n) for n, c in enumerate(self.concerns) for s in c.steps), default=None)
            act = self._acts[0][0] if self._acts else None
            if act is not None and act <= at and (due is None or act <= due[0]):
                when, _, concern, done = heapq.heappop(self._acts)
                self._act(concern, done, when)
            elif due is not None and due[0] <= at:
                self._fire(self.concerns[due[1]])
            else:
                return

    def _notice(self, noted: NotedFacts) -> None:
        rule = self._policy.rules.get(noted.rule)
        severity = rule.severity(noted.facts) if rule else None
        about = (rule.about if rule else None) or noted.about
        key = (noted.rule, noted.occurrence)
        if rule is None or severity is None or about is None:
            self._withdraw(noted)
            return
        known = self._signals.get(key)
        if known is not None and known[0].severity is severity and known[0].resolved_at is None:
            return
        expires_at = self._course.calendar.due_at(noted.at, self._policy.signals_expire_after)
        signal = Signal(noted.rule, severity, about, noted.cause, noted.at, expires_at)
        route = self._policy.route_of(about)
        self._signals[key] = (signal, route)
        if telling := rule.telling.get(severity):
            self._tell_roles(telling.who, telling.template, noted.at)
        if self._policy.points[severity]:
            self._weigh(signal, route)

    def _withdraw(self, noted: NotedFacts) -> None:
        for (rule, occurrence), (signal, route) in list(self._signals.items()):
            same = signal.cause == noted.cause if noted.clears_cause else occurrence == noted.occurrence
            if rule is noted.rule and same and signal.resolved_at is None:
                self._signals[rule, occurrence] = (replace(signal, resolved_at=noted.at), route)

    def _weigh(self, signal: Signal, route: str) -> None:
        at = signal.occurred_at
        there = next((c for c in self.concerns if c.route == route and c.closed_at is None), None)
        if there is not None:
            new_red = is_new_red(signal, there.signals)
            rise = on_signal(self._policy, there.state, signal, new_red=new_red)
            there.signals.append(signal)
            if rise is not None:
                self._enter(there, rise, at)
            elif new_red:
                self._hurry(there, at)
            return
        attached = {id(each) for concern in self.concerns for each in concern.signals}
        live = [s for s, r in self._signals.values() if r == route and id(s) not in attached]
        last = max(
            (c for c in self.concerns if c.route == route and c.closed_at),
            key=lambda c: c.closed_at or at,
            default=None,
        )
        found = opening(
            self._policy,
            standing(self._policy, live, at),
            signal,
            earlier=last.as_earlier() if last else None,
            at=at,
            calendar=self._course.calendar,
        )
        if found is None:
            self._tell_roles((Recipient.STUDENT, Recipient.TUTOR), Template.WATCH_NOTICED, at)
        else:
            self._open(found, route, live, last, at)

    def _hurry(self, concern: Replayed, at: datetime) -> None:
        for step in concern.steps:
            if (rule := self._rule(concern).step(step.code)) and rule.within_after_red is not None:
                sooner = replace(rule, within=rule.within_after_red)
                step.due_at = min(step.due_at, self._due(sooner, at))

    def _due(self, rule: StepRule, at: datetime) -> datetime:
        return due_at(rule, at, self._course.calendar, self._course.weekdays)

    def _open(
        self, found: Opening, route: str, live: Sequence[Signal], last: Replayed | None, at: datetime
    ) -> None:
        concern = last if found.reopens else None
        if concern is None:
            id_ = uuid5(self._course.placement_id, f"{route}:{at.isoformat()}")
            state = State(found.level, found.about)
            concern = Replayed(
                id_, self._course.placement_id, route, at, found.rule, state, found.level, None
            )
            self.concerns.append(concern)
        level = concern.state.level if found.reopens else found.level
        concern.closed_at = concern.outcome = None
        concern.signals.extend(each for each in live if each not in concern.signals)
        self._take_over_acts(concern, at)
        self._enter(concern, Rise(level, found.why, found.rule, is_immediate=found.is_immediate), at)

    def _take_over_acts(self, concern: Replayed, at: datetime) -> None:
        near = [r for r in self.left if r.route == concern.route and abs(r.opened_at - at) <= NEAR]
        if not near:
            return
        recorded = min(near, key=lambda each: abs(each.opened_at - at))
        self.left.remove(recorded)
        concern.recorded = recorded
        for number, act in enumerate(recorded.acts):
            when = at + (act.at - recorded.opened_at)
            heapq.heappush(self._acts, (when, len(self._acts) * 1000 + number, concern, act))

    def _enter(self, concern: Replayed, rise: Rise, at: datetime) -> None:
        turns_immediate = rise.is_immediate and not concern.state.is_immediate
        immediate = concern.state.is_immediate or rise.is_immediate
        concern.state = replace(concern.state, level=rise.level, is_immediate=immediate)
        concern.highest = max(concern.highest, rise.level, key=list(ConcernLevel).index)
        concern.held_until, concern.steps = None, []
        level = self._rule(concern)
        if concern.recorded is not None:
            self._plan(concern, on_entering(level, at, self._course.calendar, self._course.weekdays))
            if turns_immediate:
                more = timing.on_turning_immediate(self._policy, rise.level, at, self._course.calendar)
                self._plan(concern, more)
        told = self._policy.told(level, concern.state.about)
        if not self._tell(concern, told, Template.CONCERN_LEVEL, at) and level.next is not None:
            concern.steps.append(ReplayedStep(StepCode.NOBODY_REACHED, at))

    def _plan(self, concern: Replayed, planned: Iterable[Planned]) -> None:
        held = concern.held_until
        concern.steps.extend(
            ReplayedStep(each.step, max(each.due_at, held) if held else each.due_at) for each in planned
        )

    def _fire(self, concern: Replayed) -> None:
        step = min(concern.steps, key=lambda each: each.due_at)
        concern.steps.remove(step)
        at = step.due_at
        match on_missed(self._policy, concern.state, step.code, step.rung):
            case Rise() as rise:
                self._enter(concern, rise, at)
            case Chase() as chase:
                template = Template.STEP_OVERDUE if step.rung else Template.STEP_DUE
                self._tell(concern, chase.tell, template, at)
                again = self._course.calendar.due_at(at, chase.next_after)
                concern.steps.append(ReplayedStep(step.code, again, step.rung + 1))
            case Resume():
                concern.held_until = None
                self._tell(concern, (Recipient.OWNER,), Template.ACKNOWLEDGEMENT_ENDED, at)

    def _act(self, concern: Replayed, done: PersonsAct, at: datetime) -> None:
        if concern.closed_at is not None:
            return
        match done.act:
            case Act.CLOSED:
                concern.closed_at, concern.outcome = at, Outcome(done.facts["outcome"])
                concern.steps = []
                self._resolve(concern, at)
                wanted = self._policy.told(self._rule(concern), concern.state.about)
                self._tell(concern, wanted, Template.CONCERN_CLOSED, at)
            case Act.ACKNOWLEDGED | Act.SNOOZED:
                self._hold(concern, done, at)
            case Act.MET | Act.STEP_DONE:
                self._do(concern, StepCode(done.facts["step"]), at)
            case Act.DECIDED:
                self._decide(concern, done, at)
            case Act.SHORTER_WAY_TAKEN if self._policy.compressed is not None:
                concern.state = replace(concern.state, is_compressed=True)
                level = self._policy.compressed.level
                self._enter(concern, Rise(level, Why.PERSON_ASKED, concern.rule), at)

    def _hold(self, concern: Replayed, done: PersonsAct, at: datetime) -> None:
        until = at + (datetime.fromisoformat(done.facts["until"]) - done.at)
        ends = StepCode.ACKNOWLEDGEMENT_ENDS if done.act is Act.ACKNOWLEDGED else StepCode.SNOOZE_ENDS
        over = ENGINES_OWN | ({StepCode.ACKNOWLEDGE} if done.act is Act.ACKNOWLEDGED else set())
        concern.held_until = until
        concern.steps = [each for each in concern.steps if each.code not in over]
        for step in concern.steps:
            step.due_at = max(step.due_at, until)
        concern.steps.append(ReplayedStep(ends, until))

    def _do(self, concern: Replayed, code: StepCode, at: datetime) -> None:
        """A meeting of another level than then is still a meeting."""
        meeting = code in DONE_BY_MEETING
        ended = [s for s in concern.steps if s.code == code or (meeting and s.code in DONE_BY_MEETING)]
        if not ended:
            return
        answered = {StepCode.ACKNOWLEDGE} if meeting else set()
        concern.steps = [s for s in concern.steps if s not in ended and s.code not in answered]
        follows = on_done(
            self._rule(concern), ended[0].code, at, self._course.calendar, self._course.weekdays
        )
        self._plan(concern, follows)

    def _decide(self, concern: Replayed, done: PersonsAct, at: datetime) -> None:
        """A decision to another level moves the concern there; any other puts its review off."""
        level = ConcernLevel(done.facts.get("level", concern.state.level))
        decided = done.facts.get("decision")
        raises = decided in {"escalate", "plan_not_met"} and is_higher(level, concern.state.level)
        lowers = decided == "step_down" and is_higher(concern.state.level, level)
        if (raises or lowers) and level in self._policy.levels:
            if lowers:
                concern.state = State(concern.state.level, concern.state.about)
            why = Why.PERSON_LOWERED if lowers else Why.PERSON_ASKED
            self._enter(concern, Rise(level, why, concern.rule), at)
        elif decided == "continue":
            for step in [s for s in concern.steps if s.code in DONE_BY_DECISION]:
                rule = self._rule(concern).step(step.code)
                if rule is not None:
                    step.rung = 0
                    step.due_at = self._due(rule, at)

    def _resolve(self, concern: Replayed, at: datetime) -> None:
        attached = {(each.rule, each.cause) for each in concern.signals}
        for key, (signal, route) in list(self._signals.items()):
            if route == concern.route and (signal.rule, signal.cause) in attached and not signal.resolved_at:
                self._signals[key] = (replace(signal, resolved_at=at), route)

    def _rule(self, concern: Replayed) -> LevelRule:
        return rule_of(self._policy, concern.state)

    def _tell(self, concern: Replayed, wanted: Sequence[Recipient], template: Template, at: datetime) -> bool:
        """Whether the first of the wanted is reached, who on entering a level is the owner."""
        about = concern.state.about
        told = find(self._policy, self._rule(concern), about, wanted, self._course.roster)
        immediate = concern.state.is_immediate and template is not Template.CONCERN_CLOSED
        self.messages.extend(Message(at, p.id, template, concern.id, immediate) for p in told.people)
        return wanted[0] not in told.missing

    def _tell_roles(self, roles: Iterable[Recipient], template: Template, at: datetime) -> None:
        people = (person for role in roles for person in reachable(self._course.roster, role))
        self.messages.extend(Message(at, person.id, template, None) for person in people)
