"""Registers: taken whole in one call, corrected with their history kept, and told when somebody was missed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, column, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.attendance import CAME, Mark, Status, as_known, notices, tally_of, with_mark
from services.hubs.messages import HubAbsenceNoticed, HubAttendanceCounted, SessionRecorded
from services.hubs.models.attendance import Attendance, AttendanceVersion
from services.hubs.models.memberships import Membership
from services.hubs.models.sessions import HubSession
from services.hubs.operations.authors import Author
from services.hubs.queries.attendance import entries_of
from services.hubs.queries.registers import Standing, standings
from shared.calendar import london_day
from shared.errors import Conflict, Fault, Invalid, InvalidState
from shared.events.outbox import News, publish_all
from shared.ids import new_id


class NotYetHeld(Conflict):
    """The session is on a day to come."""

    def __init__(self, held_on: date) -> None:
        super().__init__(
            "session_not_yet_held",
            f"The session is on {held_on.isoformat()}; its register can be taken on that day.",
            held_on=held_on.isoformat(),
        )


_NEW = (
    func.jsonb_to_recordset(bindparam("entries", type_=JSONB))
    .table_valued(column("id", Uuid), column("membership_id", Uuid), column("status", Text), name="new")
    .render_derived(with_types=True)
)
_NOW = bindparam("now", type_=HubSession.updated_at.type)
_ENTERED = (
    insert(Attendance)
    .from_select(
        [
            "id",
            "partnership_id",
            "session_id",
            "membership_id",
            "hub_id",
            "placement_id",
            "student_id",
            "held_on",
            "status",
            "version",
            "recorded_by",
            "recorded_at",
        ],
        select(
            _NEW.c.id,
            HubSession.partnership_id,
            HubSession.id,
            Membership.id,
            Membership.hub_id,
            Membership.placement_id,
            Membership.student_id,
            HubSession.held_on,
            _NEW.c.status,
            literal(1),
            bindparam("recorded_by", type_=Text()),
            _NOW,
        )
        .join(Membership, Membership.id == _NEW.c.membership_id)
        .join(HubSession, HubSession.id == bindparam("held", type_=Uuid())),
        include_defaults=False,
    )
    .cte("entered")
)
_TAKE = (
    update(HubSession)
    .where(HubSession.id == bindparam("held", type_=Uuid()))
    .values(
        recorded_at=func.coalesce(HubSession.recorded_at, _NOW),
        register_version=HubSession.register_version + 1,
        version=HubSession.version + 1,
        updated_at=_NOW,
    )
    .add_cte(_ENTERED)
    .execution_options(synchronize_session=False)
)
"""New entries and the session's new versions in one statement: somebody stands there and waits for the register."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a register says of one student."""

    student_id: UUID
    status: Status


@dataclass(frozen=True, slots=True)
class _Register:
    """A session's register before it is written: how everybody stands in it, and what is to become of whom."""

    session: HubSession
    standings: Sequence[Standing]
    changed: Mapping[UUID, Status]

    @property
    def expected(self) -> list[Standing]:
        return [one for one in self.standings if one.is_expected]

    @property
    def changing(self) -> list[tuple[Standing, Status]]:
        by_student = {one.student_id: one for one in self.standings}
        return [(by_student[student_id], status) for student_id, status in self.changed.items()]


async def record(
    session: AsyncSession,
    author: Author,
    held: HubSession,
    entries: Sequence[Entry],
    now: datetime,
    *,
    may_correct: Callable[[int], None],
    whole: bool = True,
) -> bool:
    """Make the register of a session say this. Returns whether it now says anything else than before.

    The caller holds the hub's registers and the session, and has checked who leads there. `whole` wants an entry for
    everybody expected. `may_correct` is asked, with the register's version, before an entry that is there changes. The same
    register again writes and publishes nothing.
    """
    _refuse_if_not_held(held, london_day(now))
    there = await standings(session, held.id)
    by_student = {one.student_id: one for one in there}
    _refuse_if_wrong(there, entries, whole=whole)
    known = [(by_student[one.student_id], one.status) for one in entries]
    meant = {one.student_id: as_known(status, notified=one.gave_notice) for one, status in known}
    changed = {each: status for each, status in meant.items() if by_student[each].status is not status}
    if not changed and held.recorded_at is not None:
        return False
    if any(by_student[each].status is not None for each in changed):
        may_correct(held.register_version)
    register = _Register(held, there, changed)
    await _write(session, author, register, now)
    await _tell(session, register, now)
    return True


