"""The timeline of a concern: what happened, by which rule and evidence, who was told, and what happens next and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.domain.escalation import words
from services.placements.domain.escalation.codes import Act, RuleCode, StepCode, Why
from services.placements.domain.escalation.transitions import State
from services.placements.domain.vocabulary import ConcernAbout, ConcernLevel, Severity
from services.placements.models.concerns import Concern, ConcernAct, ConcernStep, ConcernTransition
from services.placements.models.notifications import Notification
from services.placements.models.signals import Signal
from services.placements.queries.concerns import visible
from services.placements.queries.escalation_policies import policy_from
from services.placements.queries.setting_concerns import opened_around
from shared.errors import NotFound

ENGINE = "practicum"
"""By whom it was when no person did it."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened, in plain words. `evidence` are ids that a reader may open if allowed."""

    at: datetime
    what: str
    rule: str | None
    evidence: tuple[tuple[str, str], ...]
    by: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that is due: what, when, what follows if it is not done, and who is then told."""

    step: str
    what: str
    due_at: datetime
    if_missed: str
    who_is_told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A concern from its first signal to what is due next."""

    id: UUID
    case_number: str
    placement_id: UUID
    about: str
    level: str
    status: str
    happened: tuple[Happened, ...]
    next: tuple[Coming, ...]


_CONCERN_ID = bindparam("id", type_=Uuid())
_CONCERN = visible(
    Concern.id,
    Concern.case_number,
    Concern.placement_id,
    Concern.about,
    Concern.level,
    Concern.status,
    Concern.immediate_at,
    Concern.compressed_at,
    Concern.opened_at,
    Concern.closed_at,
    Concern.route,
    Concern.policy,
).where(Concern.id == _CONCERN_ID)
_SIGNALS = select(Signal).where(Signal.concern_id == _CONCERN_ID).order_by(Signal.occurred_at, Signal.id)
_TRANSITIONS = select(ConcernTransition).where(ConcernTransition.concern_id == _CONCERN_ID)
_ACTS = select(ConcernAct).where(ConcernAct.concern_id == _CONCERN_ID)
_STEPS = select(ConcernStep).where(ConcernStep.concern_id == _CONCERN_ID).order_by(ConcernStep.due_at)
_TOLD = (
    select(Notification.occasion_id, func.array_agg(Notification.role.distinct()).label("roles"))
    .where(Notification.concern_id == _CONCERN_ID)
    .group_by(Notification.occasion_id)
)


async def read_timeline(connection: AsyncConnection, binds: dict[str, object], concern_id: UUID) -> Timeline:
    """The timeline, if the caller may see the concern."""
    concern = (await connection.execute(_CONCERN, {**binds, "id": concern_id})).one_or_none()
    if concern is None:
        raise NotFound("concern")
    parts = (_TOLD, _SIGNALS, _TRANSITIONS, _ACTS, _STEPS)
    read = [(await connection.execute(part, {"id": concern_id})).all() for part in parts]
    around = await opened_around(connection, binds, concern)
    told = {row.occasion_id: tuple(sorted(row.roles)) for row in read[0]}
    happened = (  # at one instant: what was noticed, what had become due, what followed, then what people did
        *_of_signals(read[1], told),
        *_of_the_setting(around),
        *_of_steps(read[4], told),
        *_of_transitions(read[2], told),
        *_of_acts(read[3], told),
    )
    return Timeline(
        id=concern.id,
        case_number=concern.case_number,
        placement_id=concern.placement_id,
        about=concern.about,
        level=concern.level,
        status=concern.status,
        happened=tuple(sorted(happened, key=lambda each: each.at)),
        next=tuple(_coming(concern, read[4])),
    )


Told = dict[UUID, tuple[str, ...]]


def _of_signals(rows: Iterable[Any], told: Told) -> Iterable[Happened]:
    for row in rows:
        yield Happened(
            at=row.occurred_at,
            what=words.of_signal(RuleCode(row.rule_code), Severity(row.severity)),
            rule=row.rule_code,
            evidence=tuple(
                (kind.removesuffix("_id"), str(id_)) for kind, id_ in sorted(row.evidence.items())
            ),
            by=row.raised_by_role or row.source,
            told=told.get(row.id, ()),
        )


def _of_the_setting(rows: Iterable[Any]) -> Iterable[Happened]:
    for row in rows:
        opened = (("concern", str(row.concern_id)),) if row.case_number else ()
        yield Happened(
            at=row.opened_at,
            what=words.OPENED_AROUND,
            rule=None,
            evidence=(*opened, ("setting", str(row.setting_id))),
            by=ENGINE,
            told=(),
        )


def _of_transitions(rows: Iterable[Any], told: Told) -> Iterable[Happened]:
    for row in rows:
        before = ConcernLevel(row.from_level) if row.from_level else None
        yield Happened(
            at=row.at,
            what=words.of_transition(ConcernLevel(row.level), before, Why(row.why)),
            rule=row.rule or row.why,
            evidence=(),
            by=row.by_role or ENGINE,
            told=told.get(row.id, ()),
        )


def _of_acts(rows: Iterable[Any], told: Told) -> Iterable[Happened]:
    for row in rows:
        yield Happened(
            at=row.at,
            what=words.of_act(Act(row.act), row.facts),
            rule=None,
            evidence=(),
            by=row.by_role or ENGINE,
            told=told.get(row.id, ()),
        )


def _of_steps(rows: Iterable[Any], told: Told) -> Iterable[Happened]:
    for row in rows:
        if row.fired_at is not None and row.id in told:
            yield Happened(
                at=row.fired_at,
                what=words.of_chase(StepCode(row.step), row.rung),
                rule=row.step,
                evidence=(),
                by=ENGINE,
                told=told[row.id],
            )


def _coming(concern: Any, steps: Iterable[Any]) -> Iterable[Coming]:
    policy = policy_from(concern.policy)
    about = ConcernAbout(concern.about)
    state = State(
        ConcernLevel(concern.level),
        about,
        is_immediate=concern.immediate_at is not None,
        is_compressed=concern.compressed_at is not None,
    )
    for step in steps:
        if step.done_at is None and step.fired_at is None:
            code = StepCode(step.step)
            follows, who = words.if_missed(policy, state, code, step.rung)
            yield Coming(step.step, words.STEP[code], step.due_at, follows, tuple(map(str, who)))
