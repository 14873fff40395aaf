"""Which pairs of request and offer are feasible: what is left of a survey of all of them."""

import numpy as np

from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.pairs import Ints, Pairs, positions
from services.placements.domain.matching.preferences import Lists
from services.placements.domain.matching.survey import Survey


def feasible_pairs(inputs: MatchInputs, survey: Survey, lists: Lists) -> Pairs:
    """Return all pairs that no hard rule forbids; of a held request the held pair alone, whatever the rules say."""
    requests, offers = _allowed(inputs, survey)
    ranks = lists.ranks(requests, offers)
    before = np.full(len(inputs.requests), -1, np.int64)
    earlier = positions(inputs, inputs.previous)
    before[list(earlier)] = list(earlier.values())
    return Pairs(
        requests=requests,
        offers=offers,
        ranks=ranks,
        outside=ranks > lists.lengths[requests],
        kept=before[requests] == offers,
        minutes=survey.minutes(requests, offers),
        starts=np.searchsorted(requests, np.arange(len(inputs.requests) + 1)).astype(np.int64),
    )


def _allowed(inputs: MatchInputs, survey: Survey) -> tuple[Ints, Ints]:
    """Return requests and offers of all feasible pairs, by request and then by offer."""
    width, held = max(1, len(inputs.offers)), positions(inputs, inputs.held)
    free = np.setdiff1d(np.arange(len(inputs.requests)), list(held))
    requests, offers = survey.before_striking(free)
    names = np.sort(requests * width + offers)
    at = np.searchsorted(names, survey.struck)
    names = np.delete(names, at[np.append(names, -1)[at] == survey.struck])
    kept = np.array([request * width + offer for request, offer in held.items()], np.int64)
    requests, offers = np.divmod(np.sort(np.concatenate((names, kept))), width)
    return requests, offers
