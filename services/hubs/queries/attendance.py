"""Reading registers: of a session, of a student, and counted for a report."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Date, Uuid, and_, bindparam, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.attendance import Status
from services.hubs.models.absence_notices import AbsenceNotice
from services.hubs.models.attendance import Attendance, AttendanceVersion
from services.hubs.models.candidates import Candidate
from services.hubs.models.hubs import Hub
from services.hubs.models.memberships import Membership
from services.hubs.models.sessions import HubSession
from services.hubs.queries.memberships import OF_CANDIDATE
from services.hubs.queries.sessions import EXPECTED, expected_count, present_count
from services.hubs.queries.visibility import ENTRIES, PERSON, SESSIONS
from shared.http.lists import Filtered, equal

_entry = func.json_build_object(
    "student_id",
    Membership.student_id,
    "student_name",
    Candidate.student_name,
    "membership_id",
    Membership.id,
    "placement_id",
    Membership.placement_id,
    "notified_at",
    select(AbsenceNotice.created_at)
    .where(AbsenceNotice.session_id == HubSession.id, AbsenceNotice.membership_id == Membership.id)
    .correlate(HubSession, Membership)
    .scalar_subquery(),
    "status",
    Attendance.status,
    "corrections",
    func.coalesce(Attendance.version - 1, 0),
    "recorded_at",
    Attendance.recorded_at,
)
_entries = (
    select(
        func.coalesce(
            func.json_agg(aggregate_order_by(_entry, Candidate.student_name, Membership.id)),
            func.json_build_array(),
        )
    )
    .select_from(Membership)
    .join(Candidate, OF_CANDIDATE)
    .outerjoin(
        Attendance,
        and_(Attendance.session_id == HubSession.id, Attendance.membership_id == Membership.id),
    )
    .where(
        Membership.partnership_id == HubSession.partnership_id,
        Membership.hub_id == HubSession.hub_id,
        or_(Attendance.id.is_not(None), EXPECTED),
        or_(ENTRIES, HubSession.covered_by_person_id == PERSON),
    )
    .correlate(HubSession)
    .scalar_subquery()
)

REGISTER = select(
    HubSession.id.label("session_id"),
    HubSession.hub_id,
    HubSession.held_on,
    HubSession.recorded_at,
    expected_count.label("expected"),
    present_count.label("present"),
    _entries.label("records"),
    HubSession.register_version.label("version"),
).where(SESSIONS, HubSession.id == bindparam("id", type_=Uuid()))
"""The register of one session: everybody expected, what it says of them, as far as the caller sees them."""

_of_membership = and_(
    Membership.partnership_id == Attendance.partnership_id, Membership.id == Attendance.membership_id
)

LIST = Filtered(
    select(
        Attendance.id,
        Attendance.session_id,
        Attendance.hub_id,
        Attendance.placement_id,
        Attendance.student_id,
        Attendance.held_on,
        Attendance.status,
        (Attendance.version - 1).label("corrections"),
        Attendance.recorded_at,
    )
    .join(Membership, _of_membership)
    .where(ENTRIES),
    Attendance.id,
    **equal(Attendance.student_id),
    **equal(Attendance.hub_id),
    **equal(Attendance.placement_id),
    **equal(Attendance.status),
    from_day=Attendance.held_on >= bindparam("from_day", type_=Date()),
    to_day=Attendance.held_on <= bindparam("to_day", type_=Date()),
)
"""Entries of registers the caller sees."""

CORRECTIONS = (
    select(
        Attendance.student_id,
        AttendanceVersion.version,
        AttendanceVersion.status,
        AttendanceVersion.recorded_at,
        AttendanceVersion.replaced_at,
    )
    .join(Attendance, Attendance.id == AttendanceVersion.attendance_id)
    .join(Membership, _of_membership)
    .where(ENTRIES, Attendance.session_id == bindparam("id", type_=Uuid()))
    .order_by(AttendanceVersion.replaced_at, Attendance.id, AttendanceVersion.version)
    .limit(1000)
)
"""What the register of one session said before it was corrected."""


_in_time = Attendance.held_on.between(bindparam("from_day", type_=Date()), bindparam("to_day", type_=Date()))
_counts = [func.count().filter(Attendance.status == status.value).label(status.value) for status in Status]

COHORTS = (
    select(
        Membership.university_id,
        Membership.programme_id,
        Membership.member_kind,
        func.count().label("n"),
        func.count(Attendance.session_id.distinct()).label("sessions"),
        func.count(Attendance.student_id.distinct()).label("students"),
        *_counts,
    )
    .join(Membership, _of_membership)
    .where(ENTRIES, _in_time)
    .group_by(Membership.university_id, Membership.programme_id, Membership.member_kind)
    .order_by(Membership.university_id, Membership.programme_id, Membership.member_kind)
    .limit(2000)
)
"""Entries the caller sees, counted by status for each programme of a university."""

REPORT = (
    select(
        Attendance.hub_id,
        Hub.name,
        func.count().label("n"),
        func.count(Attendance.session_id.distinct()).label("sessions"),
        func.count(Attendance.student_id.distinct()).label("students"),
        *_counts,
    )
    .join(Membership, _of_membership)
    .join(Hub, and_(Hub.partnership_id == Attendance.partnership_id, Hub.id == Attendance.hub_id))
    .where(ENTRIES, _in_time)
    .group_by(func.rollup(tuple_(Attendance.hub_id, Hub.name)))
    .order_by(Hub.name.nulls_first(), Attendance.hub_id)
)
"""Entries the caller sees, counted by status for each hub, and once (without hub) over all."""


async def notice_of(session: AsyncSession, session_id: UUID, membership_id: UUID) -> AbsenceNotice | None:
    """The notice a member gave before a session, if any."""
    statement = select(AbsenceNotice).where(
        AbsenceNotice.session_id == session_id, AbsenceNotice.membership_id == membership_id
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def who_gave_notice(session: AsyncSession, session_id: UUID) -> frozenset[UUID]:
    """The students who told before a session that they would not come."""
    statement = select(AbsenceNotice.student_id).where(AbsenceNotice.session_id == session_id)
    return frozenset((await session.execute(statement)).scalars())


async def entries_of(session: AsyncSession, session_id: UUID) -> Sequence[Attendance]:
    """What the register of a session says now."""
    statement = select(Attendance).where(Attendance.session_id == session_id)
    return (await session.execute(statement)).scalars().all()
