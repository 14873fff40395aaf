"""The engine beside a small model written from the policy's text: whatever people do and notice, in whatever order."""

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
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
from tests.databases import Databases
from tests.placements.jobs.reference import ABOVE, BY_DECISION, MEETINGS, PANEL, Model
from tests.placements.struggling import Struggling, a_concern, notice, red_review

OWN = {"acknowledgement_ends", "snooze_ends", "nobody_reached"}
DOABLE = ("note", "plan", "papers", "letter", "decision", "welfare_contact")
AWAY = ("coordinator",)
"""Who comes and goes, and has a deputy."""

BEGINS = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
"""A Friday afternoon; Christmas, the new year and Easter lie before it."""


class Beside(RuleBasedStateMachine):
    """One concern on PostgreSQL and the model of it, told the same things."""

    runner: ClassVar[asyncio.Runner]
    db: ClassVar[Database]

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    @initialize()
    def open(self) -> None:
        self.clock = StoppedClock(BEGINS)
        self.at: Struggling
        self.at, self.concern_id = self.do(a_concern(self.db, self.clock, days_required=300, deputies=AWAY))
        self.model = Model(self.clock.now())
        self.model.enter(self.model.level)
        self.closures: list[Closure] = []

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

    @rule(hours=st.sampled_from([1, 5, 24, 24, 48, 72, 120, 24 * 9, 24 * 30]))
    def time_passes_and_the_engine_runs(self, hours: int) -> None:
        before = self.model.entered
        self.model.now = self.clock.move(timedelta(hours=hours))
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
        noticed, calendar = self._noticed(what), self.model.calendar
        self.do(notice(self.db, self.clock, self.at, noticed, calendar=calendar))

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

    @rule(step=st.sampled_from(DOABLE))
    @precondition(lambda self: self.model.undone & set(DOABLE))
    def something_due_is_done(self, step: str) -> None:
        if step in self.model.undone:
            code = StepCode(step)
            self.do(self._act(lambda case: concern_progress.complete(case, self.actor, code, note=None)))
            self.model.done(step)

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
    @precondition(lambda self: self.model.closed_at is None)
    def a_person_takes_the_shorter_way(self) -> None:
        may = self.model.take_shorter_way()
        self._maybe(may, lambda case: take_shorter_way(case, self.actor, reason="Little is left."))

    @rule()
    def little_is_left_of_the_placement(self) -> None:
        self.do(self._look_at_what_is_left())
        self.model.little_is_left()

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

    @rule(coordinator=st.sampled_from([True, True, False]), deputy=st.booleans())
    def the_coordinator_and_the_deputy_come_and_go(self, *, coordinator: bool, deputy: bool) -> None:
        away = {"coordinator": coordinator, "deputy_coordinator": deputy}
        self.do(self._are_away({self.at.people[who]: is_away for who, is_away in away.items()}))
        self.model.unreached = coordinator and deputy

    async def _are_away(self, away: dict[UUID, bool]) -> None:
        async with self.db.begin() as session:
            for person, is_away in away.items():
                since = {"absent_from": BEGINS.date() if is_away else None}
                await session.execute(update(Person).where(Person.id == person).values(since))

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
        assert (concern.compressed_offered_at is not None, concern.compressed_at is not None) == (
            self.model.offered,
            self.model.shorter,
        )
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


@pytest.fixture
def beside(databases: Databases) -> Iterator[type[Beside]]:
    """The machine on a database and an event loop of its own."""
    url = databases.clone("placements")
    with asyncio.Runner() as runner:
        Beside.runner, Beside.db = runner, Database(url)
        yield Beside
        runner.run(Beside.db.close())
    databases.drop(url)


def test_whatever_happens_the_engine_does_what_the_text_says(beside):
    run_state_machine_as_test(
        beside,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
