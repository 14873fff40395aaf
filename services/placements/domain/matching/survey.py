"""What the hard rules say about all requests and all offers at once, as arrays: nobody is asked one by one.

Requests that the grouped rules cannot tell apart share one row of rules per offer; conflicts and earlier settings concern a
few pairs; journeys are computed for those pairs only that a straight line does not rule out.
"""

from dataclasses import dataclass

import numpy as np

from services.placements.domain.matching.codes import RuleCode, TravelMode
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.journey import travel_mode
from services.placements.domain.matching.pairs import TOGETHER, Ints, travel_limits
from services.placements.domain.matching.rules import Rulebook
from services.placements.domain.matching.travel import Points, TravelEstimator, nearby
from services.placements.domain.matching.verdict import BIT, IS_SET, Bits, Few, first_against, number_against


@dataclass(frozen=True, slots=True)
class Waterfalls:
    """For every request (rows) and rule (columns, in the fixed order) the numbers of a `RuleCount`."""

    removed: Ints
    remaining: Ints
    forbids: Ints
    alone: Ints


class Survey:
    """The rules of one round, over positions of requests and offers in canonical order."""

    def __init__(self, inputs: MatchInputs, rulebook: Rulebook, travel: TravelEstimator) -> None:
        self._travel = travel
        self._homes = Points.of([(each.latitude, each.longitude) for each in inputs.requests])
        self._places = Points.of([(each.latitude, each.longitude) for each in inputs.offers])
        self._limits = travel_limits(inputs, rulebook)
        self._drives = np.array([each.can_drive for each in inputs.requests], np.bool_)
        self._offers = len(inputs.offers)
        self._bucket, self._grouped = _grouped(inputs, rulebook)
        self._struck, self._bits = self._struck_pairs(inputs, rulebook)

    def _struck_pairs(self, inputs: MatchInputs, rulebook: Rulebook) -> tuple[Ints, Few]:
        """Return the pairs that conflicts and earlier settings forbid, as rising numbers, and the rules that do."""
        found: dict[int, int] = {}
        for at, request in enumerate(inputs.requests):
            for code, offer in rulebook.struck_out(request):
                pair = at * self._offers + offer
                found[pair] = found.get(pair, 0) | BIT[code]
        pairs = sorted(found)
        return np.array(pairs, np.int64), np.array([found[each] for each in pairs], np.int16)

    def minutes(self, requests: Ints, offers: Ints) -> Ints:
        """Return the journey of each of these pairs."""
        minutes = np.zeros(len(requests), np.int64)
        for can_drive in (False, True):
            mine = self._drives[requests] == can_drive
            mode = travel_mode(can_drive=can_drive)
            minutes[mine] = self._journeys(requests[mine], offers[mine], mode)
        return minutes

    def _journeys(self, requests: Ints, offers: Ints, mode: TravelMode) -> Ints:
        home = self._homes.latitudes[requests], self._homes.longitudes[requests]
        there = self._places.latitudes[offers], self._places.longitudes[offers]
        return self._travel.minutes(home, *there, mode)

    def against(self, requests: Ints, offers: Ints, minutes: Ints) -> Bits:
        """Return the rules that forbid each of these pairs."""
        bits = self._before_travel(requests, offers)
        bits[minutes > self._limits[requests]] |= BIT[RuleCode.TRAVEL]
        return bits

    def open_to(self, request: int) -> int:
        """Return how many offers no rule forbids the request."""
        requests, offers = np.full(self._offers, request), np.arange(self._offers)
        against = self.against(requests, offers, self.minutes(requests, offers))
        return int(np.sum(against == 0))

    def nearly_open(self, request: int) -> tuple[Ints, Bits, Ints]:
        """Return the offers that at most one rule other than travel forbids the request, the rules and the journeys."""
        everything = np.arange(self._offers)
        bits = self._before_travel(np.full(self._offers, request), everything)
        offers = np.flatnonzero(number_against(bits) <= 1)
        requests = np.full(len(offers), request)
        minutes = self.minutes(requests, offers)
        return offers, self.against(requests, offers, minutes), minutes

    def _before_travel(self, requests: Ints, offers: Ints) -> Bits:
        bits = self._grouped[self._bucket[requests], offers].astype(np.int64)
        if len(self._struck):
            pairs = requests * self._offers + offers
            at = np.minimum(np.searchsorted(self._struck, pairs), len(self._struck) - 1)
            bits |= np.where(self._struck[at] == pairs, self._bits[at], 0)
        return bits

    def waterfalls(self) -> Waterfalls:
        """Return what each rule does to each request's offers."""
        struck, offers = np.divmod(self._struck, max(1, self._offers))
        before = self._grouped[self._bucket[struck], offers]
        after = before | self._bits
        seen = np.zeros(len(IS_SET), np.bool_)
        for row in (*self._grouped, after):
            seen[row] = True
        kinds = np.flatnonzero(seen)
        place = np.zeros(len(IS_SET), np.int64)
        place[kinds] = np.arange(len(kinds))
        near = self._within_reach(place, len(kinds))
        counts = np.hstack((near, self._of_bucket(place, len(kinds)) - near))
        far = (self.minutes(struck, offers) > self._limits[struck]) * len(kinds)
        np.subtract.at(counts, (struck, place[before] + far), 1)
        np.add.at(counts, (struck, place[after] + far), 1)
        return _waterfalls(counts, np.concatenate((kinds, kinds | BIT[RuleCode.TRAVEL])))

    def _of_bucket(self, place: Ints, kinds: int) -> Ints:
        """Return for each request how many offers the grouped rules forbid by each set of rules."""
        rows = [np.bincount(place[row], minlength=kinds) for row in self._grouped]
        counts = np.array(rows, np.int64).reshape(len(rows), kinds)
        mine: Ints = counts[self._bucket]
        return mine

    def _within_reach(self, place: Ints, kinds: int) -> Ints:
        """Return the same for the offers within each request's limit of travel alone."""
        counts = np.zeros((len(self._bucket), kinds), np.int64)
        for can_drive in (False, True):
            mine, mode = np.flatnonzero(self._drives == can_drive), travel_mode(can_drive=can_drive)
            for first in range(0, len(mine), TOGETHER):
                together = mine[first : first + TOGETHER]
                reach = np.array([self._travel.reach(int(self._limits[each]), mode) for each in together])
                rows, offers = nearby(self._homes.at(together), self._places.vectors, reach)
                requests = together[rows]
                near = self._journeys(requests, offers, mode) <= self._limits[requests]
                rows, offers, requests = rows[near], offers[near], requests[near]
                cells = rows * kinds + place[self._grouped[self._bucket[requests], offers]]
                found = np.bincount(cells, minlength=len(together) * kinds)
                counts[together] = found.reshape(len(together), kinds)
        return counts


def _grouped(inputs: MatchInputs, rulebook: Rulebook) -> tuple[Ints, Few]:
    """Return each request's bucket, and for each bucket and offer the grouped rules that forbid it."""
    first = np.unique(rulebook.buckets, return_index=True)[1].tolist()
    rows = [rulebook.against_bucket(inputs.requests[at]) for at in first]
    return rulebook.buckets, np.array(rows, np.int16).reshape(len(rows), len(inputs.offers))


def _waterfalls(counts: Ints, kinds: Ints) -> Waterfalls:
    """Add up how many offers each set of rules forbids each request."""
    rules = IS_SET.shape[1]
    first = first_against(kinds)[:, None] == np.arange(rules)
    single = first & (number_against(kinds) == 1)[:, None]
    # Products of floating-point numbers are exact below 2 to the power of 53, and many times as fast.
    times = counts.astype(np.float64)
    removed, alone, forbids = (
        np.rint(times @ each.astype(np.float64)).astype(np.int64) for each in (first, single, IS_SET[kinds])
    )
    remaining = counts.sum(axis=1)[:, None] - np.cumsum(removed, axis=1)
    return Waterfalls(removed, remaining, forbids, alone)
