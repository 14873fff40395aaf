"""What the hard rules say about all requests and all offers at once, as arrays: nobody is asked one by one.

Requests that the grouped rules cannot tell apart share one row of rules, offers one column; conflicts and earlier settings
concern a few pairs; journeys are computed for those pairs only that a straight line does not rule out.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from services.placements.domain.matching.codes import RuleCode, TravelMode
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.journey import travel_mode
from services.placements.domain.matching.pairs import TOGETHER, Ints
from services.placements.domain.matching.rules import Rulebook
from services.placements.domain.matching.travel import Points, TravelEstimator, nearby
from services.placements.domain.matching.verdict import BIT, IS_SET, Bits, Few, first_against, number_against

MODES = tuple((travel_mode(can_drive=driving), driving) for driving in (True, False))
"""How students travel, and whether they can drive."""


@dataclass(frozen=True, slots=True)
class Waterfalls:
    """For every request (rows) and rule (columns, in the fixed order) the numbers of a `RuleCount`."""

    removed: Ints
    remaining: Ints
    forbids: Ints
    alone: Ints


class Survey:
    """The rules of one round, over positions of requests and offers in canonical order.

    `struck` are the pairs that conflicts and earlier settings forbid, as rising numbers: the request's times all offers and
    the offer's.
    """

    def __init__(self, inputs: MatchInputs, travel: TravelEstimator) -> None:
        rulebook = Rulebook(inputs)
        self._travel = travel
        self._homes = Points.of(inputs.requests)
        self._places = Points.of(inputs.offers)
        self._limits = rulebook.travel_limits()
        self._drives = np.array([each.can_drive for each in inputs.requests], np.bool_)
        self._offers = len(inputs.offers)
        self._bucket, self._kind, self._grouped = rulebook.buckets, rulebook.kinds, rulebook.against
        found = rulebook.struck_out()
        pairs = sorted(found)
        self.struck = np.array([at * self._offers + offer for at, offer in pairs], np.int64)
        self._bits: Few = np.array([found[each] for each in pairs], np.int16)
        seen = np.zeros(len(IS_SET), np.bool_)
        seen[0] = True
        for row in self._grouped:
            seen[row] = True
        self._sets = np.flatnonzero(seen)
        """All sets of grouped rules that forbid any pair; the first is the empty one."""
        self._number = np.cumsum(seen) - 1
        """The number of each set among them."""

    @cached_property
    def _of_all(self) -> tuple[tuple[Ints, Ints], Ints]:
        return self._within_reach(np.arange(len(self._bucket)))

    def before_striking(self, requests: Ints) -> tuple[Ints, Ints]:
        """Return the pairs that grouped rules and travel allow these requests, in no order; `struck` ones are among them."""
        return (self._of_all if len(requests) == len(self._bucket) else self._within_reach(requests))[0]

    def minutes(self, requests: Ints, offers: Ints) -> Ints:
        """Return the journey of each of these pairs."""
        minutes = np.zeros(len(requests), np.int64)
        for mode, driving in MODES:
            mine = np.flatnonzero(self._drives[requests] == driving)
            minutes[mine] = self._journeys(requests[mine], offers[mine], mode)
        return minutes

    def _journeys(self, requests: Ints, offers: Ints, mode: TravelMode) -> Ints:
        return self._travel.minutes(self._homes, self._places, (requests, offers), mode)

    def against(self, requests: Ints, offers: Ints, minutes: Ints) -> Bits:
        """Return the rules that forbid each of these pairs, which stand by request and then by offer."""
        bits = self.before_travel(requests, offers)
        bits[minutes > self._limits[requests]] |= BIT[RuleCode.TRAVEL]
        return bits

    def open_to(self, request: int) -> int:
        """Return how many offers no rule forbids the request."""
        requests, offers = np.full(self._offers, request), np.arange(self._offers)
        against = self.against(requests, offers, self.minutes(requests, offers))
        return int(np.sum(against == 0))

    def before_travel(self, requests: Ints, offers: Ints) -> Bits:
        """Return the rules other than travel that forbid each of these pairs, which stand by request and then by offer."""
        bits = self._grouped[self._bucket[requests], self._kind[offers]].astype(np.int64)
        pairs = np.append(requests * self._offers + offers, -1)
        at = np.searchsorted(pairs[:-1], self.struck)
        here = pairs[at] == self.struck
        bits[at[here]] |= self._bits[here]
        return bits

    def waterfalls(self) -> Waterfalls:
        """Return what each rule does to each request's offers."""
        struck, offers = np.divmod(self.struck, max(1, self._offers))
        before = self._grouped[self._bucket[struck], self._kind[offers]]
        sets = np.union1d(self._sets, before | self._bits)
        counts = np.zeros((len(self._bucket), 2 * len(sets)), np.int64)
        place = np.searchsorted(sets, self._sets)
        near = self._of_all[1]
        counts[:, place] = near
        counts[:, place + len(sets)] = self._of_bucket() - near
        far = (self.minutes(struck, offers) > self._limits[struck]) * len(sets)
        np.subtract.at(counts, (struck, np.searchsorted(sets, before) + far), 1)
        np.add.at(counts, (struck, np.searchsorted(sets, before | self._bits) + far), 1)
        return _waterfalls(counts, np.concatenate((sets, sets | BIT[RuleCode.TRAVEL])))

    def _of_bucket(self) -> Ints:
        """Return for each request how many offers each set of grouped rules forbids."""
        sizes = np.bincount(self._kind, minlength=self._grouped.shape[1])
        rows = [np.bincount(self._number[row], sizes, len(self._sets)) for row in self._grouped]
        counts = np.array(rows).astype(np.int64).reshape(len(rows), len(self._sets))
        mine: Ints = counts[self._bucket]
        return mine

    def _within_reach(self, wanted: Ints) -> tuple[tuple[Ints, Ints], Ints]:
        """Return their pairs that no grouped rule forbids, and numbers of offers by set, all within the limit of travel."""
        counts = np.zeros((len(self._bucket), len(self._sets)), np.int64)
        pairs = [(np.empty(0, np.int64), np.empty(0, np.int64))]
        for mode, driving in MODES:
            mine = wanted[self._drives[wanted] == driving]
            known = {each: self._travel.reach(each, mode) for each in set(self._limits[mine].tolist())}
            for together in self._homes.cells(mine, TOGETHER):
                reach = np.array([known[each] for each in self._limits[together].tolist()])
                rows, offers = nearby(self._homes, together, self._places, reach)
                requests = together[rows]
                near = self._journeys(requests, offers, mode) <= self._limits[requests]
                rows, requests, offers = rows[near], requests[near], offers[near]
                against = self._grouped[self._bucket[requests], self._kind[offers]]
                cells = rows * len(self._sets) + self._number[against]
                found = np.bincount(cells, minlength=len(together) * len(self._sets))
                counts[together] = found.reshape(len(together), len(self._sets))
                pairs.append((requests[against == 0], offers[against == 0]))
        requests, offers = (np.concatenate([each[at] for each in pairs]) for at in (0, 1))
        return (requests, offers), counts


def _waterfalls(counts: Ints, sets: Ints) -> Waterfalls:
    """Add up how many offers each set of rules forbids each request."""
    rules = IS_SET.shape[1]
    first = first_against(sets)[:, None] == np.arange(rules)
    single = first & (number_against(sets) == 1)[:, None]
    # Products of floating-point numbers are exact below 2 to the power of 53, and many times as fast.
    times = counts.astype(np.float64)
    removed, alone, forbids = (
        np.rint(times @ each.astype(np.float64)).astype(np.int64) for each in (first, single, IS_SET[sets])
    )
    remaining = counts.sum(axis=1)[:, None] - np.cumsum(removed, axis=1)
    return Waterfalls(removed, remaining, forbids, alone)
