"""The feasible pairs of request and offer: the columns that everything later is computed on. `feasible` finds them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.inputs import Held, MatchInputs

Ints = npt.NDArray[np.int64]

TOGETHER = 256
"""How many requests are looked at together: what is held in memory meanwhile is this times all offers, or all their names."""

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
