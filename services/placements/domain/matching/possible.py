"""Every pair of a round that no rule forbids, and what it adds to each aim: for checking, so apart from the engine.

Of the engine's there is only the reckoning of many journeys at once (`travel`). What a rule wants to know of requests is
asked of all offers once; rules about single settings and people, which strike out few, are asked of what is left.
"""

from collections.abc import Callable, Hashable, Iterator
from functools import partial

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.allowed import RULES, longest_journey
from services.placements.domain.matching.check import names_of
from services.placements.domain.matching.codes import AimCode, PreferenceKind, RuleCode
from services.placements.domain.matching.gains import BAND, SECOND, lottery_number
from services.placements.domain.matching.inputs import MatchInputs, RequestInput
from services.placements.domain.matching.journey import travel_mode
from services.placements.domain.matching.travel import GreatCircle, Points

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

PERSONAL = (RuleCode.CONFLICT, RuleCode.PREVIOUS_SETTING)
"""The rules about single settings and people."""


class _Offers:
    """The offers of a round, all asked at once. An offer is told by its place in the inputs."""

    def __init__(self, inputs: MatchInputs) -> None:
        self._rules, self._offers = inputs.rules, inputs.offers
        self._places = Points.of(self._offers)
        self._answers: dict[tuple[RuleCode, Hashable], Bools] = {}
        named: dict[tuple[PreferenceKind, str], list[int]] = {}
        for at, offer in enumerate(self._offers):
            for kind, names in names_of(offer).items():
                for name in names:
                    named.setdefault((kind, name), []).append(at)
        self._named = {name: np.array(offers, np.int64) for name, offers in named.items()}

    def open_to(self, request: RequestInput) -> Ints:
        """Return the offers that no rule forbids the request, rising."""
        left = np.flatnonzero(self._open_to_all_like(request))
        left = left[self.minutes(request, left) <= longest_journey(self._rules, request)]
        for code in (each for each in PERSONAL if each not in request.waived):
            for it in RULES[code].asks(self._rules, request):
                offers = (self._offers[each] for each in left.tolist())
                left = left[[RULES[code].allows(self._rules, it, each) for each in offers]]
        return left

    def _open_to_all_like(self, request: RequestInput) -> Bools:
        open_ = np.ones(len(self._offers), np.bool_)
        for code in RULES.keys() - {*PERSONAL, *request.waived}:
            for it in RULES[code].asks(self._rules, request):
                if (code, it) not in self._answers:
                    allows = (RULES[code].allows(self._rules, it, each) for each in self._offers)
                    self._answers[code, it] = np.fromiter(allows, np.bool_, len(self._offers))
                open_ &= self._answers[code, it]
        return open_

    def minutes(self, request: RequestInput, offers: Ints) -> Ints:
        """Return the minutes one way from the student's home to each of these offers."""
        home, mode = Points.of([request]), travel_mode(can_drive=request.can_drive)
        return GreatCircle().minutes(home, self._places, (np.zeros(len(offers), np.int64), offers), mode)

    def ranks(self, request: RequestInput) -> Ints:
        """Return the rank of every offer, counted without gaps; one after the end of the list where it is outside."""
        rising = sorted({each.rank for each in request.preferences})
        ranks = np.full(len(self._offers), len(rising) + 1, np.int64)
        for each in sorted(request.preferences, key=lambda each: -each.rank):
            ranks[self._named.get((each.kind, each.value), [])] = rising.index(each.rank) + 1
        return ranks


