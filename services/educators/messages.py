"""What the educators service tells the world: the published contract of its change feed and webhooks.

Payloads hold ids, dates, counts and codes, and nothing personal. Fields are only ever added. The educator's organisation sees
these messages, beside those who see the whole partnership.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field

from services.educators.domain.codes import Basis, CurrencyStatus, PlacementLevel, RuleCode, WaiverState
from services.educators.domain.cpd import ActivityKind
from shared.events.outbox import Message


class EducatorChanged(Message):
    """A practice educator was added or changed. The subject is the educator."""

    type: ClassVar[str] = "educator.changed"

    organisation_id: UUID


class CurrencyChanged(Message):
    """An educator's currency changed, because evidence came or time passed. The subject is the educator.

    It travels with the members `from` and `to`.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    type: ClassVar[str] = "educator.currency_changed"

    educator_id: UUID
    from_status: CurrencyStatus = Field(serialization_alias="from")
    to_status: CurrencyStatus = Field(serialization_alias="to")
    basis: Basis | None
    current_until: date | None
    occurred_on: date


class NudgeDue(Message):
    """An educator has had no student for so many months: 18, 21 or 23, each told once in an idle spell.

    The subject is the educator.
    """

    type: ClassVar[str] = "educator.nudge_due"

    educator_id: UUID
    months: int


class BecameUnavailable(Message):
    """Days on which an educator takes no student have begun, and placements hold seats on some of them.

    The subject is the educator; `ends_on` is absent where nobody knows it yet.
    """

    type: ClassVar[str] = "educator.became_unavailable"

    unavailability_id: UUID
    educator_id: UUID
    starts_on: date
    ends_on: date | None
    placement_ids: list[UUID]


class UnavailabilityChanged(Message):
    """Days away that were told of are other days now, or were never so (`is_withdrawn`). The subject is the educator."""

    type: ClassVar[str] = "educator.unavailability_changed"

    unavailability_id: UUID
    educator_id: UUID
    starts_on: date
    ends_on: date | None
    is_withdrawn: bool


class SupportEpisodeRecorded(Message):
    """A student's stay with an educator was put on record or corrected. The subject is the episode."""

    type: ClassVar[str] = "support_episode.recorded"

    support_episode_id: UUID
    educator_id: UUID
    placement_id: UUID | None
    placement_level: PlacementLevel
    started_on: date
    ended_on: date | None
    days: int | None


class SupportEpisodeWithdrawn(Message):
    """A student's stay with an educator was on record by mistake and counts no more. The subject is the episode."""

    type: ClassVar[str] = "support_episode.withdrawn"

    support_episode_id: UUID
    educator_id: UUID
    placement_id: UUID | None


class WaiverChanged(Message):
    """A waiver was asked for, approved, refused or revoked. The subject is the waiver."""

    type: ClassVar[str] = "waiver.changed"

    waiver_id: UUID
    educator_id: UUID
    placement_id: UUID | None
    rule_code: RuleCode
    state: WaiverState
    expires_on: date


class RuleParametersChanged(Message):
    """The partnership has new rule parameters from a day on. The subject is their version."""

    type: ClassVar[str] = "rule_parameters.changed"

    number: int
    applies_from_on: date


class SeatHeld(Message):
    """A placement has one of an educator's seats. The subject is the placement."""

    type: ClassVar[str] = "seat.held"

    placement_id: UUID
    educator_id: UUID
    starts_on: date
    ends_on: date


class SeatReleased(Message):
    """A placement gave its seat back. The subject is the placement."""

    type: ClassVar[str] = "seat.released"

    placement_id: UUID
    educator_id: UUID


class CpdActivityOpened(Message):
    """A CPD activity can be booked. The subject is the activity."""

    type: ClassVar[str] = "cpd_activity.opened"

    organisation_id: UUID
    kind: ActivityKind
    starts_on: date


class CpdActivityCancelled(Message):
    """A CPD activity was called off; each of its bookings is told of, too. The subject is the activity."""

    type: ClassVar[str] = "cpd_activity.cancelled"

    organisation_id: UUID


class BookingStep(Message):
    """Something happened to an educator's booking of a CPD activity. The subject is the booking."""

    activity_id: UUID
    educator_id: UUID


class BookingConfirmed(BookingStep):
    """The educator has a place."""

    type: ClassVar[str] = "booking.confirmed"


class BookingWaitlisted(BookingStep):
    """The activity is full: the educator waits for a place."""

    type: ClassVar[str] = "booking.waitlisted"


class BookingPromoted(BookingStep):
    """A place became free for an educator who waited."""

    type: ClassVar[str] = "booking.promoted"


class BookingCancelled(BookingStep):
    """The educator gave the place or the waiting up, or the activity was called off."""

    type: ClassVar[str] = "booking.cancelled"
