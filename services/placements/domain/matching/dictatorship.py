"""The strategy-proof way to match: students choose one after another in the order of the lottery, under all limits.

Serial dictatorship: nobody's own list can change when they choose or what is left by then, so telling the truth is always
best (Svensson 1999). What it costs the round is shown beside the result of the round's own aims. Whoever holds a place
already keeps it. A student takes the best offer of their list that is open to them and has room, of equals the nearest,
and outside the list the nearest.
"""

import numpy as np

from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.limits import SeatsLeft
from services.placements.domain.matching.lottery import order_of
from services.placements.domain.matching.result import Assignment
from services.placements.domain.matching.run import assigned, ground_of


def in_turn(inputs: MatchInputs) -> tuple[Assignment, ...]:
    """Return who chooses what, by request. Equal inputs give an equal result, in whatever order they come."""
    ground = ground_of(inputs)
    pairs, requests = ground.pairs, ground.inputs.requests
    held = {requests[at].id: int(pairs.offers[pairs.starts[at]]) for at in ground.held}
    seats = SeatsLeft(ground.limits, held)
    chosen = [int(pairs.starts[at]) for at in ground.held]
    for at in order_of(ground.inputs):
        if at in ground.held:
            continue
        mine = slice(pairs.starts[at], pairs.starts[at + 1])
        wished = np.lexsort((pairs.offers[mine], pairs.minutes[mine], pairs.ranks[mine])) + pairs.starts[at]
        first = next((int(pair) for pair in wished if seats.has_room(int(pairs.offers[pair]))), None)
        if first is not None:
            seats.take(requests[at].id, int(pairs.offers[first]))
            chosen.append(first)
    return assigned(ground.inputs, pairs, np.array(sorted(chosen), np.int64))