class Possible:
    """The possible pairs, by request and then by offer; both are told by their place in the inputs.

    A held request has its held pair alone, whatever the rules say today.
    """

    def __init__(self, inputs: MatchInputs) -> None:
        self.inputs = inputs
        self._held = {each.request_id: each.offer_id for each in inputs.held}
        self._places = {offer.id: at for at, offer in enumerate(inputs.offers)}
        self._turns = {request.id: at for at, request in enumerate(inputs.requests)}
        rows = list(self._rows())
        counts = np.array([len(offers) for offers, _, _ in rows], np.int64)
        self.starts = np.append(0, np.cumsum(counts))
        self.requests = np.repeat(np.arange(len(rows)), counts)
        self.offers, self.ranks, self.minutes = (
            np.concatenate([np.empty(0, np.int64), *(row[at] for row in rows)]) for at in range(3)
        )
        lengths = [len({each.rank for each in request.preferences}) for request in inputs.requests]
        self.outside = self.ranks > np.array(lengths, np.int64)[self.requests]

    def __len__(self) -> int:
        return len(self.requests)

    def _rows(self) -> Iterator[tuple[Ints, Ints, Ints]]:
        """Yield of each request its offers, their ranks and the minutes to them."""
        all_offers = _Offers(self.inputs)
        for request in self.inputs.requests:
            if request.id in self._held:
                offers = np.array([self._places[self._held[request.id]]], np.int64)
            else:
                offers = all_offers.open_to(request)
            yield offers, all_offers.ranks(request)[offers], all_offers.minutes(request, offers)

    def find(self, request_id: str, offer_id: str) -> int | None:
        """Return the number of a pair; None where it is not possible."""
        request, offer = self._turns.get(request_id), self._places.get(offer_id)
        if request is None:
            return None
        mine = range(self.starts[request], self.starts[request + 1])
        return next((each for each in mine if self.offers[each] == offer), None)

    def gains(self, aim: AimCode, which: Ints) -> Ints:
        """Return what each of these pairs adds to an aim, more being better: as `Gains.of_pair` has it of one."""
        return GAINS[aim](self, which) if aim in GAINS else np.zeros(len(which), np.int64)


def _in_directorate(code: AimCode, pairs: Possible, which: Ints) -> Ints:
    ours = np.array([each.directorate == code for each in pairs.inputs.offers], np.int64)
    here: Ints = ours[pairs.offers[which]]
    return here


def _kept(pairs: Possible, which: Ints) -> Ints:
    kept: Ints = np.zeros(len(pairs), np.int64)
    found = (pairs.find(each.request_id, each.offer_id) for each in pairs.inputs.previous)
    kept[[each for each in found if each is not None]] = 1
    now: Ints = kept[which]
    return now


def _drawn(pairs: Possible, which: Ints) -> Ints:
    requests, offers, seed = pairs.inputs.requests, pairs.inputs.offers, pairs.inputs.rules.lottery_seed
    both = zip(pairs.requests[which].tolist(), pairs.offers[which].tolist(), strict=True)
    numbers = (-lottery_number(seed, requests[request].id, offers[offer].id) for request, offer in both)
    return np.fromiter(numbers, np.int64, len(which))


GAINS: dict[AimCode, Callable[[Possible, Ints], Ints]] = {
    AimCode.PLACED: lambda _, which: np.ones(len(which), np.int64),
    AimCode.KEPT: _kept,
    AimCode.FIRST_PREFERENCE: lambda pairs, which: 1 * ((pairs.ranks == 1) & ~pairs.outside)[which],
    AimCode.FIRST_OR_SECOND: lambda pairs, which: 1 * (pairs.ranks[which] <= SECOND),
    AimCode.WITHIN_LIST: lambda pairs, which: 1 * ~pairs.outside[which],
    AimCode.RANK_SUM: lambda pairs, which: -pairs.ranks[which],
    AimCode.TRAVEL_BANDS: lambda pairs, which: -pairs.minutes[which] // BAND,
    AimCode.TRAVEL_MINUTES: lambda pairs, which: -pairs.minutes[which],
    AimCode.ADULTS: partial(_in_directorate, AimCode.ADULTS),
    AimCode.CHILDRENS: partial(_in_directorate, AimCode.CHILDRENS),
    AimCode.LOTTERY: _drawn,
}
"""What a pair adds, by aim. The aims that count shares and teams have nothing here: `bound` adds it."""
