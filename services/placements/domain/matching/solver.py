"""One HiGHS instance that holds a model and walks down its optimal faces. Nothing unproved passes.

It looks at a few promising pairs first; after each solve it prices all pairs and adds the best of each request, until none
could improve: the optimum over all pairs at a fraction of the work.

Single-threaded and with a fixed seed because a result must not depend on the machine's number of cores; the
lottery makes it unique, this keeps the way there the same.
"""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from services.placements.domain.matching.codes import AimCode
from services.placements.domain.matching.model import Floats, Model
from services.placements.domain.matching.pairs import Ints, best_of_each

ZERO = 1e-6
"""Duals and distances to an integer below this are taken as zero; with integer coefficients real ones are larger."""

PRIMAL_SIMPLEX = 4
"""The number HiGHS gives to its primal simplex method."""

ADDED_AT_ONCE = 8
"""How many improving pairs of each request are added after a solve."""


class AimNotProved(RuntimeError):
    """The solver did not prove the optimum of this aim. The run has no result; the aim is `aim`."""

    def __init__(self, aim: AimCode, status: str) -> None:
        super().__init__(f"the aim {aim.value} was not proved optimal: {status}")
        self.aim = aim
        self.status = status


class NoWholeSolution(Exception):
    """The face has no point in whole students. It is the answer to a question, never the end of a run."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bounds of a face: a part of the model's feasible set."""

    column_lower: Floats
    column_upper: Floats
    row_lower: Floats
    row_upper: Floats


@dataclass(frozen=True, slots=True)
class Vertex:
    """An optimal solution: its columns and rows, with their duals (empty where the solution was found in integers)."""

    columns: Floats
    rows: Floats
    column_duals: Floats
    row_duals: Floats

    def is_whole(self) -> bool:
        """Return whether every column is an integer."""
        return bool(np.all(np.abs(self.columns - np.round(self.columns)) < ZERO))


def _new_highs() -> Any:
    # highspy's own class has no types, and its stub lacks some of the methods.
    return highspy.Highs()  # type: ignore[no-untyped-call]


def solver_version() -> str:
    """Return the version of HiGHS itself."""
    return str(_new_highs().version())


