"""One question of eligibility: this educator, this placement, and all that is known; and what one rule answers."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.educators.domain.codes import Mode, PlacementLevel, RuleCode, RuleResult
from services.educators.domain.currency import Currency
from services.educators.domain.evidence import Educator, Evidence
from services.educators.domain.parameters import Parameters


@dataclass(frozen=True, slots=True)
class PlacementShape:
    """What matters of a placement to the question who may take it. `mode` overrides how the educator usually works."""

    placement_level: PlacementLevel
    starts_on: date
    ends_on: date
    mode: Mode | None = None
    on_site_supervisor_named: bool | None = None
    """Whether somebody supervises day to day where the educator is off site; none means nobody said."""

    student_id: UUID | None = None
    """Who the student is, where that is known: needed to see a conflict."""

    placement_id: UUID | None = None
    """The placement itself, where it exists: the seat it holds is its own, and a waiver may be for it alone."""

    ratifying_educator_id: UUID | None = None
    """The Stage 2 educator who would ratify a Stage 1 educator's judgement, where it is not their mentor."""

    hub_facilitator_educator_ids: frozenset[UUID] | None = None
    """The educators who facilitate the student's hub; none means nobody said."""


@dataclass(frozen=True, slots=True)
class Seats:
    """An educator's seats over a placement's dates: how many at most, and how many are held on the busiest day."""

    max_concurrent: int
    held: int

    @property
    def free(self) -> int:
        """How many more students would fit on every day."""
        return max(0, self.max_concurrent - self.held)


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the rules look at for one educator and one placement."""

    educator: Educator
    evidence: Evidence
    parameters: Parameters
    placement: PlacementShape
    seats: Seats
    at_start: Currency
    """Currency on the placement's first day."""

    mentor_current: bool = False
    """A Stage 2 educator is named as mentor and is current on the first day."""

    ratifier_current: bool = False
    """The educator whom the placement names to ratify is another one, of Stage 2 and current on the first day."""

    @property
    def mode(self) -> Mode:
        """How the educator would work in this placement."""
        return self.placement.mode or self.educator.mode


class Finding(NamedTuple):
    """What one rule says, on what evidence, until when, and what would change it.

    A named tuple because tens of thousands are made for one batch of decisions. `waiver_id`: the rule blocks, and this
    waiver turns the block into a condition.
    """

    code: RuleCode
    result: RuleResult
    detail: str
    evidence_ids: tuple[UUID, ...] = ()
    expires_on: date | None = None
    fix: str | None = None
    waivable: bool = False
    waiver_id: UUID | None = None
