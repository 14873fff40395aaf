"""Reading concerns, and holding them for a change."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.placements.domain.escalation.codes import PlacementSide, Template
from services.placements.domain.escalation.policy import GENERAL
from services.placements.domain.vocabulary import ConcernAbout
from services.placements.models.concerns import Concern, ConcernStep
from services.placements.models.notifications import Notification
from services.placements.models.people import Person
from services.placements.models.placements import Placement
from services.placements.queries.visibility import ORGANISATION, PARTNERSHIP, PERSON, PLACEMENTS, WIDE
from services.placements.queries.working_days import hold_working_days
from shared.errors import NotFound
from shared.http.lists import Filtered, equal
from shared.http.reading import Statement

_SAFETY_OF_HOST = f"{ConcernAbout.SAFETY}:{PlacementSide.HOST}"
_SAFETY_OF_UNIVERSITY = f"{ConcernAbout.SAFETY}:{PlacementSide.UNIVERSITY}"


def on_route(route: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """A concern on a route of its own is for the student and the partnership's office, never for a side it may be about.

    What is about the safety of one side, the other side's organisation sees: it has to act.
    """
    of_host = and_(route == _SAFETY_OF_HOST, Placement.university_id == ORGANISATION)
    of_university = and_(
        route == _SAFETY_OF_UNIVERSITY,
        or_(Placement.organisation_id == ORGANISATION, Placement.second_organisation_id == ORGANISATION),
    )
    return or_(route == GENERAL, WIDE, Placement.student_id == PERSON, of_host, of_university)


_NEXT_DUE = (
    select(func.min(ConcernStep.due_at))
    .where(
        ConcernStep.concern_id == Concern.id, ConcernStep.done_at.is_(None), ConcernStep.fired_at.is_(None)
    )
    .correlate(Concern)
    .scalar_subquery()
)


_AS_EDUCATOR = (
    select(Person.id)
    .where(Person.partnership_id == PARTNERSHIP, Person.educator_id == PERSON)
    .scalar_subquery()
)
"""Who a practice educator is among the people: their token names them as the educators service does."""

_TOLD_OF_IT = exists().where(
    Notification.concern_id == Concern.id,
    or_(Notification.person_ref == PERSON, Notification.person_ref == _AS_EDUCATOR),
    Notification.template != Template.CONCERN_CLOSED.value,
)

CONCERNS = or_(
    and_(PLACEMENTS, on_route(Concern.route)),
    and_(Placement.partnership_id == PARTNERSHIP, _TOLD_OF_IT),
)
"""A concern is for those who see its placement, if it goes the usual way, and for everybody who was told of it."""


def visible(*columns: Any) -> Statement:
    """Columns of the concerns the caller sees."""
    return select(*columns).join(Placement, Placement.id == Concern.placement_id).where(CONCERNS)


COLUMNS = (
    Concern.id,
    Concern.case_number,
    Concern.placement_id,
    Concern.about,
    Concern.level,
    Concern.status,
    Concern.immediate_at,
    Concern.opened_at,
    Concern.level_since,
    Concern.acknowledged_by_person_id,
    Concern.held_until,
    Concern.compressed_offered_at,
    Concern.compressed_at,
    _NEXT_DUE.label("due_at"),
    Concern.outcome,
    Concern.closed_at,
    Concern.updated_at,
    Concern.version,
)

SINGLE = visible(*COLUMNS).where(Concern.id == bindparam("id"))
"""One concern the caller sees."""

LIST = Filtered(visible(*COLUMNS), Concern.id, **equal(Concern.status, Concern.level, Concern.placement_id))
"""The concerns the caller sees."""


_SEEN = visible(Concern.id).where(Concern.id == bindparam("id"))


async def refuse_invisible_concern(
    connection: AsyncConnection, binds: dict[str, object], concern_id: UUID
) -> None:
    """Refuse a concern that is not there for the caller."""
    if not await is_visible(connection, binds, concern_id):
        raise NotFound("concern")


async def is_visible(
    connection: AsyncConnection | AsyncSession, binds: dict[str, object], concern_id: UUID
) -> bool:
    """Whether a reader sees the concern."""
    return (await connection.execute(_SEEN, {**binds, "id": concern_id})).one_or_none() is not None


class DueStep(NamedTuple):
    """A due step with its concern, which is held, and the placement."""

    step: ConcernStep
    concern: Concern
    placement: Placement


_DUE = (
    select(ConcernStep, Concern, Placement)
    .join(Concern, Concern.id == ConcernStep.concern_id)
    .join(Placement, Placement.id == Concern.placement_id)
    .where(
        ConcernStep.done_at.is_(None),
        ConcernStep.fired_at.is_(None),
        ConcernStep.due_at <= bindparam("now"),
        or_(ConcernStep.retry_at.is_(None), ConcernStep.retry_at <= bindparam("now")),
    )
    .order_by(ConcernStep.due_at)
    .with_for_update(of=Concern, skip_locked=True, key_share=True)
)


async def hold_due_steps(
    session: AsyncSession, now: datetime, at_most: int, *, only: UUID | None = None
) -> list[DueStep]:
    """The steps that are due longest and whose concerns nobody else holds, one of each concern; the concerns are held.

    The lock is on the concern, as people's actions take it, so that the two can never wait for each other. A step may have
    been done since it was read: whoever fires it must claim it with its state in the condition.
    """
    due = _DUE.limit(at_most) if only is None else _DUE.where(ConcernStep.id == only)
    held: dict[UUID, DueStep] = {}
    for row in await session.execute(due, {"now": now}):
        held.setdefault(row[1].id, DueStep(*row))
    return list(held.values())


async def hold_visible_concern(
    session: AsyncSession, concern_id: UUID, binds: dict[str, object]
) -> tuple[Concern, Placement]:
    """The concern, held, with its placement, if the caller may see it."""
    await hold_working_days(session)
    statement = (
        visible(Concern, Placement)
        .where(Concern.id == concern_id)
        .with_for_update(of=Concern, key_share=True)
    )
    row = (await session.execute(statement, binds)).one_or_none()
    if row is None:
        raise NotFound("concern")
    return row[0], row[1]


async def hold_open_concern(session: AsyncSession, placement_id: UUID, route: str) -> Concern | None:
    """The open concern of a placement on a route, held; None when there is none."""
    statement = (
        select(Concern)
        .where(Concern.placement_id == placement_id, Concern.route == route, Concern.closed_at.is_(None))
        .with_for_update(key_share=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def hold_last_closed(session: AsyncSession, placement_id: UUID, route: str) -> Concern | None:
    """The concern of a placement on a route that was closed last, held."""
    statement = (
        select(Concern)
        .where(Concern.placement_id == placement_id, Concern.route == route, Concern.closed_at.is_not(None))
        .order_by(Concern.closed_at.desc())
        .limit(1)
        .with_for_update(key_share=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def open_steps(session: AsyncSession, concern: Concern) -> list[ConcernStep]:
    """The steps of a held concern that are neither done nor fired, the first due first."""
    statement = (
        select(ConcernStep)
        .where(
            ConcernStep.concern_id == concern.id,
            ConcernStep.done_at.is_(None),
            ConcernStep.fired_at.is_(None),
        )
        .order_by(ConcernStep.due_at)
    )
    return list((await session.execute(statement)).scalars())


async def undone_steps(session: AsyncSession, concern: Concern) -> list[ConcernStep]:
    """The steps of the present level of a held concern that nobody did yet, overdue and fired ones included."""
    statement = (
        select(ConcernStep)
        .where(
            ConcernStep.concern_id == concern.id,
            ConcernStep.cycle == concern.cycle,
            ConcernStep.level == concern.level,
            ConcernStep.done_at.is_(None),
        )
        .order_by(ConcernStep.due_at)
    )
    return list((await session.execute(statement)).scalars())


async def times_begun(session: AsyncSession, concern: Concern, step: str) -> int:
    """How often a step of this kind was begun at the present level in this cycle."""
    statement = select(func.count()).where(
        ConcernStep.concern_id == concern.id,
        ConcernStep.cycle == concern.cycle,
        ConcernStep.level == concern.level,
        ConcernStep.step == step,
        ConcernStep.rung == 0,
    )
    return int((await session.execute(statement)).scalar_one())
