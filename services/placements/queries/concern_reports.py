"""The season's concerns in numbers: by which rule and about what they opened, how many rose, and why."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, bindparam, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.domain.escalation.codes import Why
from services.placements.models.concerns import Concern, ConcernTransition
from services.placements.models.placements import Placement
from services.placements.queries.concerns import CONCERNS

_ROUND = bindparam("round_id", type_=Uuid())
_IN_ROUND = or_(_ROUND.is_(None), Placement.round_id == _ROUND)
_ROSE = exists().where(
    ConcernTransition.concern_id == Concern.id,
    ConcernTransition.from_level.is_not(None),
    ConcernTransition.why != Why.PERSON_LOWERED.value,
)
_FIRST = (
    select(ConcernTransition.concern_id, ConcernTransition.rule)
    .where(ConcernTransition.cycle == 1, ConcernTransition.from_level.is_(None))
    .subquery()
)
_GROUPS = (
    select(
        func.coalesce(_FIRST.c.rule, "unknown").label("rule"),
        Concern.about,
        Concern.level,
        Concern.outcome,
        func.count().label("opened"),
        func.sum(case((_ROSE, 1), else_=0)).label("escalated"),
    )
    .join(Placement, Placement.id == Concern.placement_id)
    .outerjoin(_FIRST, _FIRST.c.concern_id == Concern.id)
    .where(CONCERNS, _IN_ROUND)
    .group_by("rule", Concern.about, Concern.level, Concern.outcome)
)
_WHYS = (
    select(ConcernTransition.why, func.count().label("n"))
    .join(Concern, Concern.id == ConcernTransition.concern_id)
    .join(Placement, Placement.id == Concern.placement_id)
    .where(CONCERNS, _IN_ROUND, ConcernTransition.from_level.is_not(None))
    .group_by(ConcernTransition.why)
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report: a code, how many concerns opened under it, and how many of those rose at least once."""

    code: str
    opened: int
    escalated: int


@dataclass(frozen=True, slots=True)
class ConcernReport:
    """The concerns the caller sees, counted. Every count is one of concerns, except `whys`: steps from level to level."""

    opened: int
    escalated: int
    closed: int
    by_rule: tuple[Line, ...]
    by_about: tuple[Line, ...]
    by_level: tuple[Line, ...]
    outcomes: dict[str, int]
    whys: dict[str, int]


async def read_concern_report(
    connection: AsyncConnection, binds: dict[str, object], round_id: UUID | None
) -> ConcernReport:
    """Count the concerns the caller sees, in one round or in all."""
    asked = {**binds, "round_id": round_id}
    groups = (await connection.execute(_GROUPS, asked)).all()
    whys = (await connection.execute(_WHYS, asked)).all()
    opened: dict[str, Counter[str]] = {name: Counter() for name in ("rule", "about", "level")}
    escalated: dict[str, Counter[str]] = {name: Counter() for name in opened}
    outcomes: Counter[str] = Counter()
    for group in groups:
        for name, counts in opened.items():
            counts[getattr(group, name)] += group.opened
            escalated[name][getattr(group, name)] += int(group.escalated)
        if group.outcome is not None:
            outcomes[group.outcome] += group.opened
    lines = {
        name: tuple(Line(code, n, escalated[name][code]) for code, n in sorted(counts.items()))
        for name, counts in opened.items()
    }
    return ConcernReport(
        opened=sum(opened["rule"].values()),
        escalated=sum(escalated["rule"].values()),
        closed=sum(outcomes.values()),
        by_rule=lines["rule"],
        by_about=lines["about"],
        by_level=lines["level"],
        outcomes=dict(sorted(outcomes.items())),
        whys={row.why: row.n for row in sorted(whys, key=lambda row: row.why)},
    )
