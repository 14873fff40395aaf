"""The life of a placement as one table: from which status which step leads where. Everything that changes a status uses it.

A concern never changes a status; pausing and suspending are decisions of people.
"""

from dataclasses import dataclass
from enum import StrEnum

from services.placements.domain.vocabulary import PlacementStatus as Status
from shared.errors import Fault, Invalid, InvalidState


class EarlyEndReason(StrEnum):
    """Why a placement ended before its planned end; coded, so that a partnership can count where placements break down."""

    STUDENT_WITHDREW = "student_withdrew"
    HEALTH = "health"
    PERSONAL_CIRCUMSTANCES = "personal_circumstances"
    LEARNING_NEEDS_NOT_MET = "learning_needs_not_met"
    CONCERN_NOT_RESOLVED = "concern_not_resolved"
    FITNESS_TO_PRACTISE = "fitness_to_practise"
    SAFETY = "safety"
    EDUCATOR_UNAVAILABLE = "educator_unavailable"
    TEAM_REORGANISED = "team_reorganised"
    SETTING_CLOSED = "setting_closed"
    OTHER = "other"


class Step(StrEnum):
    """What can be done to a placement; each is a sub-resource of it."""

    CONFIRMATION = "confirmation"
    START = "start"
    PAUSE = "pause"
    RESUMPTION = "resumption"
    SUSPENSION = "suspension"
    COMPLETION = "completion"
    EARLY_END = "early-end"
    CANCELLATION = "cancellation"


@dataclass(frozen=True, slots=True)
class Transition:
    """A step, the statuses it is open from, and where it leads."""

    step: Step
    sources: tuple[Status, ...]
    target: Status


TRANSITIONS = (
    Transition(Step.CONFIRMATION, (Status.PROPOSED,), Status.CONFIRMED),
    Transition(Step.START, (Status.CONFIRMED,), Status.ACTIVE),
    Transition(Step.PAUSE, (Status.ACTIVE,), Status.PAUSED),
    Transition(Step.SUSPENSION, (Status.ACTIVE, Status.PAUSED), Status.SUSPENDED),
    Transition(Step.RESUMPTION, (Status.PAUSED, Status.SUSPENDED), Status.ACTIVE),
    Transition(Step.COMPLETION, (Status.ACTIVE,), Status.COMPLETED),
    Transition(Step.EARLY_END, (Status.ACTIVE, Status.PAUSED, Status.SUSPENDED), Status.ENDED_EARLY),
    Transition(Step.CANCELLATION, (Status.PROPOSED, Status.CONFIRMED), Status.CANCELLED),
)
"""The whole life of a placement."""

_BY_STEP = {transition.step: transition for transition in TRANSITIONS}

ENDED = frozenset({Status.COMPLETED, Status.ENDED_EARLY, Status.CANCELLED})
"""Statuses from which nothing leads on."""


def open_steps(status: Status) -> tuple[Step, ...]:
    """What can be done from this status."""
    return tuple(t.step for t in TRANSITIONS if status in t.sources)


def after(step: Step, status: Status) -> Status:
    """The status a step leads to; refused with the open steps when it is not open from `status`."""
    transition = _BY_STEP[step]
    if status not in transition.sources:
        raise InvalidState("placement", status.value, [each.value for each in open_steps(status)])
    return transition.target


def drawn() -> str:
    """The table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> proposed"]
    lines += [f"    {s.value} --> {t.target.value}: {t.step.value}" for t in TRANSITIONS for s in t.sources]
    lines += [f"    {status.value} --> [*]" for status in Status if status in ENDED]
    return "\n".join(lines)


_NEED_A_REASON = frozenset({Step.PAUSE, Step.SUSPENSION, Step.EARLY_END, Step.CANCELLATION})


def expect_reason(step: Step, reason_code: str | None) -> None:
    """Refuse a step that needs a reason without one, and an early end for what is no `EarlyEndReason`."""
    if step in _NEED_A_REASON and reason_code is None:
        raise Invalid([Fault("/reason_code", "missing", "Say why, with one of the coded reasons.")])
    if step is Step.EARLY_END and reason_code not in set(EarlyEndReason):
        known = ", ".join(EarlyEndReason)
        raise Invalid(
            [Fault("/reason_code", "unknown_reason", f"A placement ends early for one of: {known}.")]
        )
