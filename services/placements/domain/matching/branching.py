"""Settling in whole students what divided ones would do better: a search over the seats of offers, aims in their order.

Prices cannot prove an aim whose best whole value is one or more away from its relaxation, and a row that pins such a value
leaves the aims after it a relaxation that is far too good. So the face is cut in two where a seat is divided (at most so
many, at least so many), and each part goes down all remaining aims by itself, narrowing as it goes: at a part without a
divided student the way is exact to the last aim, and a part that is worse at the first aim that differs needs no look.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from services.placements.domain.matching.codes import AimCode
from services.placements.domain.matching.faces import ZERO, Face, NoWholeSolution, Vertex
from services.placements.domain.matching.model import Model, costs_of, own_costs_of, own_rows
from services.placements.domain.matching.solver import Solver

MOST_PARTS = 400
"""How many parts are looked at before the search is given up: a number and not a time, so that every machine stops alike."""


class TooManyParts(Exception):
    """The search was given up. Nothing is known beyond what was known before."""


class Leaf(NamedTuple):
    """A whole solution: its cost of every aim from the first one that was searched, and the solution."""

    costs: tuple[int, ...]
    vertex: Vertex


@dataclass(slots=True)
class Search:
    """The best whole solution of a face by the aims from number `at` on.

    `worst` is a cost of that aim that some whole solution has. `first_or_second` is what that aim reached, if it was before.
    """

    solver: Solver
    model: Model
    at: int
    worst: float
    first_or_second: int | None = None
    best: Leaf | None = None
    _parts: list[Face] = field(default_factory=list)

    def run(self, face: Face) -> Leaf | None:
        """Return the best solution, None where none is whole. Raises `TooManyParts`, `OutOfTime`, `SolverFailed`."""
        self._parts = [face]
        for _ in range(MOST_PARTS):
            if not self._parts:
                return self.best
            self._look_at(self._parts.pop())
        raise TooManyParts

    def _look_at(self, part: Face) -> None:
        """Go down the aims in one part: note what is whole, cut in two what is not, leave what cannot be better."""
        self.solver.begin(part)
        costs: list[int] = []
        for at in range(self.at, len(self.model.aims)):
            self._uncover(at, costs)
            try:
                vertex = self.solver.relaxed(costs_of(self.model, at), own_costs_of(self.model, at))
            except NoWholeSolution:
                return
            costs.append(vertex.bound())
            if self._is_worse(costs):
                return
            if not vertex.has_whole_value():
                break
            if at < len(self.model.aims) - 1:
                self.solver.narrow(vertex)
        if vertex.is_whole() and len(costs) == len(self.model.aims) - self.at:
            self.best = Leaf(tuple(costs), vertex)
        else:
            self._parts += self._halves(part, vertex)

    def _uncover(self, at: int, costs: list[int]) -> None:
        codes = [aim.code for aim in self.model.aims]
        here = codes.index(AimCode.FIRST_OR_SECOND) - self.at if AimCode.FIRST_OR_SECOND in codes else -1
        reached = -costs[here] if 0 <= here < len(costs) else self.first_or_second
        if rows := own_rows(self.model, at, reached):
            self.solver.with_rows(*rows)

    def _is_worse(self, costs: list[int]) -> bool:
        if self.best is None:
            return costs[0] > self.worst
        return tuple(costs) > self.best.costs[: len(costs)] or tuple(costs) == self.best.costs

    def _halves(self, part: Face, vertex: Vertex) -> list[Face]:
        """Cut where the seats of an offer are most divided, else where a pair is. The half looked at first comes last."""
        seats = vertex.columns[: self.model.offers]
        off = np.abs(seats - np.round(seats))
        if off.max(initial=0.0) < ZERO:
            return self._halves_by_pair(part, vertex)
        offer = int(np.argmax(np.round(off, 6)))
        lower, upper = part.column_lower.copy(), part.column_upper.copy()
        upper[offer], lower[offer] = np.floor(seats[offer]), np.ceil(seats[offer])
        return [replace(part, column_upper=upper), replace(part, column_lower=lower)]

    def _halves_by_pair(self, part: Face, vertex: Vertex) -> list[Face]:
        pair = int(vertex.pairs[np.argmax(np.round(np.abs(vertex.levels - np.round(vertex.levels)), 6))])
        request = self.model.pairs.requests[pair]
        others = part.open[(self.model.pairs.requests[part.open] != request) | (part.open == pair)]
        lower = part.row_lower.copy()
        lower[request] = 1.0
        without = replace(part, open=part.open[part.open != pair])
        return [without, replace(part, open=others, row_lower=lower)]
