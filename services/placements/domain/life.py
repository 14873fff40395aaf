"""A placement's life so far, as one value: what its calendar follows from, its days, and its named steps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.placements.domain.named_steps import Minima, SupervisionKind
from services.placements.domain.progress import Recorded
from services.placements.domain.schedule import ONE_DAY, Stretch, Terms
from services.placements.domain.vocabulary import (
    Checkpoint,
    PcfDomain,
    PlacementLevel,
    PlacementStatus,
    Recommendation,
    ReportKind,
    Respondent,
)

_RESTING = frozenset({PlacementStatus.PAUSED, PlacementStatus.SUSPENDED})
OVER = frozenset({PlacementStatus.COMPLETED, PlacementStatus.ENDED_EARLY})
"""A placement that took place and does not go on."""


@dataclass(frozen=True, slots=True)
class Around:
    """The people around a placement, by the ids their tokens name. One who is missing is None."""

    student_id: UUID
    educator_id: UUID | None
    on_site_supervisor_id: UUID | None
    tutor_id: UUID | None
    university_id: UUID


@dataclass(frozen=True, slots=True)
class Supervised:
    """One supervision: when, how long, of which kind, touching which domains."""

    on: date
    minutes: int
    kind: SupervisionKind
    domains: frozenset[PcfDomain] = frozenset()


@dataclass(frozen=True, slots=True)
class Observed:
    """One direct observation."""

    on: date
    domains: frozenset[PcfDomain] = frozenset()


@dataclass(frozen=True, slots=True)
class ReviewSoFar:
    """One QAMP review: when it is due, who has answered, and whether it is moderated."""

    id: UUID
    checkpoint: Checkpoint
    due_on: date
    answered: frozenset[Respondent] = frozenset()
    is_moderated: bool = False


@dataclass(frozen=True, slots=True)
class Reported:
    """A report that was made."""

    recommendation: Recommendation
    domains: frozenset[PcfDomain] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """Everything that what is due, how far it is, and what is worth noticing follow from."""

    id: UUID
    status: PlacementStatus
    level: PlacementLevel
    minima: Minima
    terms: Terms
    agreed_end_on: date
    """The last day that was agreed with host and university; the plan may end on another."""
    ended_on: date | None = None
    around: Around
    records: Sequence[Recorded] = ()
    agreement_held_on: date | None = None
    signed_by: frozenset[str] = frozenset()
    supervisions: Sequence[Supervised] = ()
    observations: Sequence[Observed] = ()
    reviews: Sequence[ReviewSoFar] = ()
    reports: Mapping[ReportKind, Reported]
    is_surveyed: bool = False

    @property
    def last_formal_supervision(self) -> date | None:
        """The day of the last formal supervision."""
        return max((s.on for s in self.supervisions if s.kind is SupervisionKind.FORMAL), default=None)

    @property
    def domains_touched(self) -> dict[PcfDomain, int]:
        """How often each of the nine PCF domains was touched by a supervision, an observation or a report."""
        touched: dict[PcfDomain, int] = dict.fromkeys(PcfDomain, 0)
        of_each = [
            *(each.domains for each in self.supervisions),
            *(each.domains for each in self.observations),
            *(each.domains for each in self.reports.values()),
        ]
        for domains in of_each:
            for domain in domains:
                touched[domain] += 1
        return touched


def rests_of(steps: Iterable[tuple[PlacementStatus, date]]) -> tuple[Stretch, ...]:
    """Pauses and suspensions as stretches of days, of all steps in order as (status they led to, day it holds from).

    The day on which a placement goes on is a day of placement again.
    """
    rests: list[Stretch] = []
    began: date | None = None
    for status, day in steps:
        if status in _RESTING:
            began = began or day
        elif began is not None:
            if day > began:
                rests.append(Stretch(began, day - ONE_DAY))
            began = None
    return (*rests, Stretch(began)) if began else tuple(rests)


def ended_on(steps: Iterable[tuple[PlacementStatus, date]]) -> date | None:
    """The day on which a placement was completed or ended early, of all its steps as above."""
    return next((day for status, day in steps if status in OVER), None)
