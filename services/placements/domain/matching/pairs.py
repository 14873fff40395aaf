"""The feasible pairs of request and offer: the columns that everything later is computed on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.inputs import Held, MatchInputs
from services.placements.domain.matching.preferences import Catalogue, list_length
from services.placements.domain.matching.rules import Rulebook

Ints = npt.NDArray[np.int64]


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


def best_of_each(requests: Ints, keys: tuple[npt.NDArray[Any], ...], count: int) -> Ints:
    """Return the positions of the `count` entries of each request with the least keys, the first key weighing most."""
    order = np.lexsort((*reversed(keys), requests))
    sorted_requests = requests[order]
    first = np.searchsorted(sorted_requests, sorted_requests, side="left")
    best: Ints = order[np.arange(len(order)) - first < count]
    return best


def positions(inputs: MatchInputs, earlier: Iterable[Held]) -> dict[int, int]:
    """Return the position of each request's offer in an earlier result; what is not in the round any more is left out."""
    requests = {request.id: at for at, request in enumerate(inputs.requests)}
    offers = {offer.id: at for at, offer in enumerate(inputs.offers)}
    return {
        requests[each.request_id]: offers[each.offer_id]
        for each in earlier
        if each.request_id in requests and each.offer_id in offers
    }


def feasible_pairs(inputs: MatchInputs, rulebook: Rulebook, catalogue: Catalogue) -> Pairs:
    """Return all pairs that no hard rule forbids; of a held request the held pair alone, whatever the rules say."""
    empty = np.empty(0, np.int64)
    offers, ranks, minutes, lengths = [empty], [empty], [empty], [0]
    outside = [np.empty(0, np.bool_)]
    held = positions(inputs, inputs.held)
    for at, request in enumerate(inputs.requests):
        feasible = np.flatnonzero(rulebook.feasible(request)).astype(np.int64)
        if at in held:
            feasible = np.array([held[at]], np.int64)
        offers.append(feasible)
        ranks.append(catalogue.ranks(request)[feasible])
        outside.append(ranks[-1] > list_length(request))
        minutes.append(rulebook.minutes(request)[feasible])
        lengths.append(len(feasible))
    requests = np.repeat(np.arange(len(inputs.requests), dtype=np.int64), lengths[1:])
    before = np.full(len(inputs.requests), -1, np.int64)
    earlier = positions(inputs, inputs.previous)
    before[list(earlier)] = list(earlier.values())
    return Pairs(
        requests=requests,
        offers=np.concatenate(offers),
        ranks=np.concatenate(ranks),
        outside=np.concatenate(outside),
        kept=before[requests] == np.concatenate(offers),
        minutes=np.concatenate(minutes),
        starts=np.cumsum(lengths, dtype=np.int64),
    )
