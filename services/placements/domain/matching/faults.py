"""Inputs that contradict themselves are refused before a run, with every fault named."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isfinite

from services.placements.domain.matching.codes import FAIRNESS_AIMS, MINIMISED_AIMS, AimCode, LimitKind
from services.placements.domain.matching.inputs import MatchInputs, OfferInput, RequestInput, RoundRules
from services.placements.domain.matching.limits import limits_of

POLE, DATE_LINE = 90.0, 180.0
"""The greatest latitude and longitude there are, in degrees."""


@dataclass(frozen=True, slots=True)
class InputFault:
    """One thing wrong with the inputs: a stable code and the id it is about ("" for the round itself)."""

    code: str
    id: str


class ContradictoryInputs(ValueError):
    """The inputs cannot be matched as they are. `faults` names everything that is wrong, not only the first."""

    def __init__(self, faults: tuple[InputFault, ...]) -> None:
        super().__init__(
            "the inputs of the match run contradict themselves: "
            + ", ".join(sorted({f.code for f in faults}))
        )
        self.faults = faults


def _repeated(code: str, ids: Iterable[str]) -> Iterator[InputFault]:
    return (InputFault(code, each) for each, count in sorted(Counter(ids).items()) if count > 1)


def _nowhere(latitude: float, longitude: float) -> bool:
    return not (
        isfinite(latitude) and isfinite(longitude) and abs(latitude) <= POLE and abs(longitude) <= DATE_LINE
    )


def _offer_faults(offers: tuple[OfferInput, ...]) -> Iterator[InputFault]:
    yield from _repeated("offer_repeated", (offer.id for offer in offers))
    seats: dict[str, set[int | None]] = {}
    for offer in offers:
        if offer.places < 0 or (offer.educator_seats or 0) < 0:
            yield InputFault("negative_places", offer.id)
        if _nowhere(offer.latitude, offer.longitude):
            yield InputFault("offer_location_impossible", offer.id)
        if offer.educator_id is not None:
            seats.setdefault(offer.educator_id, set()).add(offer.educator_seats)
    yield from (
        InputFault("educator_seats_differ", each)
        for each, numbers in sorted(seats.items())
        if len(numbers) > 1
    )


def _request_faults(requests: tuple[RequestInput, ...]) -> Iterator[InputFault]:
    yield from _repeated("request_repeated", (request.id for request in requests))
    yield from _repeated("student_requests_twice", (request.student_id for request in requests))
    for request in requests:
        if _nowhere(request.latitude, request.longitude):
            yield InputFault("home_location_impossible", request.id)
        if any(preference.rank < 1 for preference in request.preferences):
            yield InputFault("preference_rank_below_one", request.id)


def _rule_faults(rules: RoundRules) -> Iterator[InputFault]:
    yield from _repeated("aim_repeated", rules.aims)
    if not rules.aims or rules.aims[-1] is not AimCode.LOTTERY:
        # Without a lottery at the end the result would hang on the order of the input and the solver's version.
        yield InputFault("lottery_not_last", "")
    first_minimised = next(
        (at for at, aim in enumerate(rules.aims) if aim in MINIMISED_AIMS), len(rules.aims)
    )
    if AimCode.PLACED not in rules.aims[:first_minimised]:
        # "Fewest minutes" before "most placed" is best served by placing nobody.
        yield InputFault("minimised_before_placed", "")
    for at, aim in enumerate(rules.aims):
        if aim in FAIRNESS_AIMS and AimCode.FIRST_OR_SECOND not in rules.aims[:at]:
            # A group's share is a share of all first and second preferences, so their number must be settled before.
            yield InputFault("fairness_before_first_or_second", "")
    for cap in rules.caps:
        if cap.seats < 0 or cap.kind not in (LimitKind.SETTING, LimitKind.ORGANISATION):
            yield InputFault("cap_impossible", cap.id)


def _earlier_faults(inputs: MatchInputs) -> Iterator[InputFault]:
    requests = {request.id for request in inputs.requests}
    offers = {offer.id: offer for offer in inputs.offers}
    for code, earlier in (("held", inputs.held), ("previous", inputs.previous)):
        yield from _repeated(f"{code}_twice", (each.request_id for each in set(earlier)))
    for each in sorted(set(inputs.held)):
        if each.request_id not in requests or each.offer_id not in offers:
            yield InputFault("held_unknown", each.request_id)
    positions = {offer_id: at for at, offer_id in enumerate(offers)}
    taken = Counter(positions[each.offer_id] for each in set(inputs.held) if each.offer_id in positions)
    for limit in limits_of(inputs) if taken else ():
        if sum(taken[offer] for offer in limit.offers) > limit.seats:
            yield InputFault("held_over_limit", limit.id)


def find_faults(inputs: MatchInputs) -> tuple[InputFault, ...]:
    """Return everything that makes the inputs unusable, in a fixed order; empty when a run may start."""
    single = (*_rule_faults(inputs.rules), *_offer_faults(inputs.offers), *_request_faults(inputs.requests))
    # Earlier results are looked up by id: only once every id is there once.
    return single or tuple(_earlier_faults(inputs))
