"""One HiGHS instance that holds a model and walks down its optimal faces. Nothing unproved passes.

It looks at a few promising pairs first; after each solve it prices all pairs of the open face and adds the best of each
request, until none could improve: the optimum over all pairs at a fraction of the work.

Single-threaded and with a fixed seed because a result must not depend on the machine's number of cores; the
lottery makes it unique, this keeps the way there the same.
"""

from dataclasses import replace
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.faces import (
    ZERO,
    Face,
    NoWholeSolution,
    OutOfTime,
    SolverFailed,
    Vertex,
)
from services.placements.domain.matching.model import Floats, Model, columns_of
from services.placements.domain.matching.pairs import Ints, best_of_each, promising

CHOOSE, PRIMAL_SIMPLEX = 0, 4
"""The numbers HiGHS gives to its own choice of a simplex method and to the primal one."""

ADDED_AT_ONCE = 4
"""How many improving pairs of each request are added after a solve."""

WORTH_FORGETTING = 0.2
"""The part of the columns that must be closed for it to be worth while to take them out."""

MOST_NODES = 500
"""How many branches a search for whole students may take: a number and not a time, so that every machine stops alike."""

INFEASIBLE = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
"""Every student's row bounds the model, so "unbounded or infeasible" can only mean infeasible."""


def _new_highs() -> Any:
    # highspy's own class has no types, and its stub lacks some of the methods.
    return highspy.Highs()  # type: ignore[no-untyped-call]  # see above


def solver_version() -> str:
    """Return the version of HiGHS itself."""
    return str(_new_highs().version())


class Solver:
    """A model inside HiGHS, with the columns of the pairs looked at so far. `face` is the part of it that is open."""

    def __init__(self, model: Model, random_seed: int, seconds: float, first: Ints | None = None) -> None:
        """Look at the pairs `first` to begin with, or else at a few promising ones of each request."""
        self._model, self._own = model, len(model.column_upper)
        self._options = random_seed, seconds
        self._seen = np.empty(0, np.int64)
        self._pinned: list[tuple[int, Ints]] = []
        self._pins: list[tuple[Ints, Floats, int]] = []
        self._highs = _new_highs()
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", random_seed),
            ("time_limit", seconds),
            ("mip_rel_gap", 0.0),
            # Whole numbers of students and integer coefficients: a gap below one is a proof.
            ("mip_abs_gap", 0.5),
            ("mip_feasibility_tolerance", 1e-9),
            ("mip_max_nodes", MOST_NODES),
        ):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(_as_highs(model))
        everything = np.arange(len(model.pairs), dtype=np.int64)
        self._costs = self._lower = np.zeros(self._own)
        self._upper = model.column_upper
        """What HiGHS knows of each column."""
        self.face = Face(everything, self._lower, model.column_upper, model.row_lower, model.row_upper)
        self.look_at(promising(model.pairs) if first is None else first)

    def alone(self, pairs: Ints) -> "Solver":
        """Return a solver of the same model, pins included, that has looked at these pairs and no others."""
        other = Solver(self._model, *self._options, pairs)
        for pin in self._pins:
            other.pin(*pin)
        return other

    def look_at(self, wanted: Ints) -> None:
        """Add the columns of these pairs, none of which has been looked at yet."""
        columns = columns_of(self._model, wanted, self._pinned)
        nothing, count = np.zeros(len(wanted)), len(wanted)
        sizes = len(columns.rows), columns.starts[:-1], columns.rows, columns.values
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
        upper = np.concatenate((face.column_upper, np.where(still[self._seen], np.inf, 0.0)))
        lower = np.concatenate((face.column_lower, np.zeros(len(self._seen))))
        # Telling HiGHS a bound or a cost it has takes as long as a new one.
        new = np.flatnonzero((lower != self._lower) | (upper != self._upper)).astype(np.int32)
        self._highs.changeColsBounds(len(new), new, lower[new], upper[new])
        self._lower, self._upper = lower, upper
        rows = np.arange(len(face.row_lower), dtype=np.int32)
        self._highs.changeRowsBounds(len(rows), rows, face.row_lower, face.row_upper)
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
        all_costs = np.concatenate((own_costs, costs[self._seen].astype(np.float64)))
        new = np.flatnonzero(all_costs != self._costs).astype(np.int32)
        self._highs.changeColsCost(len(new), new, all_costs[new])
        self._costs = all_costs

    def _optimum(self, costs: Ints | Floats) -> Vertex:
        """Return a vertex that is optimal over the pairs seen so far, with every open pair priced by its duals."""
        status = self._run()
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
            # Warm starts fail now and then for numerical reasons; from scratch the same model solves.
            self._highs.clearSolver()
            status = self._run()
        if status == highspy.HighsModelStatus.kTimeLimit:
            raise OutOfTime
        if status in INFEASIBLE:
            raise NoWholeSolution
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolverFailed(self._highs.modelStatusToString(status))
        # From here on the last vertex stays feasible whatever opens or is priced anew, so the primal simplex goes on from it.
        self._highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        vertex = self._vertex()
        return replace(vertex, reduced=self._reduced(costs, vertex.row_duals))

    def _reduced(self, costs: Ints | Floats, duals: Floats) -> Floats:
        model, still = self._model, self.face.open
        requests = model.pairs.requests[still]
        reduced: Floats = costs[still] - duals[requests]
        reduced -= duals[model.requests + model.pairs.offers[still]]
        for at, block in model.blocks.items():
            shares = model.aims[at].shares
            own = duals[block.row : block.row + block.size]
            if shares is not None and np.any(own):
                # A request without a group reads the zero at the end.
                reduced -= np.append(own, 0.0)[shares.group[requests]] * shares.counted[still]
        for row, coefficients in self._pinned:
            reduced -= duals[row] * coefficients[still]
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
        return pairs[best_of_each(self._model.pairs.requests[pairs], (reduced,), ADDED_AT_ONCE)]

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
        self.look_at(np.setdiff1d(pairs, self._seen))

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
        entries = np.concatenate((own, coefficients[self._seen].astype(np.float64)))
        used = np.flatnonzero(entries).astype(np.int32)
        self._highs.addRow(float(value), float(value), len(used), used, entries[used])
        self._pinned.append((len(self.face.row_lower), coefficients))
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
        solution = self._highs.getSolution()
        columns: npt.NDArray[np.float64] = np.array(solution.col_value, np.float64)
        used = np.flatnonzero(columns[self._own :] > ZERO)
        return Vertex(
            value=self._highs.getInfo().objective_function_value,
            pairs=self._seen[used],
            levels=columns[self._own :][used],
            columns=columns[: self._own],
            rows=np.array(solution.row_value, np.float64),
            column_duals=np.array(solution.col_dual, np.float64)[: self._own],
            row_duals=np.array(solution.row_dual, np.float64),
        )


def _as_highs(model: Model) -> highspy.HighsLp:
    lp, matrix = highspy.HighsLp(), model.entries
    lp.num_col_, lp.num_row_ = len(model.column_upper), len(model.row_upper)
    lp.col_cost_ = np.zeros(lp.num_col_)
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), model.column_upper
    lp.row_lower_, lp.row_upper_ = model.row_lower, model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = lp.num_col_, lp.num_row_
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.starts, matrix.rows, matrix.values
    return lp
