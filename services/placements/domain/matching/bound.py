"""What no result of a round can exceed, by the prices of a certificate: weak duality in integers, without a solver.

A student adds at most what their best place adds beyond its price; a seat at most its price beyond those of the limits on
it; a limit, its seats times its price. That bounds every result, whatever the prices are. Rows of one integer per aim
are compared like words in a dictionary, so one sum bounds all aims in their order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.certificate import Fork, Price, Stage
from services.placements.domain.matching.codes import FAIRNESS_AIMS, AimCode
from services.placements.domain.matching.gains import Gains
from services.placements.domain.matching.inputs import MatchInputs, OfferInput
from services.placements.domain.matching.possible import Bools, Ints, Possible

Name = tuple[str, str]

Whole = npt.NDArray[Any]
"""Integers, of 64 bits or of any size."""

ROOM = 2**57
"""What is added up of one pair, two shares and a price and a pin for each aim at most, is less than sixty such numbers."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part of what is possible that some cuts leave: seats of offers, pairs that are not there, and those that are."""

    at_most: Mapping[str, int] = field(default_factory=dict)
    at_least: Mapping[str, int] = field(default_factory=dict)
    without: frozenset[tuple[str, str]] = frozenset()
    taken: Mapping[str, str] = field(default_factory=dict)

    def halves(self, fork: Fork) -> tuple["Part", "Part"]:
        """Return the two parts of a cut."""
        offer = fork.offer_id
        if fork.request_id is not None:
            pair = fork.request_id, offer
            without = replace(self, without=self.without | {pair})
            return without, replace(self, taken={**self.taken, fork.request_id: offer})
        most = min(fork.seats, self.at_most.get(offer, fork.seats))
        least = max(fork.seats + 1, self.at_least.get(offer, 0))
        few = replace(self, at_most={**self.at_most, offer: most})
        return few, replace(self, at_least={**self.at_least, offer: least})


EVERYTHING = Part()


def _limits(inputs: MatchInputs) -> dict[Name, int]:
    """Return the seats of every limit over several offers."""
    seats: dict[Name, int] = {}
    for offer in inputs.offers:
        if offer.educator_id is not None and offer.educator_seats is not None:
            seats["educator", offer.educator_id] = offer.educator_seats
    for cap in inputs.rules.caps:
        name = cap.kind.value, cap.id
        seats[name] = min(cap.seats, seats.get(name, cap.seats))
    return seats


def _over(offer: OfferInput) -> list[Name]:
    names = [("setting", each) for each in offer.settings]
    names += [("organisation", each) for each in offer.organisations]
    return names if offer.educator_id is None else [*names, ("educator", offer.educator_id)]


def _plus(*rows: Price) -> Price:
    return tuple(map(sum, zip(*rows, strict=True)))


def _less(row: Price, other: Price) -> Price:
    return tuple(mine - theirs for mine, theirs in zip(row, other, strict=True))


