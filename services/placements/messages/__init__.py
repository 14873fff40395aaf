"""What the placements service tells the world: the published contract of its change feed and webhooks.

Payloads hold ids, dates, counts and codes, and nothing personal. The subject of each message is the thing it is about. Fields
are only ever added. Who may see a message is decided where it is published (its audience).
"""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from services.placements.domain.matching.codes import RepairWay
from services.placements.domain.vocabulary import (
    Party,
    PlacementLevel,
    PlacementStatus,
    ProposalStatus,
)
from shared.events.outbox import Message


class OrganisationChanged(Message):
    """An organisation was added or changed."""

    type: ClassVar[str] = "organisation.changed"


class SettingChanged(Message):
    """A setting was added or changed."""

    type: ClassVar[str] = "setting.changed"


class StudentChanged(Message):
    """A student was added or changed."""

    type: ClassVar[str] = "student.changed"


class DestinationRecorded(Message):
    """It became known, or was corrected, where a student went after finishing. Where that is, those ask who may know."""

    type: ClassVar[str] = "destination.recorded"

    student_id: UUID
    academic_year: str


class OfferChanged(Message):
    """An offer was added or changed."""

    type: ClassVar[str] = "offer.changed"


class RequestChanged(Message):
    """A request was added or changed."""

    type: ClassVar[str] = "request.changed"


class MatchRunCompleted(Message):
    """A match run has a result: how many of the requests it could place."""

    type: ClassVar[str] = "match_run.completed"

    round_id: UUID
    placed: int
    requests: int


class MatchRunPublished(Message):
    """The result of a match run was published: host and university are now asked."""

    type: ClassVar[str] = "match_run.published"

    round_id: UUID


class RepairCompleted(Message):
    """A repair of a published round was computed and waits for a person."""

    type: ClassVar[str] = "repair.completed"

    round_id: UUID


class RepairConfirmed(Message):
    """A person chose one way of a repair: so many students moved, and host and university of those are asked anew."""

    type: ClassVar[str] = "repair.confirmed"

    round_id: UUID
    way: RepairWay
    moved: int


class SwapMade(Message):
    """Students were moved by hand in a result that is not published yet, or is."""

    type: ClassVar[str] = "swap.made"

    run_id: UUID
    moved: int


class AnswerFallsDue(Message):
    """A proposal waits for answers, and its deadline is near. `waiting_for` are the sides that have not accepted."""

    type: ClassVar[str] = "proposal.answer_falls_due"

    answer_due_at: datetime
    waiting_for: tuple[Party, ...]


class AnswerOverdue(Message):
    """A proposal still waits for answers on the first working day after its deadline. `waiting_for` as before it."""

    type: ClassVar[str] = "proposal.answer_overdue"

    answer_due_at: datetime
    waiting_for: tuple[Party, ...]


class ProposalAccepted(Message):
    """One side accepted a proposal."""

    type: ClassVar[str] = "proposal.accepted"

    party: Party


class ProposalDeclined(Message):
    """One side declined a proposal."""

    type: ClassVar[str] = "proposal.declined"

    party: Party


class ProposalClosed(Message):
    """A proposal ended otherwise than by an answer: the request was withdrawn, or a repair or swap took its place."""

    type: ClassVar[str] = "proposal.closed"

    status: ProposalStatus


class PlacementStep(Message):
    """A placement took a step: the placement as it stands after it. `occurred_on` is the London day of the step."""

    placement_id: UUID
    round_id: UUID
    student_id: UUID
    university_id: UUID
    organisation_id: UUID
    setting_id: UUID
    educator_id: UUID | None
    placement_level: PlacementLevel
    is_statutory: bool
    starts_on: date
    ends_on: date
    days_required: int
    status: PlacementStatus
    days_approved: float
    midway_reported: bool
    occurred_on: date


class PlacementProposed(PlacementStep):
    """Host and university accepted: the placement exists, not yet binding."""

    type: ClassVar[str] = "placement.proposed"


class PlacementConfirmed(PlacementStep):
    """The placement is binding; its educator's seat is held."""

    type: ClassVar[str] = "placement.confirmed"


class PlacementAssigned(PlacementStep):
    """Another tutor or on-site supervisor was named."""

    type: ClassVar[str] = "placement.assigned"


class PlacementChanged(PlacementStep):
    """Another educator, setting or pattern of days was agreed; the message holds the placement as it stands now."""

    type: ClassVar[str] = "placement.changed"


class PlacementStarted(PlacementStep):
    """The student has begun."""

    type: ClassVar[str] = "placement.started"


class PlacementPaused(PlacementStep):
    """The placement rests for an agreed reason."""

    type: ClassVar[str] = "placement.paused"


class PlacementResumed(PlacementStep):
    """The placement goes on after a pause or suspension."""

    type: ClassVar[str] = "placement.resumed"


class PlacementSuspended(PlacementStep):
    """The placement was stopped for now by a person's decision."""

    type: ClassVar[str] = "placement.suspended"


class PlacementCompleted(PlacementStep):
    """The placement came to its planned end."""

    type: ClassVar[str] = "placement.completed"


class PlacementEndedEarly(PlacementStep):
    """The placement ended before its planned end."""

    type: ClassVar[str] = "placement.ended_early"


class PlacementCancelled(PlacementStep):
    """The placement will not take place."""

    type: ClassVar[str] = "placement.cancelled"
