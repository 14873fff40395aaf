"""The engine beside a small model written from the policy's text: whatever people do and notice, in whatever order."""

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

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
from sqlalchemy import select

from services.placements.domain.escalation.codes import Decision, Outcome, RuleCode, StepCode
from services.placements.domain.vocabulary import ConcernLevel
from services.placements.jobs.fire_due_steps import fire_due_steps
from services.placements.models.concerns import Concern, ConcernStep, ConcernTransition
from services.placements.models.placements import Placement
from services.placements.operations import concern_decisions, concern_holds, concern_progress
from services.placements.operations.cases import Actor, Case
from services.placements.operations.signals import Noticed
from services.placements.queries.concerns import hold_open_concern
from shared.calendar import ENGLAND
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from tests.databases import Databases
from tests.placements.jobs.reference import ABOVE, BY_DECISION, MEETINGS, PANEL, Model
from tests.placements.struggling import Struggling, a_concern, notice, red_review

OWN = {"acknowledgement_ends", "snooze_ends", "nobody_reached"}
DOABLE = ("note", "plan", "papers", "letter", "decision", "welfare_contact")
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
        self.at, self.concern_id = self.do(a_concern(self.db, self.clock, days_required=300))
        self.model = Model(self.clock.now())
        self.model.enter(self.model.level)

    async def _act(self, work: Any) -> None:
        async with self.db.begin() as session:
            concern = await hold_open_concern(session, self.at.placement_id, "general")
            assert concern is not None
            placement = await session.get_one(Placement, self.at.placement_id)
            await work(Case(session, concern, placement, ENGLAND, self.clock.now()))

    @property
    def actor(self) -> Actor:
        return Actor(self.at.people["programme_manager"], "programme_manager")

    @rule(hours=st.sampled_from([1, 5, 24, 24, 48, 72, 120, 24 * 9, 24 * 30]))
    def time_passes_and_the_engine_runs(self, hours: int) -> None:
        before = self.model.entered
        self.model.now = self.clock.move(timedelta(hours=hours))
        self.do(fire_due_steps(self.db, self.clock))
        self.model.engine()
        assert self.model.entered - before <= 1

    @rule(what=st.sampled_from(["amber", "red", "red", "safety"]))
    @precondition(lambda self: self.model.closed_at is None)
    def something_is_noticed(self, what: str) -> None:
        self.do(notice(self.db, self.clock, self.at, self._noticed(what)))
        if what == "red":
            self.model.red()
        elif what == "safety":
            self.model.safety()

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
            self.model.closed_at is not None and self.model.now <= ENGLAND.due_at(self.model.closed_at, 10)
        )
    )
    def a_red_within_the_cool_down_reopens_it(self) -> None:
        self.do(notice(self.db, self.clock, self.at, self._noticed("red")))
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
