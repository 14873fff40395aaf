"""The limits on seats: each is a number of students over some offers.

Every offer has a limit of its own places. An educator's seats are shared by all their offers; a setting's or
an organisation's cap by all of theirs, an integrated offer counting in both of its own. Limits may cross one
another (an educator who works for several settings), so they are no tree.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from services.placements.domain.matching.codes import LimitKind
from services.placements.domain.matching.inputs import MatchInputs, OfferInput
from services.placements.domain.matching.result import LimitUsedUp


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `seats` students over the offers at these positions."""

    kind: LimitKind
    id: str
    seats: int
    offers: tuple[int, ...]


def _educator_limits(offers: tuple[OfferInput, ...]) -> Iterator[Limit]:
    positions: dict[str, list[int]] = {}
    seats: dict[str, int] = {}
    for at, offer in enumerate(offers):
        if offer.educator_id is not None and offer.educator_seats is not None:
            positions.setdefault(offer.educator_id, []).append(at)
            seats[offer.educator_id] = offer.educator_seats
    for each in sorted(positions):
        yield Limit(LimitKind.EDUCATOR, each, seats[each], tuple(positions[each]))


def _cap_limits(inputs: MatchInputs) -> Iterator[Limit]:
    positions: dict[tuple[LimitKind, str], list[int]] = {}
    for at, offer in enumerate(inputs.offers):
        for each in offer.settings:
            positions.setdefault((LimitKind.SETTING, each), []).append(at)
        for each in offer.organisations:
            positions.setdefault((LimitKind.ORGANISATION, each), []).append(at)
    seats: dict[tuple[LimitKind, str], int] = {}
    for cap in inputs.rules.caps:
        # Of two caps on the same setting or organisation the smaller one is the limit.
        seats[cap.kind, cap.id] = min(cap.seats, seats.get((cap.kind, cap.id), cap.seats))
    for (kind, name), most in seats.items():
        if under := positions.get((kind, name)):
            yield Limit(kind, name, most, tuple(under))


def limits_of(inputs: MatchInputs) -> tuple[Limit, ...]:
    """Return all limits: first one per offer in the order of the offers, then those over several offers."""
    places = (
        Limit(LimitKind.PLACES, offer.id, offer.places, (at,)) for at, offer in enumerate(inputs.offers)
    )
    return (*places, *_educator_limits(inputs.offers), *_cap_limits(inputs))


class SeatsLeft:
    """How much of every limit a set of assignments leaves, asked and given student by student.

    `shortage` tells of many students at once.
    """

    def __init__(self, limits: tuple[Limit, ...], taken: dict[str, int]) -> None:
        """`taken` is the position of the offer each assigned request has."""
        self._limits: tuple[Limit, ...] = limits
        self._taken: dict[str, int] = {}
        self._of_offer: dict[int, list[int]] = {}
        self._left = [limit.seats for limit in limits]
        for number, limit in enumerate(limits):
            for offer in limit.offers:
                self._of_offer.setdefault(offer, []).append(number)
        self._short = [0] * len(self._of_offer)
        for limit in limits:
            if limit.seats < 1:
                self._lack(limit)
        for request_id, offer in taken.items():
            self.take(request_id, offer)

    def has_room(self, offer: int) -> bool:
        """Return whether the offer has room for somebody without a place."""
        return self._short[offer] == 0

    def _lack(self, limit: Limit) -> None:
        for offer in limit.offers:
            self._short[offer] += 1

    def take(self, request_id: str, offer: int) -> None:
        """Give a seat in the offer to a request that has none."""
        self._taken[request_id] = offer
        for number in self._of_offer[offer]:
            self._left[number] -= 1
            if self._left[number] == 0:
                self._lack(self._limits[number])

    def used_up(self, request_id: str, offer: int) -> tuple[LimitUsedUp, ...]:
        """Return the limits that keep the request out of the offer, once it has given up the seat it has."""
        given_up = self._of_offer[self._taken[request_id]] if request_id in self._taken else []
        blocking = [
            number for number in self._of_offer[offer] if self._left[number] + (number in given_up) < 1
        ]
        chosen = (self._limits[number] for number in blocking)
        return tuple(LimitUsedUp(kind=each.kind, id=each.id, seats=each.seats) for each in chosen)
