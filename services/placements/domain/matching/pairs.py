"""The feasible pairs of request and offer: the columns that everything later is computed on.

Requests are looked at in buckets that the grouped rules cannot tell apart, so that those rules are asked once per bucket;
only journeys are computed for each student, and of those only such as a straight line does not rule out already.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.codes import TravelMode
from services.placements.domain.matching.inputs import Held, MatchInputs
from services.placements.domain.matching.journey import travel_mode
from services.placements.domain.matching.preferences import Catalogue, list_length
from services.placements.domain.matching.rules import Rulebook
from services.placements.domain.matching.travel import Points, TravelEstimator, nearby

Ints = npt.NDArray[np.int64]

TOGETHER = 256
"""How many requests of a bucket are looked at together: what is held in memory meanwhile is this times all offers."""

LISTED, OUTSIDE = 3, 4
"""How many pairs of each request a solver looks at first: so many at each rank of the list, so many outside it."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """One entry per feasible pair, by request and then by offer, both as positions in the canonical order.

    The pairs of request r are those from `starts[r]` up to `starts[r + 1]`. `outside` is outside the student's
    list; `kept` are the pairs of the earlier result.
    """

    requests: Ints
    offers: Ints
    ranks: Ints
    outside: npt.NDArray[np.bool_]
    kept: npt.NDArray[np.bool_]
    minutes: Ints
    starts: Ints

    def __len__(self) -> int:
        return len(self.requests)

    def find(self, request: int, offer: int) -> int:
        """Return the position of a pair that is known to be feasible."""
        first, last = self.starts[request], self.starts[request + 1]
        return int(first + np.searchsorted(self.offers[first:last], offer))

    def find_all(self, requests: Ints, offers: Ints) -> Ints:
        """Return the positions of pairs that are known to be feasible."""
        width = int(self.offers.max(initial=0)) + 1
        found: Ints = np.searchsorted(self.requests * width + self.offers, requests * width + offers)
        return found


def best_of_each(requests: Ints, keys: tuple[npt.NDArray[Any], ...], count: int) -> Ints:
    """Return the positions of the `count` entries of each request with the least keys, the first key weighing most."""
    order = np.lexsort((*reversed(keys), requests))
    return order[place_in_group(requests[order]) < count]


def place_in_group(groups: Ints) -> Ints:
    """Return how many of its own group come before each entry; the groups stand together."""
    first = np.flatnonzero(np.append(True, groups[1:] != groups[:-1])) if len(groups) else groups
    place: Ints = np.arange(len(groups)) - np.repeat(first, np.diff(np.append(first, len(groups))))
    return place


def promising(pairs: Pairs) -> Ints:
    """Return the pairs a solver looks at first: the nearest of each rank, and a few outside the list. Rising."""
    ranked = pairs.requests * (int(pairs.ranks.max(initial=0)) + 1) + pairs.ranks
    order = np.lexsort((pairs.minutes, ranked))
    few = np.where(pairs.outside[order], OUTSIDE, LISTED)
    return np.sort(order[place_in_group(ranked[order]) < few])


def positions(inputs: MatchInputs, earlier: Iterable[Held]) -> dict[int, int]:
    """Return the position of each request's offer in an earlier result; what is not in the round any more is left out."""
    requests = {request.id: at for at, request in enumerate(inputs.requests)}
    offers = {offer.id: at for at, offer in enumerate(inputs.offers)}
    return {
        requests[each.request_id]: offers[each.offer_id]
        for each in earlier
        if each.request_id in requests and each.offer_id in offers
    }


def _buckets(inputs: MatchInputs, rulebook: Rulebook) -> Iterator[tuple[Ints, TravelMode]]:
    """Yield the requests that grouped rules and mode of travel cannot tell apart, a limited number at a time."""
    buckets: dict[int, list[int]] = {}
    for at, bucket in enumerate(rulebook.buckets.tolist()):
        buckets.setdefault(bucket, []).append(at)
    for together in buckets.values():
        mode = travel_mode(can_drive=inputs.requests[together[0]].can_drive)
        for first in range(0, len(together), TOGETHER):
            yield np.array(together[first : first + TOGETHER], np.int64), mode


