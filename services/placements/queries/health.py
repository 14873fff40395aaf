"""How placements stand just now: points, live signals, open concerns, what is due. For one placement, or a student's own."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.domain.escalation import waiting_words, words
from services.placements.domain.escalation.codes import ENGINES_OWN, RuleCode, StepCode
from services.placements.domain.escalation.policy import GENERAL, Policy
from services.placements.domain.signals import standing, weighed_since
from services.placements.domain.vocabulary import ConcernLevel, Severity
from services.placements.models.concern_meetings import ConcernMeeting, ConcernPanel
from services.placements.models.concerns import Concern, ConcernStep
from services.placements.models.placements import Placement
from services.placements.models.signals import Signal
from services.placements.models.suspensions import PlacementSearch, SuspensionReview
from services.placements.queries.concerns import CONCERNS, on_route
from services.placements.queries.escalation_policies import data_in_force, policy_from
from services.placements.queries.signals import as_rules_see
from services.placements.queries.suspensions import SEARCHED
from services.placements.queries.visibility import PERSON, PLACEMENTS
from shared.errors import NotFound
from shared.statements import Statement

MOST = 200


@dataclass(frozen=True, slots=True)
class Live:
    """One signal that counts now, in plain words."""

    rule: str
    what: str
    severity: str
    points: int
    since: datetime
    until: datetime
    case_number: str | None


@dataclass(frozen=True, slots=True)
class Open:
    """One open concern, and what its level means, said to the student."""

    id: UUID
    case_number: str
    about: str
    level: str
    status: str
    means: str
    held_until: datetime | None
    has_meeting: bool
    """Whether a meeting is arranged and ahead."""
    can_appeal: bool
    """Whether a panel decided, and the student may still appeal."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due: of a concern, of a suspension, or of the search for another placement."""

    what: str
    due_at: datetime
    case_number: str | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Health:
    """How one placement stands. `points` are those of the usual route; a concern opens at `opens_at`."""

    placement_id: UUID
    status: str
    points: int
    opens_at: int
    signals: tuple[Live, ...]
    concerns: tuple[Open, ...]
    due: tuple[Due, ...]


_ONE = select(Placement.id, Placement.status, Placement.partnership_id).where(
    PLACEMENTS, Placement.id == bindparam("placement_id")
)
_OWN = (
    select(Placement.id, Placement.status, Placement.partnership_id)
    .where(PLACEMENTS, Placement.student_id == PERSON)
    .order_by(Placement.id)
    .limit(MOST)
)
_IDS = bindparam("ids", expanding=True, type_=Uuid())
_NOW = bindparam("now", type_=DateTime(timezone=True))
_SIGNALS = (
    select(Signal, Concern.case_number)
    .join(Placement, Placement.id == Signal.placement_id)
    .outerjoin(Concern, Concern.id == Signal.concern_id)
    .where(
        Signal.placement_id.in_(_IDS),
        on_route(Signal.route),
        Signal.expires_at > _NOW,
        Signal.resolved_at.is_(None),
    )
    .order_by(Signal.occurred_at)
)
_MEETING = (
    select(func.count())
    .where(
        ConcernMeeting.concern_id == Concern.id,
        ConcernMeeting.held_on.is_(None),
        ConcernMeeting.called_off_at.is_(None),
    )
    .correlate(Concern)
    .scalar_subquery()
)
_APPEAL = (
    select(func.count())
    .where(
        ConcernPanel.concern_id == Concern.id,
        ConcernPanel.appeal_until_on >= func.date(func.timezone("Europe/London", _NOW)),
        ConcernPanel.appealed_at.is_(None),
        ConcernPanel.replaced_at.is_(None),
    )
    .correlate(Concern)
    .scalar_subquery()
)
_CONCERNS = (
    select(
        Concern.id,
        Concern.placement_id,
        Concern.case_number,
        Concern.about,
        Concern.level,
        Concern.status,
        Concern.held_until,
        (_MEETING > 0).label("has_meeting"),
        (_APPEAL > 0).label("can_appeal"),
    )
    .join(Placement, Placement.id == Concern.placement_id)
    .where(CONCERNS, Concern.placement_id.in_(_IDS), or_(Concern.closed_at.is_(None), _APPEAL > 0))
    .order_by(Concern.id)
)
_STEPS = (
    select(Concern.placement_id, Concern.case_number, ConcernStep.step, ConcernStep.due_at)
    .join(Concern, Concern.id == ConcernStep.concern_id)
    .join(Placement, Placement.id == Concern.placement_id)
    .where(
        CONCERNS,
        Concern.placement_id.in_(_IDS),
        Concern.closed_at.is_(None),
        ConcernStep.cycle == Concern.cycle,
        ConcernStep.level == Concern.level,
        ConcernStep.rung == 0,
        ConcernStep.done_at.is_(None),
        ConcernStep.step.not_in(sorted(ENGINES_OWN)),
    )
)
_REVIEWS = select(SuspensionReview.placement_id, SuspensionReview.due_at).where(
    SuspensionReview.placement_id.in_(_IDS),
    SuspensionReview.reviewed_at.is_(None),
    SuspensionReview.over_at.is_(None),
)
_SEARCHES = (
    select(PlacementSearch.placement_id, PlacementSearch.chase_at)
    .join(Placement, Placement.id == PlacementSearch.placement_id)
    .where(SEARCHED, PlacementSearch.placement_id.in_(_IDS), PlacementSearch.ended_at.is_(None))
)
_OTHERS = (
    (_REVIEWS, waiting_words.REVIEW),
    (_SEARCHES, waiting_words.SEARCH_ENTRY),
)


