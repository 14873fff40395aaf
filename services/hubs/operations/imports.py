"""What hubs import: registers, one row for each student and session. An identical second import changes nothing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator
from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.attendance import Status, as_known
from services.hubs.models.memberships import Membership
from services.hubs.operations.attendance import Entry, record
from services.hubs.operations.authors import Author
from services.hubs.queries.attendance import entries_of, who_gave_notice
from services.hubs.queries.hubs import hubs_called, hubs_named
from services.hubs.queries.memberships import names_on
from services.hubs.queries.sessions import hold_of_day
from shared.calendar import london_day
from shared.errors import Fault
from shared.http.wire import Day, FromText, Name
from shared.imports.external_ids import resolve
from shared.imports.kinds import Applied, ImportKind, ImportScope, Row

_SYNONYMS = {
    "p": Status.PRESENT,
    "attended": Status.PRESENT,
    "l": Status.LATE,
    "apologies": Status.ABSENT_NOTIFIED,
    "notified": Status.ABSENT_NOTIFIED,
    "unnotified": Status.ABSENT_UNNOTIFIED,
    "no_show": Status.ABSENT_UNNOTIFIED,
    "authorised": Status.EXCUSED,
}

UNKNOWN_HUB = Fault("/hub", "unknown_reference", "No hub of this partnership is known under that name.")
UNKNOWN_SESSION = Fault("/session_on", "unknown_session", "The hub has no session on that day.")
UNKNOWN_STUDENT = Fault(
    "/student", "unknown_reference", "No member the hub had on that day is known to you under that name."
)
TWO_STUDENTS = Fault(
    "/student", "ambiguous_reference", "Several members of the hub are called that; use our id."
)
NOT_YET_HELD = Fault("/session_on", "session_not_yet_held", "The session is on a day to come.")


def _as_written(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    word = cell.strip().lower().replace("-", "_").replace(" ", "_")
    return _SYNONYMS.get(word, word)


class AttendanceRow(FromText):
    """What a register says of one student. Hub and student are external ids of the sender, or our own ids."""

    hub: Name
    """The hub's external id, its id here, or its name."""

    session_on: Day
    student: Name
    """The student's external id or id here."""

    status: Annotated[Status, BeforeValidator(_as_written)]


@dataclass(slots=True)
class _Day:
    """The rows about one session, by their place in the batch."""

    hub_id: UUID
    on: date
    rows: dict[int, AttendanceRow] = field(default_factory=dict)


async def attendance(
    session: AsyncSession, scope: ImportScope, rows: Sequence[Row[AttendanceRow]], _: Any, now: datetime
) -> list[Applied]:
    """Make registers say what the rows say; entries of which no row speaks stay as they are."""
    hubs = await _hubs(session, scope, {row.data.hub for row in rows})
    results: dict[int, Applied] = {}
    days: dict[tuple[UUID, date], _Day] = {}
    for place, row in enumerate(rows):
        hub_id = hubs.get(row.data.hub)
        if hub_id is None:
            results[place] = Applied("invalid", None, (UNKNOWN_HUB,))
            continue
        day = days.setdefault((hub_id, row.data.session_on), _Day(hub_id, row.data.session_on))
        day.rows[place] = row.data
    for key in sorted(days):
        results |= await _record(session, scope, days[key], now)
    return [results[place] for place in range(len(rows))]


ATTENDANCE = ImportKind(
    "attendance", AttendanceRow, key=lambda row: (row.hub, row.session_on, row.student), apply=attendance
)
"""Registers: `hub,session_on,student,status`."""

KINDS = {ATTENDANCE.name: ATTENDANCE}
"""All that hubs import."""


async def _record(session: AsyncSession, scope: ImportScope, day: _Day, now: datetime) -> dict[int, Applied]:
    held = await hold_of_day(session, scope.tenant, day.hub_id, day.on)
    if held is None:
        return dict.fromkeys(day.rows, Applied("invalid", None, (UNKNOWN_SESSION,)))
    if day.on > london_day(now):
        return dict.fromkeys(day.rows, Applied("invalid", held.id, (NOT_YET_HELD,)))
    called = await _called(session, scope, day)
    notified = await who_gave_notice(session, held.id)
    before = {entry.student_id: entry.status for entry in await entries_of(session, held.id)}
    results: dict[int, Applied] = {}
    entries: dict[UUID, Entry] = {}
    for place, row in day.rows.items():
        found = called[row.student]
        if len(found) != 1:
            results[place] = Applied("invalid", held.id, (TWO_STUDENTS if found else UNKNOWN_STUDENT,))
            continue
        (student_id,) = found
        entries[student_id] = Entry(student_id, row.status)
        status = as_known(row.status, notified=student_id in notified)
        results[place] = Applied(_result(before.get(student_id), status), held.id)
    if entries:
        author = Author.of_import(scope)
        await record(
            session, author, held, list(entries.values()), now, may_correct=lambda _: None, whole=False
        )
    return results


def _result(before: str | None, now: Status) -> str:
    if before is None:
        return "created"
    return "unchanged" if before == now.value else "updated"


async def _hubs(session: AsyncSession, scope: ImportScope, cells: set[str]) -> dict[str, UUID]:
    """The hubs the cells mean: the sender's names first, then our own ids, then names that only one hub has."""
    ids = {cell: found for cell in cells if (found := _as_id(cell)) is not None}
    ours = {hub.id for hub in await hubs_named(session, scope.tenant, ids.values())}
    by_id = {cell: hub_id for cell, hub_id in ids.items() if hub_id in ours}
    called = await hubs_called(session, scope.tenant, cells)
    return {**called, **by_id, **await resolve(session, scope, "hub", scope.system, cells)}


async def _called(session: AsyncSession, scope: ImportScope, day: _Day) -> dict[str, set[UUID]]:
    """Cell -> the members it may mean: by our id, by the sender's system, else by any system's name for the student."""
    exact: dict[str, set[UUID]] = defaultdict(set)
    loose: dict[str, set[UUID]] = defaultdict(set)
    for member, names in await names_on(session, scope.tenant, day.hub_id, day.on):
        if not _may_tell_of(scope, member):
            continue
        exact[str(member.student_id)].add(member.student_id)
        for name in names:
            (exact if name["system"] == scope.system else loose)[name["value"]].add(member.student_id)
    cells = {row.student for row in day.rows.values()}
    return {cell: exact.get(cell) or loose.get(cell, set()) for cell in cells}


def _may_tell_of(scope: ImportScope, member: Membership) -> bool:
    return scope.wide or scope.organisation_id in (member.university_id, member.organisation_id)


def _as_id(cell: str) -> UUID | None:
    try:
        return UUID(cell)
    except ValueError:
        return None
