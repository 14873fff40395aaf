"""What of a model can still move, which is all that a solver has to hold.

A student who is held has one place and keeps it. It takes its seats from the limits and counts for shares and teams, but
neither the student's row nor, where nobody else can go there, the offer's seats need be solved for.
"""

from dataclasses import dataclass

import highspy
import numpy as np

from services.placements.domain.matching.model import Floats, Model, columns_of
from services.placements.domain.matching.pairs import Ints


@dataclass(frozen=True, slots=True)
class Moving:
    """The rows and own columns of a model in which something can move, both rising, and the pairs `given` beforehand.

    `levels` are what the given pairs make of each of the model's own columns that cannot move; `activity` is what these and
    the given pairs add up to in each row.
    """

    rows: Ints
    columns: Ints
    given: Ints
    levels: Floats
    activity: Floats

    def duals(self, model: Model, row_duals: Floats) -> Floats:
        """Return the duals of all rows of the model: a seat that cannot move is worth what the limits on it are."""
        worth = row_duals[model.entries.rows] * model.entries.values
        still = np.ones(len(model.column_upper), np.bool_)
        still[self.columns] = False
        seats = np.flatnonzero(still)
        all_duals = row_duals.copy()
        all_duals[model.requests + seats] = np.bincount(_columns(model), worth, len(still))[seats]
        return all_duals


def _columns(model: Model) -> Ints:
    """Return the column of each entry of the model."""
    columns: Ints = np.repeat(np.arange(len(model.column_upper)), np.diff(model.entries.starts))
    return columns


def moving_in(model: Model) -> Moving:
    """Return what can move while everybody who is held keeps their pair; where nobody is, that is everything."""
    held = model.held
    given = np.flatnonzero(held[model.pairs.requests])
    moves = np.ones(len(model.column_upper), np.bool_)
    moves[: model.offers] = not held.any()
    moves[model.pairs.offers[~held[model.pairs.requests]]] = True
    levels = np.zeros(len(moves))
    levels[: model.offers] = np.bincount(model.pairs.offers[given], minlength=model.offers)
    levels[moves] = 0
    entries, columns, taken = model.entries, _columns(model), columns_of(model, given, ())
    open_ = np.zeros(len(model.row_upper), np.bool_)
    open_[: model.requests] = ~held
    open_[entries.rows[moves[columns]]] = True
    activity = np.bincount(entries.rows, entries.values * levels[columns], len(open_)).astype(np.float64)
    activity += np.bincount(taken.rows, taken.values, len(open_))
    return Moving(
        rows=np.flatnonzero(open_),
        columns=np.flatnonzero(moves),
        given=given,
        levels=levels,
        activity=activity,
    )


def as_highs(model: Model, moving: Moving) -> highspy.HighsLp:
    """Return the rows and own columns that can move as HiGHS takes them."""
    lp, entries = highspy.HighsLp(), model.entries
    place = np.zeros(len(model.row_upper), np.int32)
    place[moving.rows] = np.arange(len(moving.rows))
    wanted = np.isin(_columns(model), moving.columns)
    counts = np.diff(entries.starts)[moving.columns]
    lp.num_col_, lp.num_row_ = len(moving.columns), len(moving.rows)
    lp.col_cost_ = lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = model.column_upper[moving.columns]
    lp.row_lower_, lp.row_upper_ = (
        (bound - moving.activity)[moving.rows] for bound in (model.row_lower, model.row_upper)
    )
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = lp.num_col_, lp.num_row_
    lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    lp.a_matrix_.index_, lp.a_matrix_.value_ = place[entries.rows[wanted]], entries.values[wanted]
    return lp
