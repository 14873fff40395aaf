"""Where a solver begins: from nothing, or from an earlier result that most of the round keeps."""

import highspy
import numpy as np

from services.placements.domain.matching.codes import AimCode
from services.placements.domain.matching.model import Model
from services.placements.domain.matching.moving import Moving
from services.placements.domain.matching.pairs import Ints, promising

FEW = 10
"""How many pairs a request of the round, on average, are few."""


def start_of(model: Model, moving: Moving) -> Ints | None:
    """Return the pairs of the earlier result that may move: even where staying is no aim most of them are good ones.

    None where less than half of the round has a place so: the way from there would be longer than the way from nothing.
    """
    start = np.setdiff1d(np.flatnonzero(model.pairs.kept), moving.given)
    return start if 2 * (len(start) + len(moving.given)) > model.requests else None


def first_looked_at(model: Model, moving: Moving, start: Ints) -> Ints:
    """Return the pairs a solver looks at first, rising: the start, and what is promising.

    Where those with a place had better stay, or none of them can move, it is all that everybody else could have, if that is
    not too much.
    """
    if all(aim.code is not AimCode.KEPT for aim in model.aims) and len(start):
        return np.union1d(start, promising(model.pairs))
    without = np.ones(model.requests, np.bool_)
    without[model.pairs.requests[np.concatenate((start, moving.given))]] = False
    rest = np.flatnonzero(without[model.pairs.requests])
    if len(rest) > FEW * model.requests:
        few = promising(model.pairs)
        rest = few[without[model.pairs.requests[few]]]
    return np.sort(np.concatenate((start, rest)))


def basis_of(model: Model, moving: Moving, seen: Ints, start: Ints) -> highspy.HighsBasis:
    """Return the vertex where the pairs of the start are chosen, of those seen, and no others.

    A student's place is basic or the student's row, the seats used of every offer, and the rows of limits, shares and teams.
    """
    status, basis = highspy.HighsBasisStatus, highspy.HighsBasis()
    columns = np.full(len(model.column_upper), status.kLower, object)
    columns[: model.offers] = status.kBasic
    for at, block in model.blocks.items():
        if teams := model.aims[at].teams:
            covered = teams.team[model.pairs.offers[np.concatenate((start, moving.given))]]
            columns[block.column + covered[covered >= 0]] = status.kUpper
    rows = np.full(len(model.row_upper), status.kBasic, object)
    rows[model.requests : model.limit_row] = rows[model.pairs.requests[start]] = status.kUpper
    chosen = np.isin(seen, start).tolist()
    basis.col_status = columns[moving.columns].tolist()
    basis.col_status += [status.kBasic if each else status.kLower for each in chosen]
    basis.row_status = rows[moving.rows].tolist()
    basis.valid, basis.alien = True, False
    return basis
