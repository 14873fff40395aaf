"""The timeline of a concern: what happened, by which rule and evidence, who was told, and what happens next and when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.domain.escalation import words
from services.placements.domain.escalation.codes import Act, RuleCode, StepCode, Why
from services.placements.domain.escalation.recipients import kept_from
from services.placements.domain.escalation.transitions import State
from services.placements.domain.signals import weighing
from services.placements.domain.vocabulary import ConcernAbout, ConcernLevel, Severity
from services.placements.models.concern_meetings import ConcernMeeting, ConcernPanel
from services.placements.models.concerns import Concern, ConcernAct, ConcernStep, ConcernTransition
from services.placements.models.notifications import Notification
from services.placements.models.signals import Signal
from services.placements.queries.concerns import visible
from services.placements.queries.escalation_policies import policy_from
from services.placements.queries.setting_concerns import opened_around
from services.placements.queries.timeline_entries import ENGINE, Coming, Happened, Told, in_order, openable
from services.placements.queries.waiting import Waiting, coming_in, happened_in, read_waiting
from shared.errors import NotFound


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
    Concern.route,
    Concern.level,
    Concern.status,
    Concern.immediate_at,
    Concern.compressed_at,
    Concern.opened_at,
    Concern.closed_at,
    Concern.policy,
).where(Concern.id == _CONCERN_ID)
_SIGNALS = select(Signal).where(Signal.concern_id == _CONCERN_ID)
_TRANSITIONS = select(ConcernTransition).where(ConcernTransition.concern_id == _CONCERN_ID)
_ACTS = select(ConcernAct).where(ConcernAct.concern_id == _CONCERN_ID).order_by(ConcernAct.id)
_STEPS = select(ConcernStep).where(ConcernStep.concern_id == _CONCERN_ID).order_by(ConcernStep.due_at)
_MEETINGS = select(ConcernMeeting.step, ConcernMeeting.meets_at).where(
    ConcernMeeting.concern_id == _CONCERN_ID,
    ConcernMeeting.held_on.is_(None),
    ConcernMeeting.called_off_at.is_(None),
)
_PANELS = select(ConcernPanel.meets_at).where(
    ConcernPanel.concern_id == _CONCERN_ID,
    ConcernPanel.held_on.is_(None),
    ConcernPanel.replaced_at.is_(None),
)
_TOLD = (
    select(
        Notification.occasion_id,
        func.array_agg(Notification.role.distinct()).label("roles"),
        func.min(Notification.created_at).label("at"),
    )
    .where(
        or_(
            Notification.concern_id == _CONCERN_ID,
            and_(
                Notification.concern_id.is_(None),
                Notification.occasion_id.in_(bindparam("occasions", expanding=True, type_=Uuid())),
            ),
        )
    )
    .group_by(Notification.occasion_id)
)
"""Who was told on each occasion: of the concern, of a signal before there was one, or of what is due meanwhile."""


@dataclass(frozen=True, slots=True)
class _Read:
    """Rows of one concern."""

    signals: list[Any]
    transitions: list[Any]
    acts: list[Any]
    steps: list[Any]
    meetings: list[Any]
    panels: list[Any]


async def read_timeline(connection: AsyncConnection, binds: dict[str, object], concern_id: UUID) -> Timeline:
    """The timeline, if the caller may see the concern."""
    asked = {"id": concern_id}
    concern = (await connection.execute(_CONCERN, {**binds, **asked})).one_or_none()
    if concern is None:
        raise NotFound("concern")
    parts = (_SIGNALS, _TRANSITIONS, _ACTS, _STEPS, _MEETINGS, _PANELS)
    read = _Read(*[list((await connection.execute(part, asked)).all()) for part in parts])
    around = await opened_around(connection, binds, concern)
    waiting = await read_waiting(connection, binds, concern)
    occasions = [*(row.id for row in read.signals), *waiting.occasions()]
    rows = (await connection.execute(_TOLD, {**asked, "occasions": occasions})).all()
    told = {row.occasion_id: tuple(sorted(row.roles)) for row in rows}
    happened = [
        *_of_signals(read.signals, told),
        *_of_the_setting(around),
        *_of_steps(read.steps, told),
        *_of_transitions(read.transitions, told),
        *_of_acts(read.acts, told),
        *happened_in(waiting, told, {row.occasion_id: row.at for row in rows}),
    ]
    return Timeline(
        id=concern.id,
        case_number=concern.case_number,
        placement_id=concern.placement_id,
        about=concern.about,
        level=concern.level,
        status=concern.status,
        happened=in_order(happened),
        next=_next(concern, read, waiting),
    )


def _of_signals(rows: Iterable[Any], told: Told) -> Iterator[Happened]:
    for row in rows:
        first = weighing(Severity(row.severity), row.occurred_at, row.evidence)
        for number, entry in enumerate(row.weighed or [first]):
            yield _of_signal(row, entry, told.get(row.id, ()) if number == 0 else ())


def _of_signal(row: Any, weighed: Mapping[str, Any], told: tuple[str, ...]) -> Happened:
    return Happened(
        at=datetime.fromisoformat(weighed["since"]),
        what=words.of_signal(RuleCode(row.rule_code), Severity(weighed["severity"]), weighed["evidence"]),
        rule=row.rule_code,
        words=row.note,
        evidence=openable(weighed["evidence"]),
        by=row.raised_by_role or row.source,
        told=told,
        id=row.id,
        rank=0,
    )


def _of_the_setting(rows: Iterable[Any]) -> Iterator[Happened]:
    for row in rows:
        opened = (("concern", str(row.concern_id)),) if row.case_number else ()
        yield Happened(
            at=row.opened_at,
            what=words.OPENED_AROUND,
            evidence=(*opened, ("setting", str(row.setting_id))),
            by=ENGINE,
            id=row.concern_id,
            rank=0,
        )


def _of_transitions(rows: Iterable[Any], told: Told) -> Iterator[Happened]:
    for row in rows:
        before = ConcernLevel(row.from_level) if row.from_level else None
        yield Happened(
            at=row.at,
            what=words.of_transition(ConcernLevel(row.level), before, Why(row.why)),
            rule=row.rule or row.why,
            by=row.by_role or ENGINE,
            told=told.get(row.id, ()),
            id=row.id,
        )


def _of_acts(rows: Iterable[Any], told: Told) -> Iterator[Happened]:
    for row in rows:
        yield Happened(
            at=row.at,
            what=words.of_act(Act(row.act), row.facts),
            words=row.reason,
            evidence=openable(row.facts),
            by=row.by_role or ENGINE,
            told=told.get(row.id, ()),
            id=row.id,
        )


def _of_steps(rows: Iterable[Any], told: Told) -> Iterator[Happened]:
    for row in rows:
        if row.fired_at is not None and row.id in told:
            yield Happened(
                at=row.fired_at,
                what=words.of_chase(StepCode(row.step), row.rung),
                rule=row.step,
                by=ENGINE,
                told=told[row.id],
                id=row.id,
                rank=1,
            )


def _next(concern: Any, read: _Read, waiting: Waiting) -> tuple[Coming, ...]:
    coming = [*_coming(concern, read), *coming_in(waiting)]
    if concern.closed_at is None:
        ahead = [*((row.step, row.meets_at) for row in read.meetings)]
        ahead += [(StepCode.PANEL, row.meets_at) for row in read.panels]
        coming += [
            Coming(code, words.of_arranged(StepCode(code)), at, words.NOT_HELD_AS_ARRANGED, ())
            for code, at in ahead
        ]
    return tuple(sorted(coming, key=lambda each: each.due_at))


def _coming(concern: Any, read: _Read) -> Iterator[Coming]:
    policy = policy_from(concern.policy)
    about = ConcernAbout(concern.about)
    hidden = kept_from(concern.route)
    state = State(
        ConcernLevel(concern.level),
        about,
        is_immediate=concern.immediate_at is not None,
        is_compressed=concern.compressed_at is not None,
    )
    for step in read.steps:
        if step.done_at is None and step.fired_at is None:
            code = StepCode(step.step)
            follows, who = words.if_missed(policy, state, code, step.rung)
            roles = [str(role) for role in who if role not in hidden]
            if code is StepCode.ACKNOWLEDGEMENT_ENDS:  # whoever has it in hand is told first
                roles = [*(row.by_role for row in read.acts if row.act == Act.ACKNOWLEDGED)][-1:] + roles
            yield Coming(step.step, words.STEP[code], step.due_at, follows, tuple(dict.fromkeys(roles)))