class Bound:
    """The bound that one stage's prices give, in units of 1/scale. `values` are the result's, more being better.

    It is of all results that are like it in every aim up to the last pin; and from fairness on, whose shares are of so many
    first and second preferences as the result has, of all that have as many of these.
    """

    def __init__(
        self, inputs: MatchInputs, stage: Stage, values: tuple[int, ...], possible: Possible, part: Part
    ) -> None:
        self._inputs, self._stage, self._values, self._part = inputs, stage, values, part
        self._aims, self._gains = inputs.rules.aims, Gains(inputs)
        self.free = [at for at in range(stage.until + 1) if at not in stage.pins]
        """The aims that are bounded here; those settled by an earlier stage are constants."""
        self._nothing = (0,) * len(self.free)
        self._seats = _limits(inputs)
        by_kind = {
            "educator": stage.educators,
            "setting": stage.settings,
            "organisation": stage.organisations,
        }
        self._limits = {name: self._never_below(by_kind[name[0]].get(name[1])) for name in self._seats}
        self._prices = {offer.id: self._row(stage.offers.get(offer.id)) for offer in inputs.offers}
        self._pairs = possible

    def total(self) -> list[int]:
        """Return the bound, a number for each aim in `free`."""
        total = list(self._students())
        for times, row in self._terms():
            for at, value in enumerate(row):
                total[at] += times * value
        return total

    def _terms(self) -> Iterator[tuple[int, Price]]:
        """Yield what the bound adds up beside students: how often, and a row."""
        yield from ((self._values[at], self._pin(at)) for at in self._stage.pins)
        yield from ((self._seats[name], price) for name, price in self._limits.items())
        for offer in self._inputs.offers:
            most = min([offer.places, *(self._seats.get(name, offer.places) for name in _over(offer))])
            beyond = self._beyond(offer)
            if beyond >= self._nothing:
                yield min(most, self._part.at_most.get(offer.id, most)), beyond
            else:
                # Seats that must be used count even where they are worth less than nothing.
                yield self._part.at_least.get(offer.id, 0), beyond
        for at, aim in enumerate(self._aims):
            if aim in FAIRNESS_AIMS:
                yield from self._shares(at, aim)
            elif aim is AimCode.FRONTLINE_COVERAGE:
                yield from self._coverage(at)

    def _row(self, price: Price | None) -> Price:
        return self._nothing if price is None else tuple(price[at] for at in self.free)

    def _never_below(self, price: Price | None) -> Price:
        # A limit with a price below nothing would prove too much, so such a price counts as nothing.
        return max(self._nothing, self._row(price))

    def _unit(self, at: int) -> Price:
        return tuple(self._stage.scale[each] if each == at else 0 for each in self.free)

    def _pin(self, at: int) -> Price:
        # What is not pinned has no price: nothing would pay for it on the other side.
        return self._row(self._stage.pinned.get(self._aims[at]) if at in self._stage.pins else None)

    def _team(self, offer: OfferInput) -> Price:
        price = self._stage.teams.get(offer.setting_id) if offer.is_frontline else None
        return self._never_below(price)

    def _beyond(self, offer: OfferInput) -> Price:
        """Return what a seat is worth beyond the limits on it."""
        owed = [self._limits[name] for name in _over(offer) if name in self._limits]
        return _less(_plus(self._prices[offer.id], self._team(offer)), _plus(self._nothing, *owed))

    def _coverage(self, at: int) -> Iterator[tuple[int, Price]]:
        for team in {offer.setting_id: offer for offer in self._inputs.offers if offer.is_frontline}.values():
            yield 1, max(self._nothing, _less(self._unit(at), _plus(self._team(team), self._pin(at))))

    def _shares(self, at: int, aim: AimCode) -> Iterator[tuple[int, Price]]:
        reached = self._values[self._aims.index(AimCode.FIRST_OR_SECOND)]
        for group, share in self._gains.targets(aim, reached).items():
            price = self._share(aim, group)
            yield share, max(self._nothing, _less(_plus(price, self._pin(at)), self._unit(at)))
            yield -share, price

    def _share(self, aim: AimCode, group: str | None) -> Price:
        of_aim = self._stage.universities if aim is AimCode.UNIVERSITY_FAIRNESS else self._stage.groups
        return self._never_below(of_aim.get(group or ""))

    def _students(self) -> Iterator[int]:
        """Yield, aim by aim, the most that all students can add; only who has a place for certain cannot add nothing."""
        left, nothing = self._here()
        for column, at in enumerate(self.free):
            values, who = self._worth(column, at, left), self._pairs.requests[left]
            first = np.flatnonzero(np.diff(who, prepend=-1))
            best = np.zeros(len(nothing), values.dtype)
            best[who[first]] = np.maximum.reduceat(values, first)
            best[nothing] = np.maximum(best[nothing], 0)
            yield sum(best.tolist())
            left = left[values == best[who]]
            nothing &= best == 0

    def _here(self) -> tuple[Ints, Bools]:
        """Return the pairs of this part, and which requests may have none of them."""
        pairs, part = self._pairs, self._part
        stays, nothing = np.ones(len(pairs), np.bool_), np.ones(len(self._inputs.requests), np.bool_)
        taken = {**part.taken, **{each.request_id: each.offer_id for each in self._inputs.held}}
        for request_id, offer_id in taken.items():
            # A pair that is not possible leaves nothing of the part, of which the bound of more is true as well.
            if (only := pairs.find(request_id, offer_id)) is not None:
                at = pairs.requests[only]
                stays[pairs.starts[at] : pairs.starts[at + 1]] = nothing[at] = False
                stays[only] = True
        for request_id, offer_id in part.without:
            if (gone := pairs.find(request_id, offer_id)) is not None and nothing[pairs.requests[gone]]:
                stays[gone] = False
        return np.flatnonzero(stays), nothing

    def _worth(self, column: int, at: int, which: Ints) -> Whole:
        """Return what places add to an aim beyond their prices, with what shares and pins make of it."""
        pairs, aims = self._pairs, self._aims
        prices = _whole([self._prices[offer.id][column] for offer in self._inputs.offers])
        gains = _times(pairs.gains(aims[at], which), self._stage.scale[at])
        values: Whole = gains - prices[pairs.offers[which]]
        for aim in FAIRNESS_AIMS & set(aims):
            share = {group: self._share(aim, group)[column] for group in self._gains.groups[aim].values()}
            groups = map(self._gains.groups[aim].get, (request.id for request in self._inputs.requests))
            owed = _whole([share.get(group or "", 0) for group in groups])[pairs.requests[which]]
            values = values + owed * pairs.gains(AimCode.FIRST_OR_SECOND, which)
        for pin in self._stage.pins:
            values = values - _times(pairs.gains(aims[pin], which), self._pin(pin)[column])
        return values


def _whole(numbers: list[int]) -> Whole:
    """Return the numbers so that no sum of them overflows: as Python's own integers, of any size, where they are large."""
    whole: Whole = np.array(numbers, np.int64 if max(map(abs, numbers), default=0) < ROOM else object)
    return whole


def _times(numbers: Ints, factor: int) -> Whole:
    """Return the products in the same way."""
    most = int(np.abs(numbers).max(initial=0)) * abs(factor)
    kind = np.int64 if max(most, abs(factor)) < ROOM else object
    product: Whole = numbers.astype(kind) * factor
    return product
