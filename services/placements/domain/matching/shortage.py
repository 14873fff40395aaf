"""Which limits keep students out of offers, for many pairs of request and offer at once."""

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.codes import LimitKind
from services.placements.domain.matching.limits import Limit
from services.placements.domain.matching.pairs import Ints
from services.placements.domain.matching.result import LimitUsedUp

NOBODY = -1
"""The position of an offer that a request without a place has."""


class Shortage:
    """What the assignments of a result leave of every limit. `given` is each request's offer, or `NOBODY`."""

    def __init__(self, limits: tuple[Limit, ...], offers: int, given: Ints) -> None:
        over: list[list[int]] = [[] for _ in range(offers)]
        for number, limit in enumerate(limits):
            for offer in limit.offers:
                over[offer].append(number)
        none, width = len(limits), max((len(each) for each in over), default=0)
        self._over = np.full((offers + 1, width), none, np.int64)
        """The limits on each offer, rising, filled up with one that is never used up; the last row is nobody's."""
        for offer, numbers in enumerate(over):
            self._over[offer, : len(numbers)] = numbers
        taken = np.bincount(self._over[given].ravel(), minlength=none + 1)[:none]
        seats = np.array([limit.seats for limit in limits], np.int64)
        self._left = np.append(seats - taken, np.iinfo(np.int32).max)
        self._given = given
        self._named = [LimitUsedUp(kind=each.kind, id=each.id, seats=each.seats) for each in limits]
        kinds = list(LimitKind)
        kind = np.array([*(kinds.index(limit.kind) for limit in limits), 0])
        used_up = self._left[self._over[:-1]] < 1
        self.by_kind = np.stack(
            [(used_up & (kind[self._over[:-1]] == at)).sum(axis=1) for at in range(len(kinds))], axis=1
        )
        """How many limits of each kind (columns) are used up at each offer (rows), for somebody without a place."""
        self.of_all: Ints = self.by_kind.sum(axis=1)
        """How many of all kinds."""

    def _blocking(self, requests: Ints, offers: Ints) -> npt.NDArray[np.bool_]:
        """Return which of the limits on each offer have no seat for the request once it has given its own up."""
        over, own = self._over[offers], self._over[self._given[requests]]
        given_up: Ints = (over[:, :, None] == own[:, None, :]).sum(axis=2)
        left: Ints = self._left[over] + np.minimum(given_up, 1)
        return left < 1

    def is_full(self, requests: Ints, offers: Ints) -> npt.NDArray[np.bool_]:
        """Return whether any limit keeps each request out of the offer beside it."""
        return np.asarray(self._blocking(requests, offers).any(axis=1), np.bool_)

    def used_up(self, requests: Ints, offers: Ints) -> list[tuple[LimitUsedUp, ...]]:
        """Return the limits that keep each request out of the offer beside it."""
        over, blocking = self._over[offers].tolist(), self._blocking(requests, offers).tolist()
        return [
            tuple(self._named[number] for number, blocks in zip(numbers, row, strict=True) if blocks)
            for numbers, row in zip(over, blocking, strict=True)
        ]
