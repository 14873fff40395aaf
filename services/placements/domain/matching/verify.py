"""A check of a stored result by anybody, from inputs, assignments and certificate alone: no solver and no fractions.

Three things are shown: the assignments break no rule and no limit (`check`); each aim's value is what they add up to
(`gains`), the lottery's numbers computed anew from the published seed; and no result can be better in any aim without being
worse in one before it (`bound`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from services.placements.domain.matching.bound import EVERYTHING, Bound, Part
from services.placements.domain.matching.canonical import canonical, canonical_hash
from services.placements.domain.matching.certificate import Certificate, Fork, Stage
from services.placements.domain.matching.check import Breach, find_breaches
from services.placements.domain.matching.codes import MINIMISED_AIMS, AimCode
from services.placements.domain.matching.faults import find_faults
from services.placements.domain.matching.gains import Gains
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.possible import Possible
from services.placements.domain.matching.result import Assignment

HASH_MISSTATED, AIMS_MISSTATED = "hash_misstated", "aims_misstated"
VALUE_MISSTATED, BOUND_MISSTATED = "value_misstated", "bound_misstated"
"""What a result can say falsely about itself, beside the breaches that `check` finds."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check found: what is wrong with the result, and the aims that the prices do not prove."""

    breaches: tuple[Breach, ...]
    unproved: tuple[AimCode, ...]

    @property
    def holds(self) -> bool:
        """Whether the result is feasible, says what it is, and nothing can be better."""
        return not self.breaches and not self.unproved


def verify(
    inputs: MatchInputs,
    assignments: tuple[Assignment, ...],
    certificate: Certificate,
    named: str,
    tell: Callable[[str], None] = lambda _: None,
) -> Verdict:
    """Check a result of these inputs; `named` is the hash the run says they have. Journeys are the default estimator's.

    `tell` hears what is looked at next.
    """
    tell("the inputs")
    inputs = canonical(inputs)
    if breaches := tuple(_misnamed(inputs, named) or _contradictions(inputs)):
        return Verdict(breaches, inputs.rules.aims)
    tell(f"rules and limits of {len(assignments)} students placed")
    if breaches := find_breaches(inputs, assignments):
        return Verdict(breaches, inputs.rules.aims)
    requests = {each.id: each for each in inputs.requests}
    offers = {each.id: each for each in inputs.offers}
    given = ((requests[each.request_id], offers[each.offer_id]) for each in assignments)
    gains = Gains(inputs).of_result(given)
    if breaches := tuple(_misstated(inputs, gains, certificate)):
        return Verdict(breaches, inputs.rules.aims)
    tell(f"what is possible for {len(requests)} students in {len(offers)} offers")
    check = _Check(inputs, gains, Possible(inputs), tell)
    proved = {inputs.rules.aims[at] for at in check.proved(certificate)}
    gaps = (each.code for each in certificate.aims if each.gap and each.code in proved)
    return Verdict(
        tuple(Breach(BOUND_MISSTATED, code) for code in gaps),
        tuple(aim for aim in inputs.rules.aims if aim not in proved),
    )


def _misnamed(inputs: MatchInputs, named: str) -> list[Breach]:
    return [] if canonical_hash(inputs) == named else [Breach(HASH_MISSTATED, named)]


def _contradictions(inputs: MatchInputs) -> Iterator[Breach]:
    return (Breach(fault.code, fault.id) for fault in find_faults(inputs))


def _misstated(inputs: MatchInputs, gains: tuple[int, ...], certificate: Certificate) -> Iterator[Breach]:
    if tuple(proof.code for proof in certificate.aims) != inputs.rules.aims:
        yield Breach(AIMS_MISSTATED, "")
        return
    for proof, gain in zip(certificate.aims, gains, strict=True):
        least = proof.code in MINIMISED_AIMS
        if (proof.value, proof.least) != (-gain if least else gain, least):
            yield Breach(VALUE_MISSTATED, proof.code)


@dataclass(frozen=True, slots=True)
class _Check:
    """A result whose certificate is looked at: what it gains, and the pairs that are possible."""

    inputs: MatchInputs
    gains: tuple[int, ...]
    possible: Possible
    tell: Callable[[str], None]

    def proved(self, certificate: Certificate) -> set[int]:
        """Return the numbers of the aims that no result can do better in, those before them staying as they are."""
        proved: set[int] = set()
        everything = set(range(len(self.gains)))
        if not len(self.possible):
            return everything
        for stage in certificate.stages:
            # An aim before a pin would be proved only for those results that have the pin's value: for too few.
            last = max(stage.pins, default=-1)
            proved.update(at for at in self._by_prices(stage) if at > last)
        if proved < everything and certificate.search and self._searched(certificate.search, proved):
            return everything
        return proved

    def _by_prices(self, stage: Stage) -> Iterator[int]:
        for at, total in self._bounds(stage, EVERYTHING) if stage.fits(len(self.gains)) else ():
            # Values are whole: a bound less than one above an aim proves it, though no aim after it.
            if total // stage.scale[at] == self.gains[at]:
                yield at
            if total != self.gains[at] * stage.scale[at]:
                return

    def _searched(self, search: Fork | Stage, proved: set[int]) -> bool:
        """Return whether nothing is better in any part; the parts of a fork are together all of what it cuts."""
        left = [(search, EVERYTHING)]
        while left:
            tree, part = left.pop()
            if isinstance(tree, Fork):
                left += zip(tree.parts, part.halves(tree), strict=True)
            elif not self._nothing_better(tree, part, proved):
                return False
        return True

    def _nothing_better(self, stage: Stage, part: Part, proved: set[int]) -> bool:
        """Return whether the prices show it; what they take as settled must be proved, with all aims before it."""
        if not stage.fits(len(self.gains)) or not proved.issuperset(range(max(stage.pins, default=-1) + 1)):
            return False
        last = len(self.gains) - 1
        for at, total in self._bounds(stage, part):
            if total != self.gains[at] * stage.scale[at]:
                # Values are whole: less than the result's, or less than one above it at the very last aim, is not better.
                return total // stage.scale[at] < self.gains[at] + (at == last)
        return stage.until == last

    def _bounds(self, stage: Stage, part: Part) -> Iterator[tuple[int, int]]:
        """Return the numbers of the aims that a stage bounds, each with its bound, in units of the stage."""
        self.tell(f"whether anything could be better, by {len(stage.offers)} prices of offers")
        bound = Bound(self.inputs, stage, self.gains, self.possible, part)
        return zip(bound.free, bound.total(), strict=True)
