"""One HiGHS instance that holds a model and walks down its optimal faces. Nothing unproved passes.

It looks at a few promising pairs first; after each solve it prices all pairs of the open face and adds the best of each
request, until none could improve: the optimum over all pairs at a fraction of the work.
"""

from dataclasses import replace
from typing import Any

import highspy
import numpy as np

from services.placements.domain.matching.beginning import basis_of, first_looked_at, start_of
from services.placements.domain.matching.faces import (
    ZERO,
    Face,
    NoWholeSolution,
    OutOfTime,
    SolverFailed,
    Vertex,
)
from services.placements.domain.matching.highs import (
    CHOOSE,
    INFEASIBLE,
    OPTIMAL,
    PRIMAL_SIMPLEX,
    new_highs,
)
from services.placements.domain.matching.model import Floats, Model, columns_of, reduced_costs
from services.placements.domain.matching.moving import as_highs, moving_in
from services.placements.domain.matching.pairs import Ints, best_of_each, promising

ADDED_AT_ONCE, ADDED_TO_A_START = 4, 16
"""How many improving pairs of each request are added after a solve: more near an earlier result, where few have any."""

WORTH_FORGETTING = 0.2
"""The part of the columns that must be closed for it to be worth while to take them out."""


class Solver:
    """A model inside HiGHS, with the columns of the pairs looked at so far. `face` is the part of it that is open."""

    def __init__(self, model: Model, random_seed: int, seconds: float, first: Ints | None = None) -> None:
        """Look at the pairs `first` to begin with, or else at those that the model lets one begin with."""
        self._model, self._moving = model, moving_in(model)
        self._own = len(self._moving.columns)
        self._options = random_seed, seconds
        self._seen = np.empty(0, np.int64)
        self._pinned: list[tuple[int, Ints]] = []
        self._pins: list[tuple[Ints, Floats, int]] = []
        self._highs = new_highs(random_seed, seconds)
        self._highs.passModel(as_highs(model, self._moving))
        self._rows, self._activity = self._moving.rows, self._moving.activity
        """The model's rows and pins that HiGHS holds, and what all of them have of what cannot move."""
        self._costs = self._lower = np.zeros(self._own)
        self._upper, self._constant = model.column_upper[self._moving.columns], 0.0
        """What HiGHS knows of each column, and what those it does not know cost."""
        everything, lower = np.arange(len(model.pairs), dtype=np.int64), np.zeros(len(model.column_upper))
        self.face = Face(everything, lower, model.column_upper, model.row_lower, model.row_upper)
        self._at_once = ADDED_AT_ONCE
        if first is None:
            self._start()
        else:
            self.look_at_all(first)

    def _start(self) -> None:
        """Begin at the earlier result, where there is one."""
        model, moving = self._model, self._moving
        start = start_of(model, moving)
        if start is None:
            self.look_at_all(promising(model.pairs))
            return
        self._at_once = ADDED_TO_A_START
        self.look_at_all(first_looked_at(model, moving, start))
        self._highs.setBasis(basis_of(model, moving, self._seen, start))
        self._highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)

    def alone(self, pairs: Ints) -> "Solver":
        """Return a solver of the same model, pins included, that has looked at these pairs and no others."""
        other = type(self)(self._model, *self._options, pairs)
        for pin in self._pins:
            other.pin(*pin)
        return other

    def look_at(self, wanted: Ints) -> None:
        """Add the columns of these pairs, none of which has been looked at yet."""
        columns = columns_of(self._model, wanted, self._pinned)
        nothing, count = np.zeros(len(wanted)), len(wanted)
        rows = np.searchsorted(self._rows, columns.rows).astype(np.int32)
        sizes = len(rows), columns.starts[:-1], rows, columns.values
        unbounded = np.full(count, np.inf)
        self._highs.addCols(count, nothing, nothing, unbounded, *sizes)
        self._seen = np.concatenate((self._seen, wanted))
        self._costs = np.concatenate((self._costs, nothing))
        self._lower, self._upper = (
            np.concatenate(each) for each in ((self._lower, nothing), (self._upper, unbounded))
        )

    def open(self, face: Face) -> None:
        """Make this the open face."""
        still = np.zeros(len(self._model.pairs), np.bool_)
        still[face.open] = True
        own = self._moving.columns
        upper = np.concatenate((face.column_upper[own], np.where(still[self._seen], np.inf, 0.0)))
        lower = np.concatenate((face.column_lower[own], np.zeros(len(self._seen))))
        # Telling HiGHS a bound or a cost it has takes as long as a new one.
        new = np.flatnonzero((lower != self._lower) | (upper != self._upper)).astype(np.int32)
        self._highs.changeColsBounds(len(new), new, lower[new], upper[new])
        self._lower, self._upper = lower, upper
        rows = np.arange(len(self._rows), dtype=np.int32)
        bounds = ((each - self._activity)[self._rows] for each in (face.row_lower, face.row_upper))
        self._highs.changeRowsBounds(len(rows), rows, *bounds)
        self.face = face

    def forget_closed(self) -> None:
        """Take the columns of closed pairs out of HiGHS, which looks at every column in every step.

        They are looked at again if their pairs open and would improve. What the basis holds stays.
        """
        _, basic = self._highs.getBasicVariables()
        gone = self._upper == 0.0
        gone[: self._own] = False
        gone[basic[basic >= 0]] = False
        if gone.sum() < WORTH_FORGETTING * len(gone):
            return
        basis, out = self._highs.getBasis(), np.flatnonzero(gone).astype(np.int32)
        # HiGHS drops its basis with any column; without columns that were at zero it is as good as before.
        basis.col_status = [status for status, out_ in zip(basis.col_status, gone, strict=True) if not out_]
        self._highs.deleteCols(len(out), out)
        self._highs.setBasis(basis)
        self._seen = self._seen[~gone[self._own :]]
        self._costs, self._lower, self._upper = (
            each[~gone] for each in (self._costs, self._lower, self._upper)
        )

    def begin(self, face: Face) -> None:
        """Make this the open face, where the last vertex need not lie inside it."""
        self._highs.setOptionValue("simplex_strategy", CHOOSE)
        self.open(face)

    def with_rows(self, rows: slice, lower: Floats, upper: Floats) -> None:
        """Set the bounds of some rows of the open face: what is free until its aim is looked at."""
        row_lower, row_upper = self.face.row_lower.copy(), self.face.row_upper.copy()
        row_lower[rows], row_upper[rows] = lower, upper
        self.open(replace(self.face, row_lower=row_lower, row_upper=row_upper))

    def relaxed(self, costs: Ints | Floats, own_costs: Floats) -> Vertex:
        """Return a vertex of the open face with the least cost, students divisible.

        `costs` are per pair, `own_costs` per column of the model itself. Raises `OutOfTime`, `SolverFailed`.
        """
        self._price(costs, own_costs)
        vertex = self._optimum(costs)
        while len(wanted := self._improving(vertex)):
            self.look_at(wanted)
            self._price(costs, own_costs)
            vertex = self._optimum(costs)
        return vertex

    def _price(self, costs: Ints | Floats, own_costs: Floats) -> None:
        moving = self._moving
        self._constant = float(costs[moving.given].sum() + own_costs @ moving.levels)
        all_costs = np.concatenate((own_costs[moving.columns], costs[self._seen].astype(np.float64)))
        new = np.flatnonzero(all_costs != self._costs).astype(np.int32)
        self._highs.changeColsCost(len(new), new, all_costs[new])
        self._costs = all_costs

    def _optimum(self, costs: Ints | Floats) -> Vertex:
        """Return a vertex that is optimal over the pairs seen so far, with every open pair priced by its duals."""
        status = self._run()
        if status not in (*OPTIMAL, highspy.HighsModelStatus.kTimeLimit):
            # Warm starts fail now and then for numerical reasons; from scratch the same model solves.
            self._highs.clearSolver()
            status = self._run()
        if status == highspy.HighsModelStatus.kTimeLimit:
            raise OutOfTime
        if status in INFEASIBLE:
            raise NoWholeSolution
        if status not in OPTIMAL:
            raise SolverFailed(self._highs.modelStatusToString(status))
        # From here on the last vertex stays feasible whatever opens or is priced anew, so the primal simplex goes on from it.
        self._highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        vertex = self._vertex()
        return replace(vertex, reduced=self._reduced(costs, vertex.row_duals))

    def _reduced(self, costs: Ints | Floats, duals: Floats) -> Floats:
        reduced = reduced_costs(self._model, self.face.open, costs, duals, self._pinned)
        # What is given is open whatever it costs.
        reduced[np.isin(self.face.open, self._moving.given, assume_unique=True)] = 0
        return reduced

    def _improving(self, vertex: Vertex) -> Ints:
        """Return the unseen pairs of the open face that would improve on the vertex, the best few of each request."""
        better = np.flatnonzero(vertex.reduced < -ZERO)  # type: ignore[operator]  # priced
        if len(better) == 0:
            return better
        fresh = np.ones(len(self._model.pairs), np.bool_)
        fresh[self._seen] = False
        better = better[fresh[self.face.open[better]]]
        pairs, reduced = self.face.open[better], vertex.reduced[better]  # type: ignore[index]  # priced
        return pairs[best_of_each(self._model.pairs.requests[pairs], (reduced,), self._at_once)]

    def whole(self, costs: Ints, own_costs: Floats) -> Vertex:
        """Return the cheapest point of the open face in whole students over the pairs looked at so far.

        Where the branches allowed are used up it is the cheapest that was found.
        Raises `NoWholeSolution`, `OutOfTime`, `SolverFailed`.
        """
        self._price(costs, own_costs)
        self._divisible(highspy.HighsVarType.kInteger)
        self._highs.setOptionValue("simplex_strategy", CHOOSE)
        status, vertex = self._run(), self._vertex()
        self._divisible(highspy.HighsVarType.kContinuous)
        self._highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        if status in INFEASIBLE:
            raise NoWholeSolution
        limits = highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kSolutionLimit
        if status == limits[0] or (status == limits[1] and not len(vertex.pairs)):
            raise OutOfTime
        if status not in (highspy.HighsModelStatus.kOptimal, limits[1]) or not vertex.is_whole():
            raise SolverFailed(self._highs.modelStatusToString(status))
        return vertex

    def look_at_all(self, pairs: Ints) -> None:
        """Add the columns of those of these pairs that have not been looked at."""
        self.look_at(np.setdiff1d(pairs, np.concatenate((self._seen, self._moving.given))))

    def narrow(self, vertex: Vertex) -> None:
        """Close everything outside the optimal face: what has a non-zero dual cannot move (complementary slackness)."""
        face = self.face
        still, tight = np.abs(vertex.column_duals) > ZERO, np.abs(vertex.row_duals) > ZERO
        at, level = np.round(vertex.columns), np.round(vertex.rows)
        self.open(
            Face(
                face.open[vertex.reduced <= ZERO],  # type: ignore[operator]  # priced
                np.where(still, at, face.column_lower),
                np.where(still, at, face.column_upper),
                np.where(tight, level, face.row_lower),
                np.where(tight, level, face.row_upper),
            )
        )

    def pin(self, coefficients: Ints, own: Floats, value: int) -> None:
        """Close everything that does not cost exactly this, with one more row."""
        moving, row = self._moving, len(self.face.row_lower)
        entries = np.concatenate((own[moving.columns], coefficients[self._seen].astype(np.float64)))
        used = np.flatnonzero(entries).astype(np.int32)
        given = float(coefficients[moving.given].sum() + own @ moving.levels)
        self._highs.addRow(value - given, value - given, len(used), used, entries[used])
        self._rows, self._activity = np.append(self._rows, row), np.append(self._activity, given)
        self._pinned.append((row, coefficients))
        self._pins.append((coefficients, own, value))
        level = np.array([float(value)])
        lower, upper = (np.append(bound, level) for bound in (self.face.row_lower, self.face.row_upper))
        self.face = replace(self.face, row_lower=lower, row_upper=upper)

    def _divisible(self, kind: highspy.HighsVarType) -> None:
        columns = np.arange(self._own, self._own + len(self._seen), dtype=np.int32)
        self._highs.changeColsIntegrality(len(columns), columns, np.full(len(columns), int(kind), np.uint8))

    def _run(self) -> Any:
        self._highs.run()
        return self._highs.getModelStatus()

    def _vertex(self) -> Vertex:
        moving, solution, own = self._moving, self._highs.getSolution(), self._own
        levels: Floats = np.array(solution.col_value, np.float64)
        used = np.flatnonzero(levels[own:] > ZERO)
        columns, column_duals = moving.levels.copy(), np.zeros(len(moving.levels))
        columns[moving.columns] = levels[:own]
        column_duals[moving.columns] = np.array(solution.col_dual, np.float64)[:own]
        rows, row_duals = self._activity.copy(), np.zeros(len(self._activity))
        rows[self._rows] += np.array(solution.row_value, np.float64)
        row_duals[self._rows] = np.array(solution.row_dual, np.float64)
        return Vertex(
            value=self._highs.getInfo().objective_function_value + self._constant,
            pairs=np.concatenate((moving.given, self._seen[used])),
            levels=np.concatenate((np.ones(len(moving.given)), levels[own:][used])),
            columns=columns,
            rows=rows,
            column_duals=column_duals,
            row_duals=moving.duals(self._model, row_duals),
        )
