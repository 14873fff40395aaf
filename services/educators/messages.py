"""What the educators service tells the world: the published contract of its change feed and webhooks.

Payloads hold ids, dates, counts and codes, and nothing personal. Fields are only ever added. The educator's organisation sees
these messages, beside those who see the whole partnership.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field

from services.educators.domain.codes import Basis, CurrencyStatus, PlacementLevel
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
