"""What the service tells about struggling placements: what was noticed, how concerns move, and gaps in the policy."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from services.placements.domain.vocabulary import (
    ConcernAbout,
    ConcernLevel,
    Severity,
)
from shared.events.outbox import Message


class SignalRecorded(Message):
    """Something about a placement was noticed."""

    type: ClassVar[str] = "signal.recorded"

    placement_id: UUID
    rule_code: str
    severity: Severity
    about: ConcernAbout


class ConcernStep(Message):
    """A concern took a step. `due_at` is when its next step is due, if one is."""

    placement_id: UUID
    case_number: str
    about: ConcernAbout
    level: ConcernLevel
    from_level: ConcernLevel | None
    due_at: datetime | None


class ConcernOpened(ConcernStep):
    """Signals about a placement became a concern."""

    type: ClassVar[str] = "concern.opened"


class ConcernAcknowledged(ConcernStep):
    """A person has the concern in hand, for a stated time."""

    type: ClassVar[str] = "concern.acknowledged"


class ConcernEscalated(ConcernStep):
    """The concern rose to a higher level."""

    type: ClassVar[str] = "concern.escalated"


class ConcernClosed(ConcernStep):
    """A person closed the concern with an outcome."""

    type: ClassVar[str] = "concern.closed"


class PlacementSearchBegun(Message):
    """Another placement is looked for, for the student of this one."""

    type: ClassVar[str] = "placement_search.begun"

    placement_id: UUID


class PlacementSearchTakesLong(Message):
    """A search has taken so many working days: 20 are told to the programme lead, 40 to the board."""

    type: ClassVar[str] = "placement_search.takes_long"

    placement_id: UUID
    working_days: int


class PlacementSearchEnded(Message):
    """The search has ended."""

    type: ClassVar[str] = "placement_search.ended"

    placement_id: UUID


class EscalationPolicyPublished(Message):
    """A version of the partnership's escalation policy was published by a second person. Open concerns keep their own."""

    type: ClassVar[str] = "escalation_policy.published"

    number: int
    effective_from: datetime


class PolicyGapsFound(Message):
    """The nightly look found roles of the escalation policy in which nobody can be reached for some placements."""

    type: ClassVar[str] = "policy_gaps.found"

    roles: list[str]
    placements: int


class PolicyGapNoticed(Message):
    """A concern stands at a level whose owner nobody can reach: the partnership must name somebody in the role."""

    type: ClassVar[str] = "policy_gap.noticed"

    placement_id: UUID
    case_number: str
    level: ConcernLevel
    role: str
