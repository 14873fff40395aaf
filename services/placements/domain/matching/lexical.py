"""Rows of integers, one column per aim, compared like words in a dictionary: the first aim that differs decides."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.pairs import Ints, Pairs


def _signs(rows: Ints) -> Ints:
    """Return the sign of the first column of each row that is not zero."""
    if rows.shape[1] == 0:
        return np.zeros(len(rows), np.int64)
    first = np.argmax(rows != 0, axis=1)
    signs: Ints = np.sign(rows[np.arange(len(rows)), first])
    return signs


def gains(rows: Ints) -> Ints:
    """Return the rows that are better than nothing as they are, and nothing for the others."""
    kept: Ints = np.where((_signs(rows) > 0)[:, None], rows, 0)
    return kept


def best_of_requests(
    pairs: Pairs,
    held: npt.NDArray[np.bool_],
    aims: Sequence[int],
    value: Callable[[int, Ints], Ints],
    among: Ints,
) -> Ints:
    """Return, aim by aim, the sum over all requests of each one's best pair, or of nothing where nothing is better.

    A held request has no choice of nothing. `value` says what some pairs are worth to an aim; there are those `among`.
    """
    left, nothing = among, ~held
    totals = np.zeros(len(aims), np.int64)
    for column, at in enumerate(aims):
        values, requests = value(at, left), pairs.requests[left]
        best = np.where(nothing, 0, np.iinfo(np.int64).min)
        np.maximum.at(best, requests, values)
        totals[column] = best.sum()
        left = left[values == best[requests]]
        nothing = nothing & (best == 0)
    return totals
