"""What a replay finds: concerns that would have been, and who would have been told."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.placements.domain.escalation.codes import Outcome, RuleCode, StepCode, Template
from services.placements.domain.escalation.courses import Recorded
from services.placements.domain.escalation.transitions import Earlier, State
from services.placements.domain.signals import Signal
from services.placements.domain.vocabulary import ConcernLevel


@dataclass(frozen=True, slots=True)
class Message:
    """Somebody would have been told."""

    at: datetime
    person: UUID
    template: Template
    concern: UUID | None
    immediate: bool = False


@dataclass(slots=True)
class ReplayedStep:
    """Something that would have been due."""

    code: StepCode
    due_at: datetime
    rung: int = 0


@dataclass(slots=True)
class Replayed:
    """A concern that would have been: what opened it and when, how far it rose, and which recorded one it stands for."""

    id: UUID
    placement_id: UUID
    route: str
    opened_at: datetime
    rule: RuleCode
    state: State
    highest: ConcernLevel
    recorded: Recorded | None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    held_until: datetime | None = None
    steps: list[ReplayedStep] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)

    def as_earlier(self) -> Earlier | None:
        """The concern as the rules see one that is closed; None while it is open."""
        if self.closed_at is None or self.outcome is None:
            return None
        return Earlier(self.opened_at, self.closed_at, self.outcome)
