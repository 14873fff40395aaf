"""The linear model of a round, as HiGHS wants it, and nothing about aims.

Columns: x for every feasible pair (the student's row is its upper bound), then y for every offer: the seats
used in it, from 0 to what its own places allow. Rows: one per request (at most 1), one balance per offer (its
x less its y is 0), then every limit over several offers, on the y. Limits that cannot bind are left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.codes import LimitKind
from services.placements.domain.matching.limits import Limit
from services.placements.domain.matching.pairs import Ints, Pairs, best_of_each

Floats = npt.NDArray[np.float64]

PROMISING = 12
"""How many pairs of each request a solver starts with."""


@dataclass(frozen=True, slots=True)
class Model:
    """A sparse model, column by column. The first columns are the pairs, in their order, with their `requests`.

    `promising` are the pairs a solver looks at first: the best listed and nearest of each request.
    """

    requests: Ints
    promising: Ints
    column_upper: Floats
    row_lower: Floats
    row_upper: Floats
    starts: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int32]
    values: Floats


def _seats(limits: tuple[Limit, ...], wanted: Ints) -> Ints:
    """Return the most students each offer can have: limits on it alone, and how many students may go there at all."""
    seats = wanted.copy()
    for limit in limits:
        for offer in limit.offers:
            # A shared limit also bounds each of its offers; this tightens y and never cuts off a solution.
            seats[offer] = min(seats[offer], limit.seats)
    return seats


def _binding(limits: tuple[Limit, ...], seats: Ints) -> list[Limit]:
    shared = (limit for limit in limits if limit.kind is not LimitKind.PLACES and len(limit.offers) > 1)
    return [limit for limit in shared if int(seats[list(limit.offers)].sum()) > limit.seats]


def build_model(
    requests: int, offers: int, pairs: Pairs, limits: tuple[Limit, ...], held: Iterable[int] = ()
) -> Model:
    """Return the model of the round; the requests at the positions `held` must be placed."""
    at_least = np.full(requests, -np.inf)
    at_least[list(held)] = 1.0
    seats = _seats(limits, np.bincount(pairs.offers, minlength=offers).astype(np.int64))
    binding = _binding(limits, seats)
    rows_of_offer: list[list[int]] = [[requests + offer] for offer in range(offers)]
    for number, limit in enumerate(binding):
        for offer in limit.offers:
            rows_of_offer[offer].append(requests + offers + number)
    lengths = [2] * len(pairs) + [len(rows) for rows in rows_of_offer]
    pair_rows = np.column_stack((pairs.requests, requests + pairs.offers)).ravel()
    offer_rows = np.array([row for rows in rows_of_offer for row in rows], np.int64)
    offer_values = [-1.0 if at == 0 else 1.0 for rows in rows_of_offer for at in range(len(rows))]
    free = np.full(len(binding), -np.inf)
    return Model(
        requests=pairs.requests,
        promising=best_of_each(pairs.requests, (pairs.ranks, pairs.minutes), PROMISING),
        column_upper=np.concatenate((np.full(len(pairs), np.inf), seats)),
        row_lower=np.concatenate((at_least, np.zeros(offers), free)),
        row_upper=np.concatenate(
            (np.ones(requests), np.zeros(offers), [float(limit.seats) for limit in binding])
        ),
        starts=np.concatenate(([0], np.cumsum(lengths))).astype(np.int32),
        rows=np.concatenate((pair_rows, offer_rows)).astype(np.int32),
        values=np.concatenate((np.ones(2 * len(pairs)), offer_values)),
    )
