"""A check of a stored result by anybody, from inputs, assignments and certificate alone: no solver, no numpy, no fractions.

Three things are shown: the assignments break no rule and no limit (`check`); each aim's value is what they add up to
(`gains`), the lottery's numbers computed anew from the published seed; and no result can be better in any aim without being
worse in one before it (`bound`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from services.placements.domain.matching.bound import EVERYTHING, Bound, Part, Possible
from services.placements.domain.matching.canonical import canonical, canonical_hash
from services.placements.domain.matching.certificate import Certificate, Fork, Stage
from services.placements.domain.matching.check import Breach, find_breaches, rules_broken
from services.placements.domain.matching.codes import MINIMISED_AIMS, AimCode
from services.placements.domain.matching.gains import Gains
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.result import Assignment

HASH_MISSTATED, VALUE_MISSTATED, AIMS_MISSTATED = "hash_misstated", "value_misstated", "aims_misstated"
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
    inputs: MatchInputs, assignments: tuple[Assignment, ...], certificate: Certificate, named: str
) -> Verdict:
    """Check a result of these inputs; `named` is the hash the run says they have. Journeys are the default estimator's."""
    inputs = canonical(inputs)
    if breaches := (*_misnamed(inputs, named), *find_breaches(inputs, assignments)):
        return Verdict(breaches, inputs.rules.aims)
    requests = {each.id: each for each in inputs.requests}
    offers = {each.id: each for each in inputs.offers}
    given = ((requests[each.request_id], offers[each.offer_id]) for each in assignments)
    gains = Gains(inputs).of_result(given)
    if breaches := tuple(_misstated(inputs, gains, certificate)):
        return Verdict(breaches, inputs.rules.aims)
    check = _Check(inputs, gains, Possible(inputs))
    proved = set(check.proved(certificate))
    tree = certificate.search
    if tree is not None and check.searched(tree, EVERYTHING, proved):
        proved = set(range(len(gains)))
    return Verdict((), tuple(aim for at, aim in enumerate(inputs.rules.aims) if at not in proved))


def _misnamed(inputs: MatchInputs, named: str) -> Iterator[Breach]:
    if canonical_hash(inputs) != named:
        yield Breach(HASH_MISSTATED, named)


def _misstated(inputs: MatchInputs, gains: tuple[int, ...], certificate: Certificate) -> Iterator[Breach]:
    if tuple(proof.code for proof in certificate.aims) != inputs.rules.aims:
        yield Breach(AIMS_MISSTATED, "")
        return
    for proof, gain in zip(certificate.aims, gains, strict=True):
        if proof.value != (-gain if proof.code in MINIMISED_AIMS else gain):
            yield Breach(VALUE_MISSTATED, proof.code)


@dataclass(frozen=True, slots=True)
class _Check:
    """A result whose certificate is looked at: what it gains, and the pairs that are possible."""

    inputs: MatchInputs
    gains: tuple[int, ...]
    possible: Possible

    def proved(self, certificate: Certificate) -> Iterator[int]:
        """Yield the numbers of the aims that no result can do better in, those before them staying as they are."""
        if not certificate.stages and not any(_possible(self.inputs)):
            yield from range(len(self.gains))
        for stage in certificate.stages:
            bound = Bound(self.inputs, stage, self.gains, self.possible, EVERYTHING)
            for at, total in zip(bound.free, bound.total(), strict=True):
                if total == self.gains[at] * stage.scale[at]:
                    yield at
                    continue
                # Values are whole: a bound less than one above the last aim of a stage proves it too, and no aim after it.
                if at == stage.until and total // stage.scale[at] == self.gains[at]:
                    yield at
                break

    def searched(self, tree: Fork | Stage, part: Part, proved: set[int]) -> bool:
        """Return whether nothing in any part is better. A stage may take as settled only what is `proved` before."""
        if isinstance(tree, Fork):
            halves = zip(tree.parts, part.halves(tree), strict=True)
            return all(self.searched(each, half, proved) for each, half in halves)
        if not all(set(range(pin + 1)) <= proved for pin in tree.pins):
            return False
        bound = Bound(self.inputs, tree, self.gains, self.possible, part)
        last = len(self.gains) - 1
        for at, total in zip(bound.free, bound.total(), strict=True):
            if total != self.gains[at] * tree.scale[at]:
                # Values are whole: less than the result's, or less than one above it at the very last aim, is not better.
                return total // tree.scale[at] < self.gains[at] + (at == last)
        return tree.until == last


def _possible(inputs: MatchInputs) -> Iterator[bool]:
    """Yield, for every pair, whether it is possible."""
    if inputs.held:
        yield True
    for request in inputs.requests:
        yield from (not rules_broken(inputs, request, offer) for offer in inputs.offers)
