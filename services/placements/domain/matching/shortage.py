"""Which limits keep students out of offers, for many pairs of request and offer at once."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.codes import LimitKind
from services.placements.domain.matching.limited import limits_and_offers
from services.placements.domain.matching.limits import Limit
from services.placements.domain.matching.pairs import Ints, place_in_group
from services.placements.domain.matching.result import LimitUsedUp

NOBODY = -1
"""The position of what a request without a place has, whether an offer or a pair is asked for."""


class Shortage:
    """What the assignments of a result leave of every limit. `given` is each request's offer, or `NOBODY`."""

    def __init__(self, limits: tuple[Limit, ...], offers: int, given: Ints) -> None:
        self._limits, self._given = limits, given
        self._over = _on_each(limits, offers)
        taken = np.bincount(self._over[given].ravel(), minlength=len(limits) + 1)[: len(limits)]
        seats = np.array([limit.seats for limit in limits], np.int64)
        self._left = np.append(seats - taken, np.iinfo(np.int32).max)
        number = {kind: at for at, kind in enumerate(LimitKind)}
        kinds = np.array([*(number[limit.kind] for limit in limits), len(number)])
        used_up = np.where(self._left[self._over[:-1]] < 1, kinds[self._over[:-1]], len(number))
        self.by_kind: Ints = np.stack([(used_up == at).sum(axis=1) for at in range(len(number))], axis=1)
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
        over = self._over[offers]
        rows, columns = np.nonzero(self._blocking(requests, offers))
        blocking = over[rows, columns].tolist()
        named = {number: _named(self._limits[number]) for number in set(blocking)}
        ends = np.searchsorted(rows, np.arange(len(offers)), "right").tolist()
        told = [named[number] for number in blocking]
        return [tuple(told[begin:end]) for begin, end in pairwise((0, *ends))]


def _named(limit: Limit) -> LimitUsedUp:
    return LimitUsedUp(kind=limit.kind, id=limit.id, seats=limit.seats)


def _on_each(limits: tuple[Limit, ...], offers: int) -> Ints:
    """Return the limits on each offer (rows), rising, filled up with one that is never used up; the last row is nobody's."""
    number, offer = limits_and_offers(limits)
    order = np.argsort(offer, kind="stable")
    offer, number, place = offer[order], number[order], place_in_group(offer[order])
    over = np.full((offers + 1, int(place.max(initial=-1)) + 1), len(limits), np.int64)
    over[offer, place] = number
    return over
