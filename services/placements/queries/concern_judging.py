"""What became of concerns, one row each, for judging; and how many placements of each group had one."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Exists, Uuid, and_, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.domain.escalation.codes import ENGINES_OWN, Act, Outcome, Why
from services.placements.domain.escalation.judging import Judged
from services.placements.domain.intervals import Share, share_of
from services.placements.domain.small_numbers import hidden
from services.placements.domain.vocabulary import ConcernAbout, ConcernLevel, PlacementStatus
from services.placements.models.concerns import Concern, ConcernAct, ConcernStep, ConcernTransition
from services.placements.models.placements import Placement
from services.placements.models.programmes import Programme
from services.placements.models.students import Student
from services.placements.queries.concerns import CONCERNS
from services.placements.queries.visibility import PLACEMENTS

_ROUND = bindparam("round_id", type_=Uuid())
_IN_ROUND = or_(_ROUND.is_(None), Placement.round_id == _ROUND)
_MINE = ConcernTransition.concern_id == Concern.id


def _entered(level: ConcernLevel) -> Exists:
    return exists().where(_MINE, ConcernTransition.level == level.value)


_FIRST_RULE = (
    select(ConcernTransition.rule)
    .where(_MINE, ConcernTransition.from_level.is_(None))
    .order_by(ConcernTransition.id)
    .limit(1)
    .correlate(Concern)
    .scalar_subquery()
)
_ACKNOWLEDGED = (
    select(func.min(ConcernAct.at))
    .where(ConcernAct.concern_id == Concern.id, ConcernAct.act.in_([Act.ACKNOWLEDGED.value, Act.MET.value]))
    .correlate(Concern)
    .scalar_subquery()
)
_IN_TIME = and_(ConcernStep.ending == "done", ConcernStep.done_at <= ConcernStep.planned_at)
_STEPS = (
    select(
        func.count().label("due"),
        func.count().filter(_IN_TIME).label("on_time"),
    )
    .where(
        ConcernStep.concern_id == Concern.id,
        ConcernStep.rung == 0,
        ConcernStep.step.not_in([step.value for step in ENGINES_OWN]),
        or_(ConcernStep.ending == "done", ConcernStep.fired_at.is_not(None)),
    )
    .correlate(Concern)
    .lateral("steps")
)
_CONCERNS = (
    select(
        func.coalesce(_FIRST_RULE, "unknown").label("rule"),
        Concern.about,
        Placement.setting_id,
        Concern.outcome,
        Concern.opened_at,
        _ACKNOWLEDGED.label("acknowledged_at"),
        _entered(ConcernLevel.STAGE_TWO).label("was_at_stage_two"),
        _entered(ConcernLevel.PLACEMENT_PANEL).label("was_at_panel"),
        exists().where(_MINE, ConcernTransition.why == Why.REOPENED.value).label("was_reopened"),
        _STEPS.c.due,
        _STEPS.c.on_time,
    )
    .join(Placement, Placement.id == Concern.placement_id)
    .join(_STEPS, Concern.id == Concern.id)
    .where(CONCERNS, _IN_ROUND)
)
_HAS_ONE = exists().where(
    Concern.placement_id == Placement.id, Concern.outcome.is_distinct_from(Outcome.FALSE_ALARM.value)
)
_GROUPS = (
    select(
        func.coalesce(Programme.route, "unknown").label("route"),
        func.count().label("n"),
        func.count().filter(_HAS_ONE).label("with_concern"),
    )
    .select_from(Placement)
    .join(Student, Student.id == Placement.student_id)
    .outerjoin(Programme, Programme.id == Student.programme_id)
    .where(
        PLACEMENTS,
        _IN_ROUND,
        Placement.status.not_in([PlacementStatus.PROPOSED.value, PlacementStatus.CANCELLED.value]),
    )
    .group_by("route")
)


@dataclass(frozen=True, slots=True)
class Group:
    """How many placements of one group had a concern that was no false alarm. None where the group is too small to show."""

    code: str
    with_concern: Share | None


async def concerns_to_judge(
    connection: AsyncConnection, binds: dict[str, object], round_id: UUID | None
) -> list[Judged]:
    """The concerns the caller sees, in one round or in all."""
    rows = await connection.execute(_CONCERNS, {**binds, "round_id": round_id})
    return [
        Judged(
            rule=row.rule,
            about=ConcernAbout(row.about),
            setting_id=row.setting_id,
            outcome=Outcome(row.outcome) if row.outcome else None,
            opened_at=row.opened_at,
            acknowledged_at=row.acknowledged_at,
            was_at_stage_two=row.was_at_stage_two,
            was_at_panel=row.was_at_panel,
            was_reopened=row.was_reopened,
            due=row.due,
            on_time=row.on_time,
        )
        for row in rows
    ]


async def groups_with_concerns(
    connection: AsyncConnection, binds: dict[str, object], round_id: UUID | None
) -> tuple[Group, ...]:
    """By route of programme: of the placements the caller sees, how many had a concern. Small groups are not shown."""
    rows = (await connection.execute(_GROUPS, {**binds, "round_id": round_id})).all()
    unseen = hidden({row.route: row.n for row in rows})
    return tuple(
        Group(row.route, None if row.route in unseen else share_of(row.with_concern, row.n))
        for row in sorted(rows, key=lambda row: row.route)
    )
