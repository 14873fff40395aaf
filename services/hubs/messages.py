"""What the hubs service tells the world: the published contract of its change feed and webhooks.

Payloads hold ids, dates, counts and codes, and nothing personal; of reflections nothing is told, not even that there is one.
Fields are only ever added.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.events.outbox import Message


class HubChanged(Message):
    """A hub was added or changed."""

    type: ClassVar[str] = "hub.changed"


class MembershipCreated(Message):
    """A student has a place in a hub."""

    type: ClassVar[str] = "membership.created"

    membership_id: UUID
    hub_id: UUID
    placement_id: UUID
    student_id: UUID
    joined_on: date


class MembershipEnded(Message):
    """A student's place in a hub is free again. `reason` is a code."""

    type: ClassVar[str] = "membership.ended"

    membership_id: UUID
    hub_id: UUID
    placement_id: UUID
    student_id: UUID
    ended_on: date
    reason: str


class SessionPlanned(Message):
    """A session of a hub has its day."""

    type: ClassVar[str] = "session.planned"

    session_id: UUID
    hub_id: UUID
    number: int
    kind: str
    held_on: date


class SessionMoved(Message):
    """A session is held on another day."""

    type: ClassVar[str] = "session.moved"

    session_id: UUID
    hub_id: UUID
    held_on: date


class SessionCancelled(Message):
    """A session is not held. `reason` is a code."""

    type: ClassVar[str] = "session.cancelled"

    session_id: UUID
    hub_id: UUID
    held_on: date
    reason: str


class SessionCovered(Message):
    """Somebody else leads a session; None: the facilitator does after all."""

    type: ClassVar[str] = "session.covered"

    session_id: UUID
    hub_id: UUID
    covered_by_person_id: UUID | None


class SessionRecorded(Message):
    """A session's register was taken or corrected: how many belonged there, and how many came."""

    type: ClassVar[str] = "session.recorded"

    session_id: UUID
    hub_id: UUID
    expected: int
    present: int
    occurred_on: date


class HubAbsenceNoticed(Message):
    """A student was absent without notice. The numbers are the pattern as seen from that session.

    Told again with new numbers when a register is corrected; `consecutive_unnotified` 0 takes the absence back. How serious
    it is, the placements service decides by its policy.
    """

    type: ClassVar[str] = "hub_absence.noticed"

    placement_id: UUID
    student_id: UUID
    hub_id: UUID
    session_id: UUID
    consecutive_unnotified: int
    unnotified_of_last_six: int
    sessions_of_last_six: int
    occurred_on: date


class HubAttendanceCounted(Message):
    """A student's attendance changed, five or more sessions being expected: at how many, excused ones taken out, they were.

    `attendance_percent` is whole per cent, rounded down. How serious it is, the placements service decides by its policy.
    """

    type: ClassVar[str] = "hub_attendance.counted"

    placement_id: UUID
    student_id: UUID
    hub_id: UUID
    session_id: UUID
    expected: int
    attended: int
    attendance_percent: int
    occurred_on: date


class HubFlagRaised(Message):
    """A facilitator says that a placement needs somebody's attention. `about` is a code; nothing of a hub's talk is told."""

    type: ClassVar[str] = "hub_flag.raised"

    flag_id: UUID
    placement_id: UUID
    student_id: UUID
    hub_id: UUID
    about: str
    is_urgent: bool