async def health_of(
    connection: AsyncConnection, binds: dict[str, object], placement_id: UUID, now: datetime
) -> Health:
    """How a placement stands, if the caller sees it."""
    found = await _read(connection, _ONE, {**binds, "placement_id": placement_id}, now)
    if not found:
        raise NotFound("placement")
    return found[0]


async def own_health(connection: AsyncConnection, binds: dict[str, object], now: datetime) -> list[Health]:
    """How the placements of the student who asks stand."""
    return await _read(connection, _OWN, binds, now)


async def _read(
    connection: AsyncConnection, which: Statement, binds: dict[str, object], now: datetime
) -> list[Health]:
    placements = (await connection.execute(which, binds)).all()
    if not placements:
        return []
    policy = policy_from(await data_in_force(connection, placements[0].partnership_id, now))
    asked = {**binds, "ids": [row.id for row in placements], "now": now}
    signals = await _by_placement(connection, _SIGNALS, asked)
    concerns = await _by_placement(connection, _CONCERNS, asked)
    due = await _due(connection, asked, now)
    return [
        Health(
            placement_id=row.id,
            status=row.status,
            points=_points(policy, signals[row.id], now),
            opens_at=policy.opening_points,
            signals=tuple(map(_live, signals[row.id])),
            concerns=tuple(map(_open, concerns[row.id])),
            due=tuple(sorted(due[row.id], key=lambda each: each.due_at)),
        )
        for row in placements
    ]


async def _by_placement(
    connection: AsyncConnection, statement: Statement, asked: dict[str, object]
) -> dict[UUID, list[Any]]:
    grouped: dict[UUID, list[Any]] = defaultdict(list)
    for row in await connection.execute(statement, asked):
        grouped[row.placement_id].append(row)
    return grouped


async def _due(connection: AsyncConnection, asked: dict[str, object], now: datetime) -> dict[UUID, list[Due]]:
    due: dict[UUID, list[Due]] = defaultdict(list)
    for row in await connection.execute(_STEPS, asked):
        what = words.STEP[StepCode(row.step)]
        due[row.placement_id].append(Due(what, row.due_at, row.case_number, row.due_at < now))
    for statement, what in _OTHERS:
        for placement_id, due_at in await connection.execute(statement, asked):
            due[placement_id].append(Due(what, due_at, None, due_at < now))
    return due


def _points(policy: Policy, rows: list[Any], now: datetime) -> int:
    noted = as_rules_see(row for row in rows if row.route == GENERAL)
    return standing(policy, noted, now).points


def _live(row: Any) -> Live:
    what = words.of_signal(RuleCode(row.rule_code), Severity(row.severity), row.evidence)
    since = weighed_since(row.weighed, row.occurred_at)
    return Live(row.rule_code, what, row.severity, row.points, since, row.expires_at, row.case_number)


def _open(row: Any) -> Open:
    return Open(
        row.id,
        row.case_number,
        row.about,
        row.level,
        row.status,
        words.MEANS[ConcernLevel(row.level)],
        row.held_until,
        row.has_meeting,
        row.can_appeal,
    )
