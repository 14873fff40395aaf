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


class MessageSent(Message):
    """Somebody has a message in their inbox here. What it says, and why it was sent, only they can read."""

    type: ClassVar[str] = "message.sent"

    message_id: UUID
    person_id: UUID


class SummaryWritten(Message):
    """The facilitator told what a session was about, with the PCF domains it touched; told again when that changes."""

    type: ClassVar[str] = "summary.written"

    session_id: UUID
    hub_id: UUID
    pcf_domains: list[str]
    occurred_on: date


class EnergyLowNoticed(Message):
    """A student said in a pulse that they run low. The number is not told; nothing but kindness is to follow from it."""

    type: ClassVar[str] = "energy_low.noticed"

    pulse_id: UUID
    placement_id: UUID
    student_id: UUID
    hub_id: UUID
    week: int
    occurred_on: date


class AgreementMade(Message):
    """A hub has a new version of its agreement, to be accepted by its members."""

    type: ClassVar[str] = "agreement.made"

    agreement_id: UUID
    hub_id: UUID
    number: int
    facilitator_assesses: bool


class FeedbackOpened(Message):
    """A hub is asked what to stop, start and continue."""

    type: ClassVar[str] = "feedback.opened"

    round_id: UUID
    hub_id: UUID
    closes_on: date


class FeedbackClosed(Message):
    """A hub's stop-start-continue round is closed; from now on nobody can tell who answered what."""

    type: ClassVar[str] = "feedback.closed"

    round_id: UUID
    hub_id: UUID
    answers: int


class ContactRecorded(Message):
    """A facilitator met a student one to one. That it happened, not what was said."""

    type: ClassVar[str] = "contact.recorded"

    contact_id: UUID
    hub_id: UUID
    student_id: UUID
    occurred_on: date


class ContactDeleted(Message):
    """A one-to-one was noted by mistake, and is taken back."""

    type: ClassVar[str] = "contact.deleted"

    contact_id: UUID
    hub_id: UUID
    student_id: UUID


class SupervisionRecorded(Message):
    """A facilitator had supervision themselves."""

    type: ClassVar[str] = "facilitator_supervision.recorded"

    supervision_id: UUID
    facilitator_person_id: UUID
    occurred_on: date
