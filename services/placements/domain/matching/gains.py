"""What a result adds up to, aim by aim, in plain integers: for checking, so nothing here is shared with the engine.

All gains are counted so that more is better; what an aim minimises counts negative.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from services.placements.domain.matching.check import rank_of, straight_minutes
from services.placements.domain.matching.codes import FAIRNESS_AIMS, AimCode
from services.placements.domain.matching.inputs import MatchInputs, OfferInput, RequestInput

MASK = 2**64 - 1
SECOND, BAND = 2, 15


@lru_cache(maxsize=100_000)
def _ticket(seed: str, kind: bytes, name: str) -> int:
    key = hashlib.sha256(seed.encode()).digest()
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8, key=key, person=kind).digest(), "big")


def lottery_number(seed: str, request_id: str, offer_id: str) -> int:
    """Return the 28-bit number of one pair, in unbounded integers; `lottery` gives the definition."""
    mixed = (
        _ticket(seed, b"request", request_id) + _ticket(seed, b"offer", offer_id) * 0x9E3779B97F4A7C15 & MASK
    )
    mixed &= MASK
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & MASK
    return (mixed ^ (mixed >> 31)) >> 36


def is_first_or_second(request: RequestInput, offer: OfferInput) -> bool:
    """Return whether the pair counts as a first or second preference."""
    return rank_of(request, offer)[0] <= SECOND


class Gains:
    """The gains of one round's pairs and results."""

    def __init__(self, inputs: MatchInputs) -> None:
        self._seed, self._requests = inputs.rules.lottery_seed, len(inputs.requests)
        self._aims = inputs.rules.aims
        self._previous = {(each.request_id, each.offer_id) for each in inputs.previous}
        groups = {each.request_id: each.group for each in inputs.members}
        self.groups: dict[AimCode, dict[str, str]] = {
            AimCode.UNIVERSITY_FAIRNESS: {each.id: each.organisation_id for each in inputs.requests},
            AimCode.GROUP_FAIRNESS: {
                each.id: groups[each.id] for each in inputs.requests if each.id in groups
            },
        }
        """Whose share each request counts for, by the aim and the request."""

    def of_pair(self, request: RequestInput, offer: OfferInput) -> tuple[int, ...]:
        """Return what one pair adds to every aim of the round."""
        rank, outside = rank_of(request, offer)
        minutes = straight_minutes(request, offer)
        gains = {
            AimCode.PLACED: 1,
            AimCode.KEPT: int((request.id, offer.id) in self._previous),
            AimCode.FIRST_PREFERENCE: int(rank == 1 and not outside),
            AimCode.FIRST_OR_SECOND: int(rank <= SECOND),
            AimCode.WITHIN_LIST: int(not outside),
            AimCode.RANK_SUM: -rank,
            AimCode.TRAVEL_BANDS: -minutes // BAND,
            AimCode.TRAVEL_MINUTES: -minutes,
            AimCode.ADULTS: int(offer.directorate == "adults"),
            AimCode.CHILDRENS: int(offer.directorate == "childrens"),
            AimCode.LOTTERY: -lottery_number(self._seed, request.id, offer.id),
        }
        return tuple(gains.get(aim, 0) for aim in self._aims)

    def targets(self, aim: AimCode, first_or_second: int) -> dict[str, int]:
        """Return each group's share, in proportion to its requests, of so many first and second preferences."""
        sizes = Counter(self.groups[aim].values())
        return {group: size * first_or_second // self._requests for group, size in sizes.items()}

    def of_result(self, given: Iterable[tuple[RequestInput, OfferInput]]) -> tuple[int, ...]:
        """Return what all the pairs together add to every aim."""
        pairs = list(given)
        rows = [self.of_pair(request, offer) for request, offer in pairs]
        totals = {aim: sum(row[at] for row in rows) for at, aim in enumerate(self._aims)}
        met = [request.id for request, offer in pairs if is_first_or_second(request, offer)]
        for aim in FAIRNESS_AIMS & set(self._aims):
            counts = Counter(self.groups[aim].get(each) for each in met)
            targets = self.targets(aim, totals.get(AimCode.FIRST_OR_SECOND, 0))
            totals[aim] = -sum(max(0, most - counts[group]) for group, most in targets.items())
        totals[AimCode.FRONTLINE_COVERAGE] = len(
            {offer.setting_id for _, offer in pairs if offer.is_frontline}
        )
        return tuple(totals.get(aim, 0) for aim in self._aims)
