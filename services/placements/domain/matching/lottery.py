"""The lottery that settles what all other aims leave open: a 28-bit number per pair of request and offer.

The number depends on the two ids and the published seed alone, never on the order of the input, so anybody
can recompute it: BLAKE2b of each id, keyed with the seed, gives 64 bits; the two are mixed with the finaliser
of SplitMix64 (Steele, Lea and Flood, 2014).
"""

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.pairs import Ints, Pairs

LOTTERY_BITS = 28


def _tickets(seed: str, kind: bytes, ids: Iterable[str]) -> npt.NDArray[np.uint64]:
    key = hashlib.sha256(seed.encode()).digest()
    digests = (hashlib.blake2b(each.encode(), digest_size=8, key=key, person=kind).digest() for each in ids)
    return np.fromiter((int.from_bytes(each, "big") for each in digests), np.uint64)


def lottery_numbers(inputs: MatchInputs, pairs: Pairs) -> Ints:
    """Return the lottery number of every pair, at least 0 and below 2 to the power of 28."""
    seed = inputs.rules.lottery_seed
    request_tickets = _tickets(seed, b"request", (request.id for request in inputs.requests))
    offer_tickets = _tickets(seed, b"offer", (offer.id for offer in inputs.offers))
    mixed = request_tickets[pairs.requests] + offer_tickets[pairs.offers] * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed = mixed ^ (mixed >> np.uint64(31))
    numbers: Ints = (mixed >> np.uint64(64 - LOTTERY_BITS)).astype(np.int64)
    return numbers


def order_of(inputs: MatchInputs) -> list[int]:
    """Return the positions of the requests in the order of their own tickets: who would choose first, second and so on."""
    tickets = _tickets(inputs.rules.lottery_seed, b"turn", (request.id for request in inputs.requests))
    order: list[int] = np.argsort(tickets, kind="stable").tolist()
    return order
