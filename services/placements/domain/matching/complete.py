"""A solution for when time is up: those placed for sure keep their place, the others take what is left, in turn."""

from collections.abc import Iterable, Iterator

import numpy as np

from services.placements.domain.matching.limits import Limit
from services.placements.domain.matching.model import Model
from services.placements.domain.matching.pairs import Ints


def _in_turn(model: Model, sure: Ints, held: Iterable[int]) -> Iterator[int]:
    """Held pairs, then sure ones, then each request's own by rank and journey, request after request."""
    pairs = model.pairs
    yield from (int(pairs.starts[request]) for request in sorted(held))
    yield from map(int, sure)
    yield from map(int, np.lexsort((pairs.minutes, pairs.ranks, pairs.requests)))


def completed(model: Model, limits: tuple[Limit, ...], sure: Ints, held: Iterable[int]) -> Ints:
    """Return pairs in which nobody is placed twice and no limit is passed, rising."""
    left = [limit.seats for limit in limits]
    over: list[list[int]] = [[] for _ in range(model.offers)]
    for number, limit in enumerate(limits):
        for offer in limit.offers:
            over[offer].append(number)
    placed: dict[int, int] = {}
    for pair in _in_turn(model, sure, held):
        request, offer = int(model.pairs.requests[pair]), int(model.pairs.offers[pair])
        if request not in placed and all(left[number] > 0 for number in over[offer]):
            placed[request] = pair
            for number in over[offer]:
                left[number] -= 1
    return np.array(sorted(placed.values()), np.int64)