def _reachable(inputs: MatchInputs, rulebook: Rulebook, travel: TravelEstimator) -> tuple[Ints, Ints, Ints]:
    """Return requests, offers and minutes of the pairs that grouped rules and travel allow, in no order."""
    homes = Points.of([(each.latitude, each.longitude) for each in inputs.requests])
    places = Points.of([(each.latitude, each.longitude) for each in inputs.offers])
    limits = travel_limits(inputs, rulebook)
    found: list[tuple[Ints, Ints, Ints]] = []
    for together, mode in _buckets(inputs, rulebook):
        allowed = np.flatnonzero(rulebook.against_bucket(inputs.requests[together[0]]) == 0)
        reach = np.array([travel.reach(int(limits[each]), mode) for each in together])
        rows, columns = nearby(homes.at(together), places.at(allowed), reach)
        requests, offers = together[rows], allowed[columns]
        there = places.latitudes[offers], places.longitudes[offers]
        minutes = travel.minutes((homes.latitudes[requests], homes.longitudes[requests]), *there, mode)
        near = minutes <= limits[requests]
        found.append((requests[near], offers[near], minutes[near]))
    return _joined(found)


def travel_limits(inputs: MatchInputs, rulebook: Rulebook) -> Ints:
    """Return the longest journey each request allows, in minutes: the greatest number there is where nothing limits it."""
    limits = (rulebook.travel_limit(each) for each in inputs.requests)
    most = np.iinfo(np.int64).max
    return np.array([most if each is None else each for each in limits], np.int64)


def _joined(parts: Sequence[tuple[Ints, Ints, Ints]]) -> tuple[Ints, Ints, Ints]:
    empty = np.empty(0, np.int64)
    first, second, third = (np.concatenate((empty, *(part[at] for part in parts))) for at in range(3))
    return first, second, third


def _allowed(inputs: MatchInputs, rulebook: Rulebook, travel: TravelEstimator) -> tuple[Ints, Ints, Ints]:
    """Return requests, offers and minutes of all feasible pairs, by request and then by offer."""
    requests, offers, minutes = _reachable(inputs, rulebook, travel)
    held, width = positions(inputs, inputs.held), len(inputs.offers)
    order = np.argsort(requests * width + offers)
    requests, offers, minutes = requests[order], offers[order], minutes[order]
    is_held = np.zeros(len(inputs.requests), np.bool_)
    is_held[list(held)] = True
    stays = ~is_held[requests]
    stays[_struck(inputs, rulebook, requests * width + offers)] = False
    requests, offers, minutes = requests[stays], offers[stays], minutes[stays]
    if not held:
        return requests, offers, minutes
    kept = [np.array([at], np.int64) for at in held], [np.array([offer], np.int64) for offer in held.values()]
    journeys = [rulebook.minutes(inputs.requests[at], [offer]) for at, offer in held.items()]
    requests, offers, minutes = _joined([(requests, offers, minutes), *zip(*kept, journeys, strict=True)])
    order = np.argsort(requests * width + offers)
    return requests[order], offers[order], minutes[order]


def _struck(inputs: MatchInputs, rulebook: Rulebook, names: Ints) -> Ints:
    """Return where conflicts and previous settings strike out pairs; `names` are the pairs as rising numbers."""
    struck = np.array(
        [
            at * len(inputs.offers) + offer
            for at, request in enumerate(inputs.requests)
            for _, offer in rulebook.struck_out(request)
        ],
        np.int64,
    )
    at = np.searchsorted(names, struck)
    here: Ints = at[np.append(names, -1)[at] == struck]
    return here


def feasible_pairs(
    inputs: MatchInputs, rulebook: Rulebook, catalogue: Catalogue, travel: TravelEstimator
) -> Pairs:
    """Return all pairs that no hard rule forbids; of a held request the held pair alone, whatever the rules say."""
    requests, offers, minutes = _allowed(inputs, rulebook, travel)
    starts = np.searchsorted(requests, np.arange(len(inputs.requests) + 1)).astype(np.int64)
    ranks = np.empty(len(requests), np.int64)
    for at, request in enumerate(inputs.requests):
        mine = slice(starts[at], starts[at + 1])
        ranks[mine] = catalogue.ranks(request)[offers[mine]]
    lengths = np.array([list_length(request) for request in inputs.requests], np.int64)
    before = np.full(len(inputs.requests), -1, np.int64)
    earlier = positions(inputs, inputs.previous)
    before[list(earlier)] = list(earlier.values())
    return Pairs(
        requests=requests,
        offers=offers,
        ranks=ranks,
        outside=ranks > lengths[requests],
        kept=before[requests] == offers,
        minutes=minutes,
        starts=starts,
    )
