"""Where a solver begins: from nothing, or from an earlier result that most of the round keeps."""

import highspy
import numpy as np

from services.placements.domain.matching.codes import AimCode
from services.placements.domain.matching.model import Model
from services.placements.domain.matching.pairs import Ints, promising

FEW = 10
"""With how many pairs a request, on average, a solver begins at most."""


def start_of(model: Model) -> Ints:
    """Return the pairs of the earlier result: what is held and, where staying is an aim, what everybody had.

    None where that is less than half of the round: the way from there would be longer than the way from nothing.
    """
    stays = np.isfinite(model.row_lower[: model.requests])[model.pairs.requests]
    if any(aim.code is AimCode.KEPT for aim in model.aims):
        stays |= model.pairs.kept
    start = np.flatnonzero(stays)
    return start if 2 * len(start) > model.requests else start[:0]


def first_looked_at(model: Model, start: Ints) -> Ints:
    """Return the pairs a solver looks at first, rising: those of the start, and a few or all of everybody else."""
    if len(start) == 0:
        return promising(model.pairs)
    without = np.ones(model.requests, np.bool_)
    without[model.pairs.requests[start]] = False
    rest = np.flatnonzero(without[model.pairs.requests])
    if len(rest) > FEW * model.requests:
        few = promising(model.pairs)
        rest = few[without[model.pairs.requests[few]]]
    return np.sort(np.concatenate((start, rest)))


def basis_of(model: Model, seen: Ints, start: Ints) -> highspy.HighsBasis:
    """Return the vertex where the pairs of the start are chosen, of those seen, and no others.

    A student's place is basic or the student's row, the seats used of every offer, and the rows of limits, shares and teams.
    """
    columns = np.zeros(len(model.column_upper) + len(seen), np.bool_)
    columns[: model.offers] = True
    columns[len(model.column_upper) :] = np.isin(seen, start)
    rows = np.ones(len(model.row_upper), np.bool_)
    rows[model.requests : model.limit_row] = False
    rows[model.pairs.requests[start]] = False
    status, basis = highspy.HighsBasisStatus, highspy.HighsBasis()
    basis.col_status = [status.kBasic if each else status.kLower for each in columns.tolist()]
    basis.row_status = [status.kBasic if each else status.kUpper for each in rows.tolist()]
    basis.valid, basis.alien = True, False
    return basis
