"""A placement of the placements service as far as an educator's evidence depends on it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.educators.domain.codes import PlacementLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One step of one placement, as it was told. `days_approved` are days that give credit; halves count as halves."""

    id: UUID
    student_id: UUID
    educator_id: UUID
    placement_level: PlacementLevel
    starts_on: date
    ends_on: date
    days_required: int
    days_approved: float
    midway_reported: bool
    occurred_on: date

    @property
    def first_day(self) -> date:
        """The day from which the student was there: when it was started, but not before it was planned to."""
        return max(self.starts_on, min(self.occurred_on, self.ends_on))

    @property
    def last_day(self) -> date:
        """The last day the student can have been there: the planned one, or the day it was ended if that was earlier."""
        return min(self.ends_on, self.occurred_on)
