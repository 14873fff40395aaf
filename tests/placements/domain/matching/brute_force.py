"""The best result of a tiny round, found by trying everything, with arithmetic of its own."""

import hashlib
from collections.abc import Iterable, Iterator

from services.placements.domain.matching.certificate import Fork
from services.placements.domain.matching.check import rules_broken, straight_minutes
from services.placements.domain.matching.codes import AimCode, PreferenceKind
from services.placements.domain.matching.inputs import Held, MatchInputs, OfferInput, RequestInput

MASK = 2**64 - 1


def _ticket(seed: str, kind: bytes, name: str) -> int:
    key = hashlib.sha256(seed.encode()).digest()
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8, key=key, person=kind).digest(), "big")


def lottery_number(seed: str, request_id: str, offer_id: str) -> int:
    """The lottery number of one pair, in unbounded integers."""
    mixed = _ticket(seed, b"request", request_id) + _ticket(seed, b"offer", offer_id) * 0x9E3779B97F4A7C15
    mixed &= MASK
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & MASK
    return (mixed ^ (mixed >> 31)) >> 36


def rank_of(request: RequestInput, offer: OfferInput) -> tuple[int, bool]:
    """The rank of a pair whose request ranks its choices 1, 2, 3 ..., and whether the offer is outside the list."""
    names = {
        PreferenceKind.OFFER: offer.id,
        PreferenceKind.SETTING: offer.setting_id,
        PreferenceKind.SERVICE_AREA: offer.service_area,
        PreferenceKind.DIRECTORATE: offer.directorate,
        PreferenceKind.LOCALITY: offer.locality,
    }
    met = [
        each.rank
        for each in request.preferences
        if names[each.kind] == each.value
        or (each.kind is PreferenceKind.SETTING and each.value == offer.second_setting_id)
    ]
    return (min(met), False) if met else (len(request.preferences) + 1, True)


def _scores(inputs: MatchInputs, request: RequestInput, offer: OfferInput) -> dict[AimCode, int]:
    """What a pair adds to each aim, larger being better."""
    rank, outside = rank_of(request, offer)
    minutes = straight_minutes(request, offer)
    return {
        AimCode.PLACED: 1,
        AimCode.KEPT: int(Held(request_id=request.id, offer_id=offer.id) in inputs.previous),
        AimCode.FIRST_PREFERENCE: int(rank == 1 and not outside),
        AimCode.FIRST_OR_SECOND: int(rank <= 2),
        AimCode.WITHIN_LIST: int(not outside),
        AimCode.RANK_SUM: -rank,
        AimCode.TRAVEL_BANDS: -minutes // 15,
        AimCode.TRAVEL_MINUTES: -minutes,
        AimCode.ADULTS: int(offer.directorate == "adults"),
        AimCode.CHILDRENS: int(offer.directorate == "childrens"),
        AimCode.LOTTERY: -lottery_number(inputs.rules.lottery_seed, request.id, offer.id),
    }


Given = tuple[tuple[RequestInput, OfferInput], ...]

Half = tuple[Fork, int]
"""A cut of what is possible, and which of its two halves is meant."""


def is_in(given: Given, cuts: Iterable[Half]) -> bool:
    """Whether a result is in the halves of all cuts, asked of the result alone."""
    pairs = [(request.id, offer.id) for request, offer in given]
    used = [offer for _, offer in pairs]
    return all(
        half
        == (
            used.count(cut.offer_id) > cut.seats
            if cut.request_id is None
            else (cut.request_id, cut.offer_id) in pairs
        )
        for cut, half in cuts
    )


def _shortfall(inputs: MatchInputs, groups: dict[str, str], given: Given) -> int:
    """How far groups are below their part of the first and second preferences that are met, all together."""
    met = [request.id for request, offer in given if rank_of(request, offer)[0] <= 2]
    short = 0
    for group in set(groups.values()):
        size = sum(each == group for each in groups.values())
        share = size * len(met) // len(inputs.requests)
        short += max(0, share - sum(groups.get(each) == group for each in met))
    return short


def value(inputs: MatchInputs, given: Given, aim: AimCode) -> int:
    """What a whole result reaches in one aim, larger being better."""
    if aim is AimCode.FRONTLINE_COVERAGE:
        return len({offer.setting_id for _, offer in given if offer.is_frontline})
    if aim is AimCode.UNIVERSITY_FAIRNESS:
        return -_shortfall(inputs, {each.id: each.organisation_id for each in inputs.requests}, given)
    if aim is AimCode.GROUP_FAIRNESS:
        return -_shortfall(inputs, {each.request_id: each.group for each in inputs.members}, given)
    return sum(_scores(inputs, request, offer)[aim] for request, offer in given)


class _Seats:
    """What is left of every limit while places are given and taken back."""

    def __init__(self, inputs: MatchInputs) -> None:
        self.left: dict[tuple[str, str], int] = {}
        for offer in inputs.offers:
            self.left["places", offer.id] = offer.places
            if offer.educator_id is not None and offer.educator_seats is not None:
                self.left["educator", offer.educator_id] = offer.educator_seats
        for cap in inputs.rules.caps:
            self.left[cap.kind, cap.id] = min(cap.seats, self.left.get((cap.kind, cap.id), cap.seats))

    def change(self, offer: OfferInput, by: int) -> bool:
        """Give back or take one seat of every limit the offer is under; say whether all are still kept."""
        keys = (
            ("places", offer.id),
            ("educator", offer.educator_id or ""),
            *{("setting", each) for each in (offer.setting_id, offer.second_setting_id)},
            *{("organisation", each) for each in (offer.organisation_id, offer.second_organisation_id)},
        )
        under = [key for key in keys if key in self.left]
        for key in under:
            self.left[key] += by
        return all(self.left[key] >= 0 for key in under)


def everything(inputs: MatchInputs) -> Iterator[Given]:
    """Every result that breaks no rule and no limit."""
    choices = [
        [(request, offer) for offer in inputs.offers if not rules_broken(inputs, request, offer)]
        for request in inputs.requests
    ]
    seats = _Seats(inputs)

    def rest(at: int) -> Iterator[Given]:
        if at == len(choices):
            yield ()
            return
        yield from rest(at + 1)
        for pair in choices[at]:
            if seats.change(pair[1], -1):
                yield from ((pair, *others) for others in rest(at + 1))
            seats.change(pair[1], 1)

    return rest(0)


def best_by_trying(inputs: MatchInputs) -> tuple[tuple[int, ...], dict[str, str]]:
    """The best vector of aims (signed so that more is better) and the offer of each placed request."""
    left, vector = list(everything(inputs)), []
    for aim in inputs.rules.aims:
        values = [value(inputs, given, aim) for given in left]
        vector.append(max(values))
        left = [given for given, reached in zip(left, values, strict=True) if reached == vector[-1]]
    (best,) = left
    return tuple(vector), {request.id: offer.id for request, offer in best}
