"""What is on record of a term: everything that was noticed about placements, what people did, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.placements.domain.escalation.codes import Act, Outcome, RuleCode
from services.placements.domain.escalation.policy import Facts
from services.placements.domain.escalation.recipients import Roster
from services.placements.domain.vocabulary import ConcernAbout
from shared.calendar import Calendar


@dataclass(frozen=True, slots=True)
class NotedFacts:
    """Facts as they were noticed. `clears_cause` says that facts that are no signal end all earlier ones of the cause."""

    at: datetime
    rule: RuleCode
    facts: Facts
    about: ConcernAbout | None
    cause: str
    occurrence: str
    clears_cause: bool = False


@dataclass(frozen=True, slots=True)
class PersonsAct:
    """What somebody did with a concern, with the codes and dates of it."""

    at: datetime
    act: Act
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A concern that there was: what people did with it, and what they found in the end."""

    id: UUID
    route: str
    opened_at: datetime
    outcome: Outcome | None
    acts: tuple[PersonsAct, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """All that is on record of one placement in a term."""

    placement_id: UUID
    weekdays: tuple[int, ...]
    calendar: Calendar
    roster: Roster
    noted: tuple[NotedFacts, ...]
    """In the order in which they were noticed."""
    recorded: tuple[Recorded, ...]
    """In the order in which they were opened."""
