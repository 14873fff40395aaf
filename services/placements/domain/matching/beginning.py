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
    status, basis = highspy.HighsBasisStatus, highspy.HighsBasis()
    own = len(model.column_upper)
    columns = np.full(own + len(seen), status.kLower, object)
    columns[: model.offers] = columns[own + np.flatnonzero(np.isin(seen, start))] = status.kBasic
    for at, block in model.blocks.items():
        if teams := model.aims[at].teams:
            covered = teams.team[model.pairs.offers[start]]
            columns[block.column + covered[covered >= 0]] = status.kUpper
    rows = np.full(len(model.row_upper), status.kBasic, object)
    rows[model.requests : model.limit_row] = rows[model.pairs.requests[start]] = status.kUpper
    basis.col_status, basis.row_status = columns.tolist(), rows.tolist()
    basis.valid, basis.alien = True, False
    return basis
