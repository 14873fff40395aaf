"""Limits as arrays: which of them counts which offers, and how few students an offer can have by any one of them."""

from itertools import chain

import numpy as np

from services.placements.domain.matching.limits import Limit
from services.placements.domain.matching.pairs import Ints


def limits_and_offers(limits: tuple[Limit, ...]) -> tuple[Ints, Ints]:
    """Return the number of each limit beside each of its offers, limit by limit."""
    numbers = np.repeat(np.arange(len(limits)), [len(limit.offers) for limit in limits])
    return numbers, np.array(list(chain.from_iterable(limit.offers for limit in limits)), np.int64)


def seats_of(limits: tuple[Limit, ...], offers: int) -> Ints:
    """Return the most students each offer can have by any one limit on it."""
    seats = np.full(offers, np.iinfo(np.int64).max)
    number, offer = limits_and_offers(limits)
    np.minimum.at(seats, offer, np.array([limit.seats for limit in limits], np.int64)[number])
    return seats
