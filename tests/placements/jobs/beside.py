"""The engine beside a small model written from the policy's text, told the same things."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import select, update

from services.placements.domain.escalation.codes import Decision, Outcome, RuleCode, StepCode
from services.placements.domain.schedule import Stretch, single_days
from services.placements.domain.vocabulary import ConcernLevel
from services.placements.jobs.fire_due_steps import fire_due_steps
from services.placements.models.closures import Closure
from services.placements.models.concerns import Concern, ConcernStep, ConcernTransition
from services.placements.models.people import Person
from services.placements.models.placements import Placement
from services.placements.operations import concern_decisions, concern_holds, concern_progress
from services.placements.operations.cases import Actor, Case
from services.placements.operations.compressed_paths import offer_where_short, take_shorter_way
from services.placements.operations.replanning import replan
from services.placements.operations.signals import Noticed
from services.placements.queries.concerns import hold_open_concern
from services.placements.queries.lives import lives_of
from services.placements.queries.working_days import calendar_of
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from tests.placements.jobs.reference import ABOVE, BY_DECISION, MEETINGS, PANEL, Model
from tests.placements.struggling import Struggling, a_concern, notice, red_review

OWN = {"acknowledgement_ends", "snooze_ends", "nobody_reached"}
DOABLE = {"note", "plan", "papers", "letter", "decision", "welfare_contact"}
AWAY = ("coordinator", "deputy_coordinator")
"""Who comes and goes: whose stage two is, and who stands in."""

WHO_IS_AWAY = st.sampled_from([(), AWAY[:1], AWAY, AWAY])

BEGINS = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
"""A Friday afternoon; Christmas, the new year and Easter lie before it."""


class Beside(RuleBasedStateMachine):
    """One concern on PostgreSQL and the model of it, told the same things."""

    runner: ClassVar[asyncio.Runner]
    db: ClassVar[Database]

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    @initialize(away=WHO_IS_AWAY, begun=st.integers(0, 3))
    def open(self, away: Sequence[str], begun: int) -> None:
        self.clock = StoppedClock(BEGINS)
        self.at: Struggling
        self.at, self.concern_id = self.do(
            a_concern(self.db, self.clock, days_required=300, deputies=AWAY[:1])
        )
        self.model = Model(self.clock.now())
        self.model.enter(self.model.level)
        self.closures: list[Closure] = []
        self.the_coordinator_and_the_deputy_come_and_go(away)
        for act in (self.they_meet, self.the_review_is_put_off, self.the_review_is_put_off)[:begun]:
            act()

    async def _act(self, work: Any) -> None:
        async with self.db.begin() as session:
            concern = await hold_open_concern(session, self.at.placement_id, "general")
            assert concern is not None
            placement = await session.get_one(Placement, self.at.placement_id)
            calendar = await calendar_of(session, placement)
            await work(Case(session, concern, placement, calendar, self.clock.now()))

    @property
    def actor(self) -> Actor:
        return Actor(self.at.people["programme_manager"], "programme_manager")

    @rule(hours=st.sampled_from([1, 5, 24, 48]))
    def hours_pass_and_the_engine_runs(self, hours: int) -> None:
        self._pass(timedelta(hours=hours))

    @rule(days=st.sampled_from([1, 3, 5, 9, 30]))
    def days_pass_and_the_engine_runs(self, days: int) -> None:
        self._pass(timedelta(days=days))

    def _pass(self, time: timedelta) -> None:
        before = self.model.entered
        self.model.now = self.clock.move(time)
        self.do(fire_due_steps(self.db, self.clock))
        self.model.engine()
        assert self.model.entered - before <= 1 + self.model.unreached

    @rule(what=st.sampled_from(["amber", "red", "red", "safety"]))
    @precondition(lambda self: self.model.closed_at is None)
    def something_is_noticed(self, what: str) -> None:
        self._notice(what)
        if what == "red":
            self.model.red()
        elif what == "safety":
            self.model.safety()

    def _notice(self, what: str) -> None:
        self.do(notice(self.db, self.clock, self.at, self._noticed(what)))

    def _noticed(self, what: str) -> Noticed:
        if what == "red":
            return red_review(self.clock.now(), review=str(new_id()), about="wellbeing")
        code = RuleCode.SAFETY_OR_MISCONDUCT if what == "safety" else RuleCode.EDUCATOR_CURRENCY
        cause, facts = str(new_id()), {"status": "expiring"}
        return Noticed(
            rule=code, facts=facts, cause=cause, occurrence=cause, occurred_at=self.clock.now(), source="test"
        )

    @rule()
    @precondition(lambda self: self.model.closed_at is None)
    def somebody_acknowledges(self) -> None:
        level = ConcernLevel(self.model.level)
        self._maybe(
            self.model.hold(2, "acknowledged"),
            lambda case: concern_holds.acknowledge(case, self.actor, level_seen=level, until=None),
        )

    @rule()
    @precondition(lambda self: self.model.closed_at is None)
    def somebody_lets_it_rest(self) -> None:
        may = not self.model.immediate and not self.model.snoozed and self.model.hold(5, "snoozed")
        self.model.snoozed |= may
        self._maybe(may, lambda case: concern_holds.snooze(case, self.actor, until=None, reason="Leave."))

    def _maybe(self, may: bool, work: Any) -> None:  # noqa: FBT001 - what the model says
        if may:
            self.do(self._act(work))
            return
        with pytest.raises(Exception, match=r".") as refused:
            self.do(self._act(work))
        assert getattr(refused.value, "status", None) == 409, refused.value

    @rule()
    @precondition(lambda self: self.model.undone & MEETINGS)
    def they_meet(self) -> None:
        (step,) = self.model.undone & MEETINGS
        day = self.clock.now().date()
        self.do(self._act(lambda case: concern_progress.meet(case, self.actor, held_on=day, attended=())))
        self.model.done(step)

    @rule(which=st.integers(0, 2))
    @precondition(lambda self: self.model.undone & DOABLE)
    def something_due_is_done(self, which: int) -> None:
        due = sorted(self.model.undone & DOABLE)
        code = StepCode(due[which % len(due)])
        self.do(self._act(lambda case: concern_progress.complete(case, self.actor, code, note=None)))
        self.model.done(code)

    @rule()
    @precondition(lambda self: self.model.closed_at is None and self.model.level != PANEL)
    def a_person_takes_it_further(self) -> None:
        self.do(self._act(self._decide(Decision.ESCALATE)))
        self.model.enter(ABOVE[self.model.level])

    @rule()
    @precondition(lambda self: self.model.closed_at is None and self.model.level in ("stage_two", PANEL))
    def a_person_steps_down(self) -> None:
        self.do(self._act(self._decide(Decision.STEP_DOWN, ConcernLevel.STAGE_ONE)))
        self.model.immediate = False
        self.model.enter("stage_one")

    @rule()
    @precondition(lambda self: self.model.undone & BY_DECISION and self.model.level != PANEL)
    def the_plan_was_not_met(self) -> None:
        self.do(self._act(self._decide(Decision.PLAN_NOT_MET)))
        self.model.enter(ABOVE[self.model.level])

    @rule()
    @precondition(lambda self: self.model.undone & BY_DECISION)
    def the_review_is_put_off(self) -> None:
        self._maybe(self.model.put_off(), self._decide(Decision.CONTINUE))

    @rule()
    @precondition(lambda self: self.model.closed_at is None and self.model.offered)
    def a_person_takes_the_shorter_way(self) -> None:
        may = self.model.take_shorter_way()
        self._maybe(may, lambda case: take_shorter_way(case, self.actor, reason="Little is left."))

    @rule()
    @precondition(lambda self: not self.model.offered)
    def little_is_left_of_the_placement(self) -> None:
        self.do(self._look_at_what_is_left())
        self.model.little_left = True
        self.model.offer()

    async def _look_at_what_is_left(self) -> None:
        async with self.db.begin() as session:
            short = update(Placement).where(Placement.id == self.at.placement_id).values(days_required=20)
            await session.execute(short)
            lives = await lives_of(session, [self.at.placement_id])
            await offer_where_short(session, lives, now=self.clock.now())

    @rule(in_days=st.integers(1, 12), days=st.integers(1, 6))
    def everybody_will_be_closed(self, in_days: int, days: int) -> None:
        first, now = self.clock.now().date() + timedelta(days=in_days), self.clock.now()
        closure = Closure(
            id=new_id(),
            partnership_id=self.at.partnership_id,
            name="Moving house",
            starts_on=first,
            ends_on=first + timedelta(days=days - 1),
            version=1,
            created_at=now,
            updated_at=now,
        )
        self.closures.append(closure)
        self.do(self._replan(closure, opens=False))

    @rule()
    @precondition(lambda self: self.closures)
    def they_open_after_all(self) -> None:
        self.do(self._replan(self.closures.pop(), opens=True))

    async def _replan(self, closure: Closure, *, opens: bool) -> None:
        async with self.db.begin() as session:
            if opens:
                await session.delete(closure)
            else:
                session.add(closure)
            await session.flush()
            await replan(session, [closure], now=self.clock.now())
        spans = (Stretch(each.starts_on, each.ends_on) for each in self.closures)
        self.model.closed_on(single_days(spans, date.max))

    @rule(away=WHO_IS_AWAY)
    def the_coordinator_and_the_deputy_come_and_go(self, away: Sequence[str]) -> None:
        self.do(self._are_away(away))
        self.model.unreached = len(away) == len(AWAY)

    async def _are_away(self, away: Sequence[str]) -> None:
        async with self.db.begin() as session:
            for who in AWAY:
                since = {"absent_from": BEGINS.date() if who in away else None}
                person = update(Person).where(Person.id == self.at.people[who])
                await session.execute(person.values(since))

    def _decide(self, decision: Decision, to: ConcernLevel | None = None) -> Any:
        return lambda case: concern_decisions.decide(case, self.actor, decision, to_level=to, reason="So.")

    @rule()
    @precondition(lambda self: self.model.closed_at is None and self.model.entered > 2)
    def a_person_closes_it(self) -> None:
        self.do(
            self._act(lambda case: concern_decisions.close(case, self.actor, Outcome.RESOLVED, note=None))
        )
        self.model.close()

    @rule()
    @precondition(
        lambda self: (
            self.model.closed_at is not None
            and self.model.now <= self.model.calendar.due_at(self.model.closed_at, 10)
        )
    )
    def a_red_within_the_cool_down_reopens_it(self) -> None:
        self._notice("red")
        self.model.reopen()

    @invariant()
    def they_agree(self) -> None:
        concern, due, entered = self.do(self._seen())
        held = self.model.held_until
        assert (concern.level, concern.status, concern.held_until) == (
            self.model.level,
            self.model.status,
            held,
        )
        assert due == {step: each.due for step, each in self.model.waiting.items()}
        assert entered == self.model.entered
        assert (concern.compressed_offered_at is not None) == self.model.offered
        assert (concern.compressed_at is not None) == self.model.shorter
        assert not held or all(at >= held for at in due.values())

    async def _seen(self) -> tuple[Concern, dict[str, datetime], int]:
        steps = select(ConcernStep.step, ConcernStep.due_at).where(
            ConcernStep.concern_id == self.concern_id,
            ConcernStep.done_at.is_(None),
            ConcernStep.fired_at.is_(None),
            ConcernStep.step.not_in(OWN),
        )
        rows = select(ConcernTransition.id).where(ConcernTransition.concern_id == self.concern_id)
        async with self.db.begin() as session:
            concern = await session.get_one(Concern, self.concern_id)
            due = {row.step: row.due_at for row in await session.execute(steps)}
            return concern, due, len((await session.execute(rows)).all())
