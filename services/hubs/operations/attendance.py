"""Registers: taken whole in one call, corrected with their history kept, and told when somebody was missed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.attendance import CAME, Mark, Notice, Status, as_known, notices, tally_of
from services.hubs.domain.hubs import MemberKind
from services.hubs.messages import HubAbsenceNoticed, HubAttendanceCounted, SessionRecorded
from services.hubs.models.attendance import Attendance, AttendanceVersion
from services.hubs.models.memberships import Membership
from services.hubs.models.sessions import HubSession
from services.hubs.operations.authors import Author
from services.hubs.queries.attendance import entries_of, histories, who_gave_notice
from services.hubs.queries.memberships import members_on
from shared.calendar import london_day
from shared.errors import Conflict, Fault, Invalid, InvalidState
from shared.events.outbox import publish
from shared.ids import new_id


class NotYetHeld(Conflict):
    """The session is on a day to come."""

    def __init__(self, held_on: date) -> None:
        super().__init__(
            "session_not_yet_held",
            f"The session is on {held_on.isoformat()}; its register can be taken on that day.",
            held_on=held_on.isoformat(),
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """What a register says of one student."""

    student_id: UUID
    status: Status


@dataclass(slots=True)
class _Register:
    """A session's register while it is written: who is expected, what it says, and what changes."""

    session: HubSession
    members: Mapping[UUID, Membership]
    said: dict[UUID, Attendance]
    expected: int
    before: dict[UUID, list[Mark]] = field(default_factory=dict)


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
    if held.cancelled_at is not None:
        raise InvalidState("session", "cancelled", [])
    if held.held_on > london_day(now):
        raise NotYetHeld(held.held_on)
    register = await _open(session, held)
    notified = await who_gave_notice(session, held.id)
    entries = [
        replace(one, status=as_known(one.status, notified=one.student_id in notified)) for one in entries
    ]
    _refuse_if_wrong(register, entries, whole=whole)
    changed = [entry for entry in entries if _says_otherwise(register, entry)]
    if not changed and held.recorded_at is not None:
        return False
    if any(entry.student_id in register.said for entry in changed):
        may_correct(held.register_version)
    touched = {register.members[entry.student_id].placement_id for entry in changed}
    register.before = await histories(session, touched)
    for entry in changed:
        _write(session, author, register, entry, now)
    held.recorded_at = held.recorded_at or now
    held.register_version += 1
    held.version += 1
    held.updated_at = now
    await session.flush()
    await _tell(session, register, touched, now)
    return True


async def _open(session: AsyncSession, held: HubSession) -> _Register:
    expected = await members_on(session, held.partnership_id, held.hub_id, held.held_on)
    said = {entry.student_id: entry for entry in await entries_of(session, held.id)}
    return _Register(held, {member.student_id: member for member in expected}, said, len(expected))


def _refuse_if_wrong(register: _Register, entries: Sequence[Entry], *, whole: bool) -> None:
    faults = []
    seen: set[UUID] = set()
    for place, entry in enumerate(entries):
        pointer = f"/records/{place}/student_id"
        if entry.student_id in seen:
            faults.append(Fault(pointer, "student_twice", "The student stands in the register twice."))
        elif entry.student_id not in register.members:
            faults.append(
                Fault(pointer, "not_a_member", "The student did not belong to the hub on that day.")
            )
        seen.add(entry.student_id)
    missing = len(register.members.keys() - seen)
    if whole and missing:
        words = f"{missing} of the {register.expected} members are missing; a register says something of everybody."
        faults.append(Fault("/records", "register_incomplete", words))
    if faults:
        raise Invalid(faults)


def _says_otherwise(register: _Register, entry: Entry) -> bool:
    said = register.said.get(entry.student_id)
    return said is None or said.status != entry.status.value


def _write(session: AsyncSession, author: Author, register: _Register, entry: Entry, now: datetime) -> None:
    said = register.said.get(entry.student_id)
    if said is None:
        member, held = register.members[entry.student_id], register.session
        register.said[entry.student_id] = Attendance(
            id=new_id(),
            partnership_id=held.partnership_id,
            session_id=held.id,
            membership_id=member.id,
            hub_id=held.hub_id,
            placement_id=member.placement_id,
            student_id=member.student_id,
            held_on=held.held_on,
            status=entry.status.value,
            version=1,
            recorded_by=author.subject,
            recorded_at=now,
        )
        session.add(register.said[entry.student_id])
        return
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
    said.status, said.recorded_by, said.recorded_at = entry.status.value, author.subject, now
    said.version += 1


async def _tell(session: AsyncSession, register: _Register, touched: set[UUID], now: datetime) -> None:
    held = register.session
    came = sum(Status(entry.status) in CAME for entry in register.said.values())
    everybody = {m.university_id for m in register.members.values()}
    hosts = {m.organisation_id for m in register.members.values()}
    message = SessionRecorded(
        session_id=held.id,
        hub_id=held.hub_id,
        expected=register.expected,
        present=came,
        occurred_on=held.held_on,
    )
    await publish(
        session,
        message,
        partnership_id=held.partnership_id,
        subject=held.id,
        audience=everybody | hosts,
        now=now,
    )
    after = await histories(session, touched)
    for member in register.members.values():
        told, known = register.before.get(member.placement_id, []), after.get(member.placement_id, [])
        # Newly qualified members have no placement of which anybody could be told.
        if member.placement_id in touched and member.member_kind == MemberKind.STUDENT:
            for notice in notices(told, known):
                await _notice(session, member, notice, now)
            await _count(session, member, held, (told, known), now)


async def _count(
    session: AsyncSession,
    member: Membership,
    held: HubSession,
    marks: tuple[Sequence[Mark], Sequence[Mark]],
    now: datetime,
) -> None:
    before, after = (tally_of(each) for each in marks)
    if before == after or not (before.says_something or after.says_something):
        return
    message = HubAttendanceCounted(
        placement_id=member.placement_id,
        student_id=member.student_id,
        hub_id=member.hub_id,
        session_id=held.id,
        expected=after.expected,
        attended=after.attended,
        attendance_percent=after.percent,
        occurred_on=held.held_on,
    )
    audience = {member.university_id, member.organisation_id}
    await publish(
        session,
        message,
        partnership_id=member.partnership_id,
        subject=member.placement_id,
        audience=audience,
        now=now,
    )


async def _notice(session: AsyncSession, member: Membership, notice: Notice, now: datetime) -> None:
    message = HubAbsenceNoticed(
        placement_id=member.placement_id,
        student_id=member.student_id,
        hub_id=member.hub_id,
        session_id=notice.session_id,
        consecutive_unnotified=notice.pattern.consecutive_unnotified,
        unnotified_of_last_six=notice.pattern.unnotified_of_last_six,
        sessions_of_last_six=notice.pattern.sessions_of_last_six,
        occurred_on=notice.held_on,
    )
    await publish(
        session,
        message,
        partnership_id=member.partnership_id,
        subject=member.placement_id,
        audience={member.university_id, member.organisation_id},
        now=now,
    )
