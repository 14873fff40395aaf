"""Reading sessions and what was told after them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    SQLColumnExpression,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.attendance import CAME
from services.hubs.models.attendance import Attendance
from services.hubs.models.hubs import Hub
from services.hubs.models.memberships import Membership
from services.hubs.models.sessions import HubSession, SessionSummary
from services.hubs.queries.visibility import PERSON, SESSIONS
from shared.errors import NotFound
from shared.http.lists import Filtered, equal

EXPECTED = and_(
    Membership.partnership_id == HubSession.partnership_id,
    Membership.hub_id == HubSession.hub_id,
    Membership.joined_on <= HubSession.held_on,
    or_(Membership.ended_on.is_(None), Membership.ended_on >= HubSession.held_on),
)
"""The membership covers the day of the session."""

expected_count = select(func.count()).select_from(Membership).where(EXPECTED).scalar_subquery()
_came = (
    select(func.count())
    .select_from(Attendance)
    .where(
        Attendance.session_id == HubSession.id,
        Attendance.status.in_(sorted(status.value for status in CAME)),
    )
    .scalar_subquery()
)
present_count = case((HubSession.recorded_at.is_(None), None), else_=_came)
_presenter = (
    select(func.json_build_object("membership_id", Membership.id, "student_id", Membership.student_id))
    .where(Membership.id == HubSession.presenter_membership_id)
    .scalar_subquery()
)

_VISIBLE = select(
    HubSession.id,
    HubSession.hub_id,
    HubSession.number,
    HubSession.kind,
    HubSession.held_on,
    HubSession.begins_at,
    HubSession.minutes,
    _presenter.label("presenter"),
    HubSession.covered_by_person_id,
    HubSession.moved_from,
    HubSession.cancelled_at,
    HubSession.cancel_reason,
    HubSession.recorded_at,
    expected_count.label("expected"),
    present_count.label("present"),
    HubSession.updated_at,
    HubSession.version,
).where(SESSIONS)

SINGLE = _VISIBLE.where(HubSession.id == bindparam("id", type_=Uuid()))
"""One session the caller sees."""

LIST = Filtered(
    _VISIBLE,
    HubSession.id,
    **equal(HubSession.hub_id),
    held=HubSession.cancelled_at.is_(None) == bindparam("held"),
    recorded=HubSession.recorded_at.is_not(None) == bindparam("recorded"),
)
"""The sessions the caller sees."""

_SUMMARIES = (
    select(
        SessionSummary.id,
        SessionSummary.session_id,
        HubSession.hub_id,
        HubSession.held_on,
        SessionSummary.themes,
        SessionSummary.pcf_domains,
        SessionSummary.resources,
        SessionSummary.resource_ids,
        SessionSummary.affirmation,
        SessionSummary.next_session,
        SessionSummary.updated_at,
        SessionSummary.version,
    )
    .join(HubSession, HubSession.id == SessionSummary.session_id)
    .where(SESSIONS)
)

SUMMARY = _SUMMARIES.where(SessionSummary.session_id == bindparam("id", type_=Uuid()))
"""What the facilitator told after one session."""

_concerns_me = exists().where(
    EXPECTED,
    or_(
        Membership.student_id == PERSON,
        Membership.educator_id == PERSON,
        Membership.tutor_person_id == PERSON,
    ),
)

SUMMARIES = Filtered(
    _SUMMARIES,
    SessionSummary.id,
    **equal(HubSession.hub_id),
    mine=_concerns_me == bindparam("mine", type_=Boolean()),
)
"""What facilitators told, of the sessions the caller sees; `mine`: of the caller's own hub, or one of their students'."""


async def hold_registers(session: AsyncSession, hub_id: UUID) -> None:
    """Until the transaction ends nobody else writes a register of this hub: absences are counted over several of them."""
    await session.execute(select(_registers_lock(literal(hub_id, Uuid()))))


def _registers_lock(hub_id: SQLColumnExpression[UUID]) -> ColumnElement[None]:
    name = func.concat("hub_registers:", cast(hub_id, Text))
    return func.pg_advisory_xact_lock(func.hashtextextended(name, 0))


_HOLD_VISIBLE = select(HubSession.hub_id, _registers_lock(HubSession.hub_id)).where(
    SESSIONS, HubSession.id == bindparam("id", type_=Uuid())
)
_WITH_HUB = (
    select(HubSession, Hub)
    .join(Hub, and_(Hub.partnership_id == HubSession.partnership_id, Hub.id == HubSession.hub_id))
    .where(HubSession.id == bindparam("id", type_=Uuid()))
    .with_for_update(of=HubSession, key_share=True)
)


async def hold_visible(
    session: AsyncSession, binds: dict[str, object], session_id: UUID
) -> tuple[HubSession, Hub]:
    """The session and its hub, with the hub's registers and the session locked until the transaction ends.

    `NotFound` when the caller sees no such session.
    """
    if (await session.execute(_HOLD_VISIBLE, {**binds, "id": session_id})).one_or_none() is None:
        raise NotFound("session")
    # A question of its own: what others wrote before they let go of the lock is seen only by the next one.
    row = (await session.execute(_WITH_HUB, {"id": session_id})).one()
    return row[0], row[1]


async def hold_for_change(
    session: AsyncSession, binds: dict[str, object], session_id: UUID
) -> tuple[HubSession, Hub]:
    """As `hold_visible`, with the hub locked first: what changes the plan changes other sessions of the hub too."""
    found = select(HubSession.hub_id).where(SESSIONS, HubSession.id == session_id)
    hub_id = (await session.execute(found, binds)).scalar_one_or_none()
    if hub_id is None:
        raise NotFound("session")
    await session.execute(select(Hub.id).where(Hub.id == hub_id).with_for_update(key_share=True))
    return await hold_visible(session, binds, session_id)


async def hold_of_day(session: AsyncSession, tenant: UUID, hub_id: UUID, day: date) -> HubSession | None:
    """The session a hub has on this day, with the hub's registers locked; None when it has none."""
    await hold_registers(session, hub_id)
    statement = (
        select(HubSession)
        .where(
            HubSession.partnership_id == tenant,
            HubSession.hub_id == hub_id,
            HubSession.held_on == day,
            HubSession.cancelled_at.is_(None),
        )
        .with_for_update(key_share=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def sessions_of(session: AsyncSession, tenant: UUID, hub_id: UUID) -> Sequence[HubSession]:
    """All sessions of a hub in their order, cancelled ones among them."""
    statement = (
        select(HubSession)
        .where(HubSession.partnership_id == tenant, HubSession.hub_id == hub_id)
        .order_by(HubSession.number, HubSession.held_on)
    )
    return (await session.execute(statement)).scalars().all()


async def hold_summary(session: AsyncSession, session_id: UUID) -> SessionSummary | None:
    """The summary of a session, locked until the transaction ends; None when none was written."""
    statement = select(SessionSummary).where(SessionSummary.session_id == session_id).with_for_update()
    return (await session.execute(statement)).scalar_one_or_none()
