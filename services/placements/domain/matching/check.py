"""An independent check of a result against every rule and every limit, with no solver and no numpy.

It shares nothing with the engine but the inputs, the result and the definition of a journey, so that one
mistake cannot hide in both. The service runs it before a result is stored.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from services.placements.domain.matching.allowed import RULES, allowed_by, longest_journey
from services.placements.domain.matching.codes import LimitKind, PreferenceKind, RuleCode
from services.placements.domain.matching.inputs import MatchInputs, OfferInput, RequestInput
from services.placements.domain.matching.journey import PACES, great_circle_minutes, travel_mode
from services.placements.domain.matching.result import Assignment

MinutesBetween = Callable[[RequestInput, OfferInput], int]


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing wrong with a result: the code of the rule or limit (or misstatement) and the id it is about."""

    code: str
    id: str


def straight_minutes(request: RequestInput, offer: OfferInput) -> int:
    """Return the minutes of the default estimator."""
    home, place = (request.latitude, request.longitude), (offer.latitude, offer.longitude)
    return great_circle_minutes(home, place, travel_mode(can_drive=request.can_drive))


def rules_broken(
    inputs: MatchInputs, request: RequestInput, offer: OfferInput, minutes: MinutesBetween = straight_minutes
) -> tuple[RuleCode, ...]:
    """Return the hard rules that forbid this pair, in the fixed order."""
    broken = [code for code in RULES if not allowed_by(code, inputs.rules, request, offer)]
    if minutes(request, offer) > longest_journey(inputs.rules, request):
        broken.append(RuleCode.TRAVEL)
    return tuple(broken)


def names_of(offer: OfferInput) -> dict[PreferenceKind, tuple[str, ...]]:
    """Return what a preference of each kind may name to mean this offer."""
    return {
        PreferenceKind.OFFER: (offer.id,),
        PreferenceKind.SETTING: offer.settings,
        PreferenceKind.SERVICE_AREA: (offer.service_area,),
        PreferenceKind.DIRECTORATE: (offer.directorate,),
        PreferenceKind.LOCALITY: (offer.locality,),
    }


def rank_of(request: RequestInput, offer: OfferInput) -> tuple[int, bool]:
    """Return the rank of the offer, counted without gaps, and whether it is outside the list (one after its end)."""
    names = names_of(offer)
    ranks = sorted({preference.rank for preference in request.preferences})
    met = [ranks.index(each.rank) + 1 for each in request.preferences if each.value in names[each.kind]]
    return (min(met), False) if met else (len(ranks) + 1, True)


def _limit_breaches(inputs: MatchInputs, taken: list[OfferInput]) -> Iterator[Breach]:
    in_offer = Counter(offer.id for offer in taken)
    with_educator = Counter(offer.educator_id for offer in taken)
    in_setting = Counter(each for offer in taken for each in offer.settings)
    in_organisation = Counter(each for offer in taken for each in offer.organisations)
    for offer in inputs.offers:
        if in_offer[offer.id] > offer.places:
            yield Breach(LimitKind.PLACES, offer.id)
    seats = {offer.educator_id: offer.educator_seats for offer in inputs.offers}
    for educator_id, most in seats.items():
        if educator_id is not None and most is not None and with_educator[educator_id] > most:
            yield Breach(LimitKind.EDUCATOR, educator_id)
    for cap in inputs.rules.caps:
        count = in_setting[cap.id] if cap.kind is LimitKind.SETTING else in_organisation[cap.id]
        if count > cap.seats:
            yield Breach(cap.kind, cap.id)


def _forbidding(
    inputs: MatchInputs,
    held: dict[str, str],
    request: RequestInput,
    offer: OfferInput,
    minutes: MinutesBetween,
) -> Iterable[str]:
    """A student held somewhere is there whatever the rules say today, and nowhere else."""
    if request.id in held:
        return () if held[request.id] == offer.id else ("held_lost",)
    return rules_broken(inputs, request, offer, minutes)


def _misstated(each: Assignment, request: RequestInput, offer: OfferInput, minutes: int) -> Iterator[Breach]:
    if (each.rank, each.outside_list) != rank_of(request, offer):
        yield Breach("rank_misstated", each.request_id)
    mode = travel_mode(can_drive=request.can_drive)
    if (each.minutes, each.mode) != (minutes, mode) or each.review != (minutes > PACES[mode].review_minutes):
        yield Breach("minutes_misstated", each.request_id)


def find_breaches(
    inputs: MatchInputs, assignments: Iterable[Assignment], minutes: MinutesBetween = straight_minutes
) -> tuple[Breach, ...]:
    """Return everything that is wrong with the assignments; empty when the result may be stored."""
    requests = {request.id: request for request in inputs.requests}
    offers = {offer.id: offer for offer in inputs.offers}
    breaches: list[Breach] = []
    taken: list[OfferInput] = []
    seen: set[str] = set()
    held = {each.request_id: each.offer_id for each in inputs.held}
    for each in assignments:
        if each.request_id not in requests or each.offer_id not in offers or each.request_id in seen:
            breaches.append(
                Breach("request_twice" if each.request_id in seen else "unknown", each.request_id)
            )
            continue
        seen.add(each.request_id)
        request, offer = requests[each.request_id], offers[each.offer_id]
        taken.append(offer)
        breaches.extend(
            Breach(code, request.id) for code in _forbidding(inputs, held, request, offer, minutes)
        )
        breaches.extend(_misstated(each, request, offer, minutes(request, offer)))
    breaches.extend(Breach("held_lost", each) for each in sorted(held.keys() - seen))
    return (*breaches, *_limit_breaches(inputs, taken))