class Solver:
    """A model inside HiGHS. `face` is the part of it that is still open.

    Of the open columns only those `seen` may be used yet; the others are held at zero, and priced like any other.
    """

    def __init__(self, model: Model, random_seed: int = 0) -> None:
        self._model = model
        self._columns, self._pairs = len(model.column_upper), len(model.requests)
        self._seen = np.arange(self._columns) >= self._pairs
        self._seen[model.promising] = True
        self._highs = _new_highs()
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", random_seed),
            ("mip_rel_gap", 0.0),
        ):
            self._highs.setOptionValue(option, value)
        # Whole numbers of students and integer coefficients: a gap below one is a proof.
        self._highs.setOptionValue("mip_abs_gap", 0.5)
        self._highs.setOptionValue("mip_feasibility_tolerance", 1e-9)
        self._highs.passModel(_as_highs(model))
        self.open(Bounds(np.zeros(self._columns), model.column_upper, model.row_lower, model.row_upper))

    def open(self, face: Bounds) -> None:
        """Make this the open face."""
        columns = np.arange(self._columns, dtype=np.int32)
        rows = np.arange(len(face.row_lower), dtype=np.int32)
        upper = np.where(self._seen, face.column_upper, 0.0)
        self._highs.changeColsBounds(len(columns), columns, face.column_lower, upper)
        self._highs.changeRowsBounds(len(rows), rows, face.row_lower, face.row_upper)
        self.face = face

    def relaxed(self, code: AimCode, costs: Ints) -> Vertex:
        """Return a vertex of the open face with the least cost, students divisible. `costs` are per pair."""
        self._price(costs)
        vertex = self._optimum(code)
        while len(wanted := self._improving(vertex)):
            self._see(wanted)
            vertex = self._optimum(code)
        return vertex

    def _optimum(self, code: AimCode) -> Vertex:
        """Return a vertex that is optimal over the columns seen so far."""
        status = self._run()
        if status != highspy.HighsModelStatus.kOptimal:
            # Warm starts fail now and then for numerical reasons; from scratch the same model solves.
            self._highs.clearSolver()
            status = self._run()
        if status != highspy.HighsModelStatus.kOptimal:
            raise AimNotProved(code, self._highs.modelStatusToString(status))
        # From here on the last vertex stays feasible whatever opens or is priced anew, so the primal simplex goes on from it.
        self._highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        return self._vertex()

    def _improving(self, vertex: Vertex) -> Ints:
        """Return the unseen pairs of the open face that would improve on the vertex, the best few of each request."""
        duals = vertex.column_duals[: self._pairs]
        hidden = ~self._seen[: self._pairs] & (self.face.column_upper[: self._pairs] > 0)
        wanted = np.flatnonzero(hidden & (duals < -ZERO))
        return wanted[best_of_each(self._model.requests[wanted], (duals[wanted],), ADDED_AT_ONCE)]

    def _see(self, pairs: Ints) -> None:
        self._seen[pairs] = True
        upper = self.face.column_upper[pairs]
        self._highs.changeColsBounds(len(pairs), pairs.astype(np.int32), np.zeros(len(pairs)), upper)

    def whole(self, code: AimCode, costs: Ints) -> Vertex:
        """Return the cheapest point of the open face in whole students. Raises `NoWholeSolution`, `AimNotProved`."""
        self._see(np.flatnonzero(~self._seen).astype(np.int64))
        self._price(costs)
        self._divisible(divisible=False)
        status = self._run()
        vertex, info = self._vertex(), self._highs.getInfo()
        self._divisible(divisible=True)
        # Every student's row bounds the model, so "unbounded or infeasible" can only mean infeasible.
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            raise NoWholeSolution
        cost = float(costs @ np.round(vertex.columns[: self._pairs]))
        if (
            status != highspy.HighsModelStatus.kOptimal
            or cost - info.mip_dual_bound >= 1
            or not vertex.is_whole()
        ):
            raise AimNotProved(code, self._highs.modelStatusToString(status))
        return vertex

    def narrow(self, vertex: Vertex) -> None:
        """Close everything outside the optimal face: what has a non-zero dual cannot move (complementary slackness)."""
        face, still, tight = self.face, np.abs(vertex.column_duals) > ZERO, np.abs(vertex.row_duals) > ZERO
        at, level = np.round(vertex.columns), np.round(vertex.rows)
        self.open(
            Bounds(
                np.where(still, at, face.column_lower),
                np.where(still, at, face.column_upper),
                np.where(tight, level, face.row_lower),
                np.where(tight, level, face.row_upper),
            )
        )

    def pin(self, costs: Ints, value: int) -> None:
        """Close everything that does not cost exactly this, with one more row."""
        used = np.flatnonzero(costs).astype(np.int32)
        self._highs.addRow(float(value), float(value), len(used), used, costs[used].astype(np.float64))
        face, level = self.face, np.array([float(value)])
        self.face = Bounds(
            face.column_lower,
            face.column_upper,
            np.concatenate((face.row_lower, level)),
            np.concatenate((face.row_upper, level)),
        )

    def _price(self, costs: Ints) -> None:
        columns = np.arange(self._pairs, dtype=np.int32)
        self._highs.changeColsCost(len(columns), columns, costs.astype(np.float64))

    def _divisible(self, *, divisible: bool) -> None:
        kind = highspy.HighsVarType.kContinuous if divisible else highspy.HighsVarType.kInteger
        columns = np.arange(self._columns, dtype=np.int32)
        self._highs.changeColsIntegrality(len(columns), columns, np.full(len(columns), int(kind), np.uint8))

    def _run(self) -> Any:
        self._highs.run()
        return self._highs.getModelStatus()

    def _vertex(self) -> Vertex:
        solution = self._highs.getSolution()
        return Vertex(
            np.array(solution.col_value, np.float64),
            np.array(solution.row_value, np.float64),
            np.array(solution.col_dual, np.float64),
            np.array(solution.row_dual, np.float64),
        )


def _as_highs(model: Model) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.column_upper), len(model.row_upper)
    lp.col_cost_ = np.zeros(lp.num_col_)
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), model.column_upper
    lp.row_lower_, lp.row_upper_ = model.row_lower, model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = lp.num_col_, lp.num_row_
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = model.starts, model.rows, model.values
    return lp
