"""A run in numbers, as a programme manager reads them."""

from collections import Counter
from collections.abc import Sequence

from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.result import Assignment


def outcome_of(
    inputs: MatchInputs, assignments: Sequence[Assignment], without_feasible_offer: int
) -> dict[str, int]:
    """Return the outcome. A place outside the student's list is counted there and at no preference, whatever its rank.

    `places` are all seats offered; `without_feasible_offer` are the requests for which the hard rules left
    nothing; `frontline_settings_used` of `frontline_settings` have at least one student; `travel_minutes` is
    the sum one way.
    """
    ranks = Counter(each.rank for each in assignments if not each.outside_list)
    settings = {offer.id: offer.setting_id for offer in inputs.offers}
    used = {settings[each.offer_id] for each in assignments}
    frontline = {offer.setting_id for offer in inputs.offers if offer.is_frontline}
    return {
        "requests": len(inputs.requests),
        "offers": len(inputs.offers),
        "places": sum(offer.places for offer in inputs.offers),
        "placed": len(assignments),
        "unplaced": len(inputs.requests) - len(assignments),
        "without_feasible_offer": without_feasible_offer,
        "first_preference": ranks[1],
        "second_preference": ranks[2],
        "within_list": ranks.total(),
        "outside_list": len(assignments) - ranks.total(),
        "travel_minutes": sum(each.minutes for each in assignments),
        "journeys_to_review": sum(each.review for each in assignments),
        "frontline_settings": len(frontline),
        "frontline_settings_used": len(frontline & used),
    }
