"""The strategy-proof way to match: students choose one after another in the order of the lottery, under all limits.

Serial dictatorship: nobody's own list can change when they choose or what is left by then, so telling the truth is always
best (Svensson 1999). What it costs the round is shown beside the result of the round's own aims. Whoever holds a place
already keeps it. A student takes the best offer of their list that is open to them and has room, of equals the nearest,
and outside the list the nearest.
"""

from services.placements.domain.matching.canonical import canonical
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.journey import PACES, travel_mode
from services.placements.domain.matching.limits import SeatsLeft, limits_of
from services.placements.domain.matching.lottery import order_of
from services.placements.domain.matching.preferences import Catalogue, list_length
from services.placements.domain.matching.result import Assignment
from services.placements.domain.matching.rules import Rulebook
from services.placements.domain.matching.travel import GreatCircle, TravelEstimator

import numpy as np


def in_turn(inputs: MatchInputs, travel: TravelEstimator | None = None) -> tuple[Assignment, ...]:
    """Return who chooses what, by request. Equal inputs give an equal result, in whatever order they come."""
    inputs = canonical(inputs)
    rulebook, catalogue = Rulebook(inputs, travel or GreatCircle()), Catalogue(inputs.offers)
    at_offer = {offer.id: at for at, offer in enumerate(inputs.offers)}
    held = {each.request_id: at_offer[each.offer_id] for each in inputs.held}
    seats = SeatsLeft(limits_of(inputs), held)
    chosen = dict(held)
    for number in order_of(inputs):
        request = inputs.requests[number]
        if request.id in held:
            continue
        ranks, minutes = catalogue.ranks(request), rulebook.minutes(request)
        open_ = np.flatnonzero(rulebook.feasible(request) & seats.room)
        if len(open_):
            best = int(open_[np.lexsort((open_, minutes[open_], ranks[open_]))[0]])
            seats.take(request.id, best)
            chosen[request.id] = best
    return tuple(_assignment(inputs, rulebook, catalogue, at, chosen) for at, each in enumerate(inputs.requests) if each.id in chosen)


def _assignment(inputs: MatchInputs, rulebook: Rulebook, catalogue: Catalogue, at: int, chosen: dict[str, int]) -> Assignment:
    request = inputs.requests[at]
    offer = chosen[request.id]
    mode, minutes = travel_mode(can_drive=request.can_drive), int(rulebook.minutes(request)[offer])
    rank = int(catalogue.ranks(request)[offer])
    return Assignment(
        request_id=request.id,
        offer_id=inputs.offers[offer].id,
        rank=rank,
        outside_list=rank > list_length(request),
        minutes=minutes,
        mode=mode,
        review=minutes > PACES[mode].review_minutes,
    )
