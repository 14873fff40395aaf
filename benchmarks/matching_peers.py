"""What else could match a round: HiGHS over all pairs at once, and a library for residents and hospitals."""

import sys
import warnings
from collections import Counter
from time import process_time

import numpy as np
from matching.games import HospitalResident

from services.placements.domain.matching.codes import AimCode
from services.placements.domain.matching.faces import OutOfTime
from services.placements.domain.matching.model import Model, costs_of, own_costs_of, own_rows
from services.placements.domain.matching.run import Ground
from services.placements.domain.matching.solver import Solver


def over_all_pairs(model: Model, seconds: float) -> tuple[float, int]:
    """Return CPU seconds and how many aims were settled when each is one programme in whole students over all pairs."""
    began, reached = process_time(), None
    solver = Solver(model, 0, seconds, np.arange(len(model.pairs), dtype=np.int64))
    for at, aim in enumerate(model.aims):
        if rows := own_rows(model, at, reached):
            solver.with_rows(*rows)
        costs, own = costs_of(model, at), own_costs_of(model, at)
        try:
            value = round(solver.whole(costs, own).value)
        except OutOfTime:
            return process_time() - began, at
        reached = -value if aim.code is AimCode.FIRST_OR_SECOND else reached
        solver.pin(costs, own, value)
    return process_time() - began, len(model.aims)


def by_residents(ground: Ground, listed: int) -> tuple[float, int, int]:
    """Return CPU seconds, how many are placed, and how many seats over a limit: the library knows places, no other limit.

    A resident ranks so many offers at most: the library's time grows with every one more, and so do those placed.
    """
    pairs, inputs = ground.pairs, ground.inputs
    wanted: dict[str, list[str]] = {}
    for at in np.lexsort((pairs.minutes, pairs.ranks, pairs.requests)).tolist():
        request, offer = inputs.requests[pairs.requests[at]], inputs.offers[pairs.offers[at]]
        if len(mine := wanted.setdefault(request.id, [])) < listed:
            mine.append(offer.id)
    asking: dict[str, list[str]] = {}
    for request_id, offers in wanted.items():
        for offer_id in offers:
            asking.setdefault(offer_id, []).append(request_id)
    places = {offer.id: offer.places for offer in inputs.offers if offer.id in asking}
    # The library copies its players, who know one another, by a recursion as deep as there are of them.
    sys.setrecursionlimit(1_000_000)
    began = process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        game = HospitalResident.create_from_dictionaries(wanted, asking, places)
        found = game.solve()
    took = process_time() - began
    taken: Counter[str] = Counter({str(offer): len(residents) for offer, residents in found.items()})
    over = (sum(taken[inputs.offers[at].id] for at in limit.offers) - limit.seats for limit in ground.limits)
    return took, taken.total(), sum(max(0, each) for each in over)
