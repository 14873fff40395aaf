"""How many students could be taken between two days: seats of educators who may take one, those held, and those free."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.educators.domain.codes import Directorate, Employment, Mode
from services.educators.domain.parameters import Parameters
from services.educators.domain.seats import Hold, busiest


@dataclass(frozen=True, slots=True)
class Supplier:
    """An educator who may take students now: current, or in training with a current mentor.

    `lapses_on` is the first day on which they would be lapsed; `away` says that they are unavailable on one of the days.
    """

    id: UUID
    organisation_id: UUID
    directorate: Directorate | None
    mode: Mode
    employment: Employment
    max_concurrent: int | None
    lapses_on: date | None
    away: bool


class Group(NamedTuple):
    """What seats are counted by."""

    organisation_id: UUID
    directorate: Directorate | None
    mode: Mode


@dataclass(slots=True)
class Supply:
    """Seats of some educators between two days. `held` are those on each educator's busiest day.

    `at_risk` are the free seats of educators who lapse before the first day unless new evidence comes; those of
    educators who are away are in none of these numbers, and counted as `away`.
    """

    educators: int = 0
    seats: int = 0
    held: int = 0
    free: int = 0
    at_risk: int = 0
    away: int = 0


class Demand(NamedTuple):
    """Requests in rounds that overlap the days, and how many of them have a placement that goes ahead or went."""

    requests: int
    placed: int

    @property
    def unplaced(self) -> int:
        """Students who still need a seat."""
        return self.requests - self.placed


def supply(
    suppliers: Iterable[Supplier], held: Mapping[UUID, Iterable[Hold]], days: Hold, parameters: Parameters
) -> dict[Group, Supply]:
    """The seats from the first to the last day, both included, by organisation, directorate and mode."""
    groups: dict[Group, Supply] = {}
    for one in suppliers:
        group = groups.setdefault(Group(one.organisation_id, one.directorate, one.mode), Supply())
        if one.away:
            group.away += 1
            continue
        seats = parameters.seats(one.max_concurrent, one.mode, one.employment)
        taken = busiest(held.get(one.id, ()), days.starts_on, days.ends_on)
        free = max(0, seats - taken)
        group.educators += 1
        group.seats += seats
        group.held += taken
        group.free += free
        group.at_risk += free if one.lapses_on is not None and one.lapses_on <= days.starts_on else 0
    return groups
