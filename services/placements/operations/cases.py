"""A concern held for a change: how it enters a level, what is planned there, and who is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import (
    ENGINES_OWN,
    PlacementSide,
    Recipient,
    StepCode,
    Template,
)
from services.placements.domain.escalation.policy import GENERAL, LevelRule, Policy
from services.placements.domain.escalation.recipients import Somebody, Told, find, fit_to_hear
from services.placements.domain.escalation.timing import Planned, on_entering, on_turning_immediate
from services.placements.domain.escalation.transitions import Rise, State, rule_of
from services.placements.domain.vocabulary import ConcernAbout, ConcernLevel, ConcernStatus
from services.placements.messages.concerns import ConcernStep as ConcernMessage
from services.placements.messages.concerns import PolicyGapNoticed
from services.placements.models.concerns import Concern, ConcernStep, ConcernTransition
from services.placements.models.placements import Placement
from services.placements.operations.batches import Batch
from services.placements.operations.notifications import notify
from services.placements.queries.escalation_policies import policy_from
from services.placements.queries.rosters import roster_of
from shared.calendar import Calendar, london_day
from shared.events.outbox import Message, News, publish
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Actor:
    """The named person who acts, and in which role."""

    person_id: UUID
    role: str | None


@dataclass(frozen=True)
class Case:
    """A concern that is held until the transaction ends, with its placement, its policy, and the present."""

    session: AsyncSession
    concern: Concern
    placement: Placement
    calendar: Calendar
    now: datetime
    batch: Batch | None = None
    """The other cases of the transaction, where there are any."""

    @cached_property
    def policy(self) -> Policy:
        """The policy with which the concern was opened."""
        return policy_from(self.concern.policy)

    @property
    def state(self) -> State:
        """The concern as the rules see it."""
        concern = self.concern
        return State(
            ConcernLevel(concern.level),
            ConcernAbout(concern.about),
            is_immediate=concern.immediate_at is not None,
            is_compressed=concern.compressed_at is not None,
        )

    @property
    def rule(self) -> LevelRule:
        """The rule of the level at which the concern stands."""
        return rule_of(self.policy, self.state)

    def touch(self) -> None:
        """The concern changed: whoever read it before has read an older version."""
        self.concern.version += 1
        self.concern.updated_at = self.now


async def enter(
    case: Case,
    rise: Rise,
    *,
    by: Actor | None = None,
    opens: bool = False,
    template: Template = Template.CONCERN_LEVEL,
) -> datetime | None:
    """The concern enters a level: what was due before is superseded, what is due now is planned, and people are told.

    A concern that becomes immediate at the level where it stands enters that level again, in a new cycle. Returns when the
    next step is due.
    """
    concern = case.concern
    from_level = None if opens else ConcernLevel(concern.level)
    turns_immediate = rise.is_immediate and concern.immediate_at is None
    if turns_immediate:
        concern.immediate_at = case.now
        concern.cycle += from_level is rise.level
    if not opens:
        await supersede(case, "superseded")
    concern.level = rise.level.value
    concern.level_since = case.now
    release(concern)
    case.touch()
    transition = _transition(case, rise, from_level, by)
    planned = list(on_entering(case.rule, case.now, case.calendar, case.placement.weekdays))
    if turns_immediate:
        planned += on_turning_immediate(case.policy, rise.level, case.now, case.calendar)
    if not await _owner_reached(case, transition.id, template) and case.rule.next is not None:
        # The engine takes it to the next level at once, in a step of its own.
        planned.append(Planned(StepCode.NOBODY_REACHED, case.now))
    plan(case, planned)
    return min((each.due_at for each in planned), default=None)


def _transition(
    case: Case, rise: Rise, from_level: ConcernLevel | None, by: Actor | None
) -> ConcernTransition:
    transition = ConcernTransition(
        id=new_id(),
        concern_id=case.concern.id,
        cycle=case.concern.cycle,
        level=rise.level.value,
        from_level=from_level,
        at=case.now,
        why=rise.why.value,
        rule=rise.rule,
        by_person_id=by.person_id if by else None,
        by_role=by.role if by else None,
    )
    case.session.add(transition)
    return transition


async def _owner_reached(case: Case, occasion: UUID, template: Template) -> bool:
    wanted = case.policy.told(case.rule, case.state.about)
    told = await tell(case, wanted, template, occasion)
    owner = wanted[0]
    if owner not in told.missing:
        return True
    gap = PolicyGapNoticed(
        placement_id=case.placement.id,
        case_number=case.concern.case_number,
        level=case.state.level,
        role=owner.value,
    )
    await announce(case, gap)
    return False


def release(concern: Concern) -> None:
    """Nobody has the concern in hand any more: it is open."""
    concern.status = ConcernStatus.OPEN.value
    concern.held_until = None
    concern.acknowledged_by_person_id = None


def plan(case: Case, planned: Iterable[Planned], *, extension: int = 0, rung: int = 0) -> list[ConcernStep]:
    """Store what is due, each step with its instant. While somebody has the concern in hand nothing is due earlier."""
    held = case.concern.held_until
    steps = [
        ConcernStep(
            id=new_id(),
            concern_id=case.concern.id,
            cycle=case.concern.cycle,
            level=case.concern.level,
            step=each.step.value,
            extension=extension,
            rung=rung,
            planned_at=each.due_at,
            due_at=max(each.due_at, held) if held and each.step not in ENGINES_OWN else each.due_at,
            begins_at=each.count.begins_at if each.count else None,
            within=each.count.within if each.count else None,
            unit=each.count.unit.value if each.count else None,
        )
        for each in planned
    ]
    case.session.add_all(steps)
    return steps


async def supersede(case: Case, ending: str) -> None:
    """Nothing that is planned so far is due any more."""
    if case.batch is not None:
        case.batch.superseded.append(case.concern.id)
        return
    await case.session.flush()
    await case.session.execute(
        update(ConcernStep)
        .where(
            ConcernStep.concern_id == case.concern.id,
            ConcernStep.done_at.is_(None),
            ConcernStep.fired_at.is_(None),
        )
        .values(done_at=case.now, ending=ending)
    )


async def tell(
    case: Case,
    wanted: Iterable[Recipient],
    template: Template,
    occasion: UUID,
    *,
    also: Iterable[Somebody] = (),
) -> Told:
    """Tell the people behind the recipients, as they are found now. One message per person and occasion."""
    placement, on = case.placement, london_day(case.now)
    roster = case.batch.rosters[placement.id] if case.batch else await roster_of(case.session, placement, on)
    fit = fit_to_hear(roster, sides_of(placement), case.concern.route)
    told = find(case.policy, case.rule, case.state.about, wanted, fit)
    people = {person.id: person for person in (*also, *told.people) if person.has_address}
    await notify(
        case.session,
        placement,
        people.values(),
        template,
        occasion,
        concern_id=case.concern.id,
        now=case.now,
        later=case.batch.letters if case.batch else None,
        immediate=case.state.is_immediate and template is not Template.CONCERN_CLOSED,
    )
    return told


def sides_of(placement: Placement) -> dict[PlacementSide, set[UUID]]:
    """The organisations on each side of a placement."""
    hosts = {placement.organisation_id, placement.second_organisation_id}
    return {
        PlacementSide.HOST: {host for host in hosts if host},
        PlacementSide.UNIVERSITY: {placement.university_id},
    }


async def announce(case: Case, message: Message) -> None:
    """Publish a message about the concern: to university and host, unless it must not go the usual way."""
    usual = case.concern.route == GENERAL
    audience = (case.placement.university_id, case.placement.organisation_id) if usual else ()
    if case.batch is not None:
        case.batch.news[case.concern.partnership_id].append(News(message, case.concern.id, audience))
        return
    await publish(
        case.session,
        message,
        partnership_id=case.concern.partnership_id,
        subject=case.concern.id,
        audience=audience,
        now=case.now,
    )


async def announce_step(
    case: Case, message: type[ConcernMessage], *, from_level: str | None, due_at: datetime | None
) -> None:
    """Publish that the concern took a step."""
    await announce(
        case,
        message(
            placement_id=case.placement.id,
            case_number=case.concern.case_number,
            about=case.state.about,
            level=case.state.level,
            from_level=None if from_level is None else ConcernLevel(from_level),
            due_at=due_at,
        ),
    )