def _refuse_if_not_held(held: HubSession, today: date) -> None:
    if held.cancelled_at is not None:
        raise InvalidState("session", "cancelled", [])
    if held.held_on > today:
        raise NotYetHeld(held.held_on)


def _refuse_if_wrong(there: Sequence[Standing], entries: Sequence[Entry], *, whole: bool) -> None:
    faults = []
    expected = {one.student_id for one in there if one.is_expected}
    seen: set[UUID] = set()
    for place, entry in enumerate(entries):
        pointer = f"/records/{place}/student_id"
        if entry.student_id in seen:
            faults.append(Fault(pointer, "student_twice", "The student stands in the register twice."))
        elif entry.student_id not in expected:
            faults.append(
                Fault(pointer, "not_a_member", "The student did not belong to the hub on that day.")
            )
        seen.add(entry.student_id)
    missing = len(expected - seen)
    if whole and missing:
        words = (
            f"{missing} of the {len(expected)} members are missing; a register says something of everybody."
        )
        faults.append(Fault("/records", "register_incomplete", words))
    if faults:
        raise Invalid(faults)


async def _write(session: AsyncSession, author: Author, register: _Register, now: datetime) -> None:
    held = register.session
    new = [(one, status) for one, status in register.changing if one.status is None]
    if len(new) < len(register.changed):
        for said in await entries_of(session, held.id):
            if said.student_id in register.changed and said.status != register.changed[said.student_id]:
                _correct(session, author, said, register.changed[said.student_id], now)
        await session.flush()
    entries = [
        {"id": str(new_id()), "membership_id": str(one.membership_id), "status": status.value}
        for one, status in new
    ]
    values = {"entries": entries, "held": held.id, "recorded_by": author.subject, "now": now}
    await session.execute(_TAKE, values)
    session.expire(held, ["recorded_at", "register_version", "version", "updated_at"])


def _correct(session: AsyncSession, author: Author, said: Attendance, status: Status, now: datetime) -> None:
    session.add(
        AttendanceVersion(
            attendance_id=said.id,
            version=said.version,
            status=said.status,
            recorded_by=said.recorded_by,
            recorded_at=said.recorded_at,
            replaced_at=now,
        )
    )
    said.status, said.recorded_by, said.recorded_at = status.value, author.subject, now
    said.version += 1


async def _tell(session: AsyncSession, register: _Register, now: datetime) -> None:
    held, expected = register.session, register.expected
    statuses = [register.changed.get(one.student_id, one.status) for one in register.standings]
    message = SessionRecorded(
        session_id=held.id,
        hub_id=held.hub_id,
        expected=len(expected),
        present=sum(status in CAME for status in statuses),
        occurred_on=held.held_on,
    )
    everybody = {one.university_id for one in expected} | {one.organisation_id for one in expected}
    news = [News(message, held.id, everybody)]
    for member, status in register.changing:
        # Newly qualified members have no placement of which anybody could be told.
        if member.is_student:
            marks = member.marks, with_mark(member.marks, Mark(held.id, held.held_on, status))
            messages = [*_noticed(member, held, marks), *_counted(member, held, marks)]
            audience = {member.university_id, member.organisation_id}
            news += [News(each, member.placement_id, audience) for each in messages]
    await publish_all(session, news, partnership_id=held.partnership_id, now=now)


Marks = tuple[Sequence[Mark], Sequence[Mark]]
"""A member's marks before and after a register was written, each in order of time."""


def _noticed(member: Standing, held: HubSession, marks: Marks) -> list[HubAbsenceNoticed]:
    return [
        HubAbsenceNoticed(
            placement_id=member.placement_id,
            student_id=member.student_id,
            hub_id=held.hub_id,
            session_id=notice.session_id,
            consecutive_unnotified=notice.pattern.consecutive_unnotified,
            unnotified_of_last_six=notice.pattern.unnotified_of_last_six,
            sessions_of_last_six=notice.pattern.sessions_of_last_six,
            occurred_on=notice.held_on,
        )
        for notice in notices(*marks)
    ]


def _counted(member: Standing, held: HubSession, marks: Marks) -> list[HubAttendanceCounted]:
    before, after = (tally_of(each) for each in marks)
    if before == after or not (before.says_something or after.says_something):
        return []
    message = HubAttendanceCounted(
        placement_id=member.placement_id,
        student_id=member.student_id,
        hub_id=held.hub_id,
        session_id=held.id,
        expected=after.expected,
        attended=after.attended,
        attendance_percent=after.percent,
        occurred_on=held.held_on,
    )
    return [message]
